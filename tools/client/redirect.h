/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Finds tc filters that redirect what arrives on a device, as traffic shapers do to an ifb
 * device.  They run before netfilter's hooks, which then do not see these packets.
 */
#ifndef TSREWRITE_CLIENT_REDIRECT_H
#define TSREWRITE_CLIENT_REDIRECT_H

#include <stdint.h>

#include "attr.h"
#include "genl.h"
#include "link.h"

struct redirect {
	char device[ATTR_TEXT];	/* that the filter is on */
	char kind[ATTR_TEXT];	/* of the filter, such as "flower" */
};

/*
 * Finds the first filter on @ifindex, or on a device below it, that may redirect TCP segments.
 * Filters that are for other protocols are passed over, and so are programs of bpf, which do
 * not tell what they do.  Marks @links.  Returns 1 if there is one, 0 if not, or -1 with
 * @genl's error filled in.
 */
int redirect_find(struct genl *genl, struct links *links, uint32_t ifindex,
		  struct redirect *redirect);

#endif /* TSREWRITE_CLIENT_REDIRECT_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* Netfilter's hooks on a device, in the order in which they run */
#ifndef TSREWRITE_CLIENT_NFHOOK_H
#define TSREWRITE_CLIENT_NFHOOK_H

#include <stddef.h>
#include <stdint.h>

#include "attr.h"

struct nfhook {
	uint64_t present;
	char function[ATTR_TEXT];
	char module[ATTR_TEXT];	/* empty if the function is built into the kernel */
	struct attrs info;	/* points into the message: not valid after nfhooks_get() */

	char chain[3 * ATTR_TEXT];	/* of nf_tables, as in "netdev filter/input", or empty */
};

/* In the order in which they run; the caller frees @hook */
struct nfhooks {
	struct nfhook *hook;
	size_t count;
};

enum nfhook_direction { NFHOOK_INGRESS, NFHOOK_EGRESS };

/*
 * Reads all of @device's.  Returns 0, or -1 with errno.  There are none if the device does
 * not exist any more, this kernel cannot list hooks, or this process may not.
 */
int nfhooks_get(const char *device, enum nfhook_direction direction,
		struct nfhooks *hooks);

#endif /* TSREWRITE_CLIENT_NFHOOK_H */

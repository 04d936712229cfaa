/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Finds flowtables that bypass attached devices.  A flowtable forwards packets from one of
 * its devices to another.  A device above such a device, as a VLAN on it, does not see them:
 * if it is attached, the module sees the SYN of a connection, and little more.
 */
#ifndef TSREWRITE_CLIENT_FLOWTABLE_H
#define TSREWRITE_CLIENT_FLOWTABLE_H

#include <stdint.h>

#include "genl.h"
#include "link.h"
#include "nft.h"

struct flowtables {
	struct links links;
	struct nft_flowtables nft;
};

/*
 * Reads all flowtables and all devices.  Returns 0, or -1 with @genl's
 * error filled in; after 0, flowtables_free() frees them.
 */
int flowtables_get(struct genl *genl, struct flowtables *flowtables);
void flowtables_free(struct flowtables *flowtables);

/* The first device below @ifindex that is in a flowtable, and that flowtable; or NULL */
const struct nft_flowtable *flowtables_below(struct flowtables *flowtables,
					     uint32_t ifindex);

#endif /* TSREWRITE_CLIENT_FLOWTABLE_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Flowtables that bypass attached devices.  A flowtable takes what arrives at
 * the lowest device, and lets it go there: devices above, one of them attached,
 * see a flow's SYN, and little more.
 */
#ifndef TSREWRITE_CMD_FLOWTABLE_H
#define TSREWRITE_CMD_FLOWTABLE_H

#include <stdint.h>

#include "../genl.h"
#include "../link.h"
#include "../nft.h"

struct flowtables {
	struct links links;
	struct nft_flowtables nft;
};

/* 0, or -1 with @genl's error filled in */
int flowtables_get(struct genl *genl, struct flowtables *flowtables);
void flowtables_free(struct flowtables *flowtables);

/* A device below @ifindex, in a flowtable; NULL where there is none */
const struct nft_flowtable *flowtables_below(struct flowtables *flowtables,
					     uint32_t ifindex);

#endif /* TSREWRITE_CMD_FLOWTABLE_H */

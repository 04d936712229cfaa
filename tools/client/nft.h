/* SPDX-License-Identifier: GPL-2.0-only */
/* Lists the flowtables of nf_tables, by libnftnl */
#ifndef TSREWRITE_CLIENT_NFT_H
#define TSREWRITE_CLIENT_NFT_H

#include <stddef.h>
#include <stdint.h>

#include "attr.h"

/* One device of one flowtable; a flowtable with several devices is listed several times */
struct nft_flowtable {
	char table[ATTR_TEXT];	/* with its family, as in "inet filter" */
	char name[ATTR_TEXT];
	char device[ATTR_TEXT];
};

/* The caller frees @flowtable */
struct nft_flowtables {
	struct nft_flowtable *flowtable;
	size_t count;
};

/*
 * Reads all.  Returns 0, or -1 with errno.  If this kernel has no nf_tables, or this process
 * may not read it, there are none.
 */
int nft_flowtables_get(struct nft_flowtables *flowtables);

/* The word that nft has for a family, NFPROTO_INET etc.; "other" for an unknown one */
const char *nft_family(uint32_t family);

#endif /* TSREWRITE_CLIENT_NFT_H */

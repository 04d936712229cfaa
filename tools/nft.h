/* SPDX-License-Identifier: GPL-2.0-only */
/* What nf_tables holds, by libnftnl */
#ifndef TSREWRITE_NFT_H
#define TSREWRITE_NFT_H

#include <stddef.h>
#include <stdint.h>

#include "attr.h"

/* One device of one flowtable */
struct nft_flowtable {
	char table[ATTR_TEXT];	/* with its family: "inet filter" */
	char name[ATTR_TEXT];
	char device[ATTR_TEXT];
};

/* @flowtable is the caller's to free */
struct nft_flowtables {
	struct nft_flowtable *flowtable;
	size_t count;
};

/* 0, without any where there is no nf_tables or no permission, or -1 with errno */
int nft_flowtables_get(struct nft_flowtables *flowtables);

/* A family's word, as nft has it */
const char *nft_family(uint32_t family);

#endif /* TSREWRITE_NFT_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One nf_tables transaction: all of it happens, or nothing.  Of memory that was not
 * there nft_batch_commit() tells.
 */
#ifndef TSREWRITE_NFT_BATCH_H
#define TSREWRITE_NFT_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <libmnl/libmnl.h>
#include <libnftnl/batch.h>

/* Room for any one message: attributes of lists end at 65535 bytes */
#define NFT_BATCH_MESSAGE 131072

struct nft_batch {
	struct nftnl_batch *pages;
	uint32_t seq;
	bool failed;
	size_t messages;	/* within the transaction */
};

/* Refused with ERESTART unless the rules are still those of @generation */
void nft_batch_begin(struct nft_batch *batch, uint32_t generation);
void nft_batch_free(struct nft_batch *batch);

/* The header of a message of family netdev, or NULL; nft_batch_end() ends it */
struct nlmsghdr *nft_batch_message(struct nft_batch *batch, uint16_t type,
				   uint16_t flags);
void nft_batch_end(struct nft_batch *batch);

/* 0, or -1 with errno, and in @why the kernel's words, if it has any */
int nft_batch_commit(struct nft_batch *batch, char *why, size_t size);

#endif /* TSREWRITE_NFT_BATCH_H */

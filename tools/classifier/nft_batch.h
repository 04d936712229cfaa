/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Builds and commits a transaction of nf_tables: all of it takes effect, or nothing.  A lack
 * of memory sets @failed, and makes nft_batch_commit() fail with ENOMEM.
 */
#ifndef TSREWRITE_CLASSIFIER_NFT_BATCH_H
#define TSREWRITE_CLASSIFIER_NFT_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <libmnl/libmnl.h>
#include <libnftnl/batch.h>

/* Room for any message, as an attribute that is a list ends at 65535 bytes */
#define NFT_BATCH_MESSAGE 131072

struct nft_batch {
	struct nftnl_batch *pages;
	uint32_t seq;
	bool failed;
	size_t messages;	/* how many, without those that begin and end the batch */
};

/*
 * Begins a batch, which the kernel refuses with ERESTART if the generation of nf_tables is not
 * @generation any more.  nft_batch_free() frees it, even if this fails.
 */
void nft_batch_begin(struct nft_batch *batch, uint32_t generation);
void nft_batch_free(struct nft_batch *batch);

/*
 * Begins a message of family netdev.  Returns its header, for the caller to append attributes
 * before nft_batch_end(); or NULL if the batch has failed.
 */
struct nlmsghdr *nft_batch_message(struct nft_batch *batch, uint16_t type,
				   uint16_t flags);
void nft_batch_end(struct nft_batch *batch);

/*
 * Sends the batch.  Returns 0, or -1 with errno, and with the kernel's reason in @why if it
 * gives one, or else an empty string.
 */
int nft_batch_commit(struct nft_batch *batch, char *why, size_t size);

#endif /* TSREWRITE_CLASSIFIER_NFT_BATCH_H */

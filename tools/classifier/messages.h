/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The messages of a transaction.  Memory that is not there fails the batch, and is told
 * with it.
 */
#ifndef TSREWRITE_CLASSIFIER_MESSAGES_H
#define TSREWRITE_CLASSIFIER_MESSAGES_H

#include <libnftnl/set.h>

#include "../nft_batch.h"
#include "classifier.h"

struct messages {
	struct nft_batch batch;
	uint32_t mask;
	uint32_t set_id;

	/* elements that wait for their message */
	uint16_t type;
	char map[CLASSIFIER_NAME];
	struct nftnl_set *set;
	size_t ranges;
};

/* @type is NFT_MSG_NEW... or NFT_MSG_DEL... */
void messages_table(struct messages *messages, uint16_t type);
void messages_chain(struct messages *messages, uint16_t type, const char *name,
		    const char *device);
void messages_maps(struct messages *messages, uint16_t type, uint32_t number);
void messages_range(struct messages *messages, uint16_t type,
		    const struct class *class);
void messages_port(struct messages *messages, uint16_t type, uint16_t port,
		   uint32_t map);

/* The last ranges or ports are sent on their way */
void messages_flush(struct messages *messages);

/* A chain with its rules, and the map of ports */
void messages_make_chain(struct messages *messages, enum classifier_kind kind,
			 uint32_t number, const char *device);
void messages_make_ports(struct messages *messages);

#endif /* TSREWRITE_CLASSIFIER_MESSAGES_H */

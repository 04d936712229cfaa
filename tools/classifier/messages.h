/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Appends messages to the transaction that changes the table.  Without memory they set
 * batch.failed, and nft_batch_commit() reports it.
 */
#ifndef TSREWRITE_CLASSIFIER_MESSAGES_H
#define TSREWRITE_CLASSIFIER_MESSAGES_H

#include <libnftnl/set.h>

#include "classifier.h"
#include "nft_batch.h"

struct messages {
	struct nft_batch batch;
	uint32_t mask;		/* the module's mark-mask */
	uint32_t set_id;	/* of the last new map, which needs an id in its transaction */

	/* elements that are collected for one message, see elements.h */
	uint16_t type;
	char map[CLASSIFIER_NAME];
	struct nftnl_set *set;
	size_t ranges;
};

/*
 * Each adds or removes something, as @type says: NFT_MSG_NEWTABLE or NFT_MSG_DELTABLE etc.
 * messages_maps() is for both maps of a set of ports, of IPv4 and IPv6.  A @device makes a new
 * chain a base chain at its egress hook.
 */
void messages_table(struct messages *messages, uint16_t type);
void messages_chain(struct messages *messages, uint16_t type, const char *name,
		    const char *device);
void messages_maps(struct messages *messages, uint16_t type, uint32_t number);

/* Adds a chain with its rules, and the map of ports */
void messages_make_chain(struct messages *messages, enum classifier_kind kind,
			 uint32_t number, const char *device);
void messages_make_ports(struct messages *messages);

/* Adds the chain of a group, or else writes its rule anew, so that it notes @note */
void messages_make_group(struct messages *messages, uint8_t group,
			 const struct class_note *note);
void messages_renew_group(struct messages *messages, uint8_t group,
			  const struct class_note *note);

/* Ends a message; without @done there was no memory for it */
void messages_end(struct messages *messages, bool done);

#endif /* TSREWRITE_CLASSIFIER_MESSAGES_H */

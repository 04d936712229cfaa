// SPDX-License-Identifier: GPL-2.0-only
#include "elements.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include <linux/netfilter/nf_tables.h>
#include <linux/netlink.h>

#include "name.h"

#define RANGES_PER_MESSAGE 400	/* as the attribute that holds them ends at 65535 bytes */

void messages_flush(struct messages *messages)
{
	struct nlmsghdr *nlh;

	if (!messages->set)
		return;
	nlh = nft_batch_message(&messages->batch, messages->type,
				messages->type == NFT_MSG_NEWSETELEM ?
				NLM_F_CREATE | NLM_F_EXCL : 0);
	if (nlh)
		nftnl_set_elems_nlmsg_build_payload(nlh, messages->set);
	messages_end(messages, true);
	nftnl_set_free(messages->set);
	messages->set = NULL;
}

/*
 * Makes messages->set a set for elements of @map that a message of @type adds or removes.
 * Elements of another map or type, or too many of them, are put into a message first.
 */
static void aim_at_map(struct messages *messages, uint16_t type, const char *map)
{
	if (messages->type != type || strcmp(messages->map, map) ||
	    messages->ranges == RANGES_PER_MESSAGE)
		messages_flush(messages);
	if (messages->set)
		return;
	messages->type = type;
	messages->ranges = 0;
	snprintf(messages->map, sizeof(messages->map), "%s", map);
	messages->set = nftnl_set_alloc();
	if (!messages->set) {
		messages->batch.failed = true;
		return;
	}
	nftnl_set_set_str(messages->set, NFTNL_SET_TABLE, CLASSIFIER_TABLE);
	nftnl_set_set_str(messages->set, NFTNL_SET_NAME, map);
}

static struct nftnl_set_elem *add_element(struct messages *messages,
					  const void *key, size_t len)
{
	struct nftnl_set_elem *elem =
		messages->set ? nftnl_set_elem_alloc() : NULL;

	if (!elem) {
		messages->batch.failed = true;
		return NULL;
	}
	nftnl_set_elem_set(elem, NFTNL_SET_ELEM_KEY, key, (uint32_t)len);
	nftnl_set_elem_add(messages->set, elem);
	return elem;
}

static void lead_to_chain(struct nftnl_set_elem *elem, int verdict,
			  enum classifier_kind kind, uint32_t number)
{
	char chain[CLASSIFIER_NAME];

	classifier_chain_name(kind, number, chain);
	nftnl_set_elem_set_u32(elem, NFTNL_SET_ELEM_VERDICT, (uint32_t)verdict);
	nftnl_set_elem_set_str(elem, NFTNL_SET_ELEM_CHAIN, chain);
}

/* Adds the element that ends the range before @key */
static void add_end(struct messages *messages, const void *key, size_t len)
{
	struct nftnl_set_elem *elem = add_element(messages, key, len);

	if (elem)
		nftnl_set_elem_set_u32(elem, NFTNL_SET_ELEM_FLAGS,
				       NFT_SET_ELEM_INTERVAL_END);
}

void messages_range(struct messages *messages, uint16_t type,
		    const struct class *class)
{
	size_t len = range_bytes(&class->range);
	struct nftnl_set_elem *elem;
	char map[CLASSIFIER_NAME];
	uint8_t behind[16];

	classifier_map_name(class->range.family, class->map, map);
	aim_at_map(messages, type, map);
	messages->ranges++;
	elem = add_element(messages, class->range.first, len);
	if (elem && type == NFT_MSG_NEWSETELEM)
		lead_to_chain(elem, NFT_GOTO, CHAIN_GROUP, class->group);
	if (range_end(&class->range, behind))
		add_end(messages, behind, len);
}

void messages_port_range(struct messages *messages, uint16_t type,
			 struct port_range range, uint32_t map)
{
	uint16_t first = htons(range.first), behind = htons((uint16_t)(range.last + 1));
	struct nftnl_set_elem *elem;

	aim_at_map(messages, type, CLASSIFIER_PORTS);
	messages->ranges++;
	elem = add_element(messages, &first, sizeof(first));
	if (elem && type == NFT_MSG_NEWSETELEM)
		lead_to_chain(elem, NFT_JUMP, CHAIN_PORT, map);
	if (behind)
		add_end(messages, &behind, sizeof(behind));
}

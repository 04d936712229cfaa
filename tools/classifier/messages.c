// SPDX-License-Identifier: GPL-2.0-only
#include "messages.h"

#include <arpa/inet.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include <libnftnl/chain.h>
#include <libnftnl/common.h>
#include <libnftnl/table.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netlink.h>

#include "name.h"
#include "rules.h"

#define RANGES_PER_MESSAGE 400	/* as the attribute that holds them ends at 65535 bytes */
#define NEW (NLM_F_CREATE | NLM_F_EXCL)

/* nft's numbers of data types, by which it shows keys as addresses and ports */
enum key_type { KEY_IPV4 = 7, KEY_IPV6 = 8, KEY_PORT = 13 };

static void end_message(struct messages *messages, bool done)
{
	if (!done)
		messages->batch.failed = true;
	nft_batch_end(&messages->batch);
}

void messages_table(struct messages *messages, uint16_t type)
{
	struct nftnl_table *table = nftnl_table_alloc();
	struct nlmsghdr *nlh;

	nlh = nft_batch_message(&messages->batch, type,
				type == NFT_MSG_NEWTABLE ? NEW : 0);
	if (table && nlh) {
		nftnl_table_set_str(table, NFTNL_TABLE_NAME, CLASSIFIER_TABLE);
		nftnl_table_nlmsg_build_payload(nlh, table);
	}
	end_message(messages, table);
	if (table)
		nftnl_table_free(table);
}

static void set_hook(struct nftnl_chain *chain, const char *device)
{
	nftnl_chain_set_str(chain, NFTNL_CHAIN_TYPE, "filter");
	nftnl_chain_set_u32(chain, NFTNL_CHAIN_HOOKNUM, NF_NETDEV_EGRESS);
	nftnl_chain_set_s32(chain, NFTNL_CHAIN_PRIO, INT_MAX - 1);
	nftnl_chain_set_u32(chain, NFTNL_CHAIN_POLICY, NF_ACCEPT);
	nftnl_chain_set_str(chain, NFTNL_CHAIN_DEV, device);
}

void messages_chain(struct messages *messages, uint16_t type, const char *name,
		    const char *device)
{
	struct nftnl_chain *chain = nftnl_chain_alloc();
	struct nlmsghdr *nlh;

	nlh = nft_batch_message(&messages->batch, type,
				type == NFT_MSG_NEWCHAIN ? NEW : 0);
	if (chain && nlh) {
		nftnl_chain_set_str(chain, NFTNL_CHAIN_TABLE, CLASSIFIER_TABLE);
		nftnl_chain_set_str(chain, NFTNL_CHAIN_NAME, name);
		if (device)
			set_hook(chain, device);
		nftnl_chain_nlmsg_build_payload(nlh, chain);
	}
	end_message(messages, chain);
	if (chain)
		nftnl_chain_free(chain);
}

static int write_rule(const struct nftnl_rule *rule, void *arg)
{
	struct messages *messages = arg;
	struct nlmsghdr *nlh;

	nlh = nft_batch_message(&messages->batch, NFT_MSG_NEWRULE,
				NLM_F_CREATE | NLM_F_APPEND);
	if (nlh)
		nftnl_rule_nlmsg_build_payload(nlh, (struct nftnl_rule *)rule);
	end_message(messages, true);
	return 0;
}

void messages_make_chain(struct messages *messages, enum classifier_kind kind,
			 uint32_t number, const char *device)
{
	char name[CLASSIFIER_NAME];

	classifier_chain_name(kind, number, name);
	messages_chain(messages, NFT_MSG_NEWCHAIN, name, device);
	if (classifier_rules(kind, number, messages->mask, write_rule,
			     messages) < 0)
		messages->batch.failed = true;
}

/* The properties of a new map */
struct map_kind {
	uint32_t flags;
	enum key_type key_type;
	uint32_t key_len;
};

static void fill_set(struct messages *messages, struct nftnl_set *set,
		     const struct map_kind *kind)
{
	nftnl_set_set_u32(set, NFTNL_SET_ID, ++messages->set_id);
	nftnl_set_set_u32(set, NFTNL_SET_FLAGS, NFT_SET_MAP | kind->flags);
	nftnl_set_set_u32(set, NFTNL_SET_KEY_TYPE, kind->key_type);
	nftnl_set_set_u32(set, NFTNL_SET_KEY_LEN, kind->key_len);
	nftnl_set_set_u32(set, NFTNL_SET_DATA_TYPE, NFT_DATA_VERDICT);
}

static void write_set(struct messages *messages, uint16_t type, const char *name,
		      const struct map_kind *kind)
{
	bool new = type == NFT_MSG_NEWSET;
	struct nftnl_set *set = nftnl_set_alloc();
	struct nlmsghdr *nlh = nft_batch_message(&messages->batch, type,
						 new ? NEW : 0);

	if (set && nlh) {
		nftnl_set_set_str(set, NFTNL_SET_TABLE, CLASSIFIER_TABLE);
		nftnl_set_set_str(set, NFTNL_SET_NAME, name);
		if (new)
			fill_set(messages, set, kind);
		nftnl_set_nlmsg_build_payload(nlh, set);
	}
	end_message(messages, set);
	if (set)
		nftnl_set_free(set);
}

void messages_maps(struct messages *messages, uint16_t type, uint32_t number)
{
	static const struct map_kind ipv4 = { NFT_SET_INTERVAL, KEY_IPV4, 4 };
	static const struct map_kind ipv6 = { NFT_SET_INTERVAL, KEY_IPV6, 16 };
	char name[CLASSIFIER_NAME];

	classifier_map_name(AF_INET, number, name);
	write_set(messages, type, name, &ipv4);
	classifier_map_name(AF_INET6, number, name);
	write_set(messages, type, name, &ipv6);
}

void messages_make_ports(struct messages *messages)
{
	static const struct map_kind ports = { 0, KEY_PORT, 2 };

	write_set(messages, NFT_MSG_NEWSET, CLASSIFIER_PORTS, &ports);
}

void messages_flush(struct messages *messages)
{
	struct nlmsghdr *nlh;

	if (!messages->set)
		return;
	nlh = nft_batch_message(&messages->batch, messages->type,
				messages->type == NFT_MSG_NEWSETELEM ? NEW : 0);
	if (nlh)
		nftnl_set_elems_nlmsg_build_payload(nlh, messages->set);
	end_message(messages, true);
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
	if (!range_end(&class->range, behind))
		return;
	elem = add_element(messages, behind, len);
	if (elem)
		nftnl_set_elem_set_u32(elem, NFTNL_SET_ELEM_FLAGS,
				       NFT_SET_ELEM_INTERVAL_END);
}

void messages_port(struct messages *messages, uint16_t type, uint16_t port,
		   uint32_t map)
{
	uint16_t key = htons(port);
	struct nftnl_set_elem *elem;

	aim_at_map(messages, type, CLASSIFIER_PORTS);
	messages->ranges++;
	elem = add_element(messages, &key, sizeof(key));
	if (elem && type == NFT_MSG_NEWSETELEM)
		lead_to_chain(elem, NFT_JUMP, CHAIN_PORT, map);
}

// SPDX-License-Identifier: GPL-2.0-only
#include "messages.h"

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
#include "note.h"
#include "rules.h"

#define NEW (NLM_F_CREATE | NLM_F_EXCL)

/* nft's numbers of data types, by which it shows keys as addresses and ports */
enum key_type { KEY_IPV4 = 7, KEY_IPV6 = 8, KEY_PORT = 13 };

void messages_end(struct messages *messages, bool done)
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
	messages_end(messages, table);
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
	messages_end(messages, chain);
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
	messages_end(messages, true);
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

struct noted_rule {
	struct messages *messages;
	const struct class_note *note;
};

static int write_noted_rule(const struct nftnl_rule *rule, void *arg)
{
	const struct noted_rule *noted = arg;

	if (!class_note_put(noted->note, (struct nftnl_rule *)rule))
		noted->messages->batch.failed = true;
	return write_rule(rule, noted->messages);
}

static void write_group_rule(struct messages *messages, uint8_t group,
			     const struct class_note *note)
{
	struct noted_rule noted = { messages, note };

	if (classifier_rules(CHAIN_GROUP, group, messages->mask, write_noted_rule,
			     &noted) < 0)
		messages->batch.failed = true;
}

void messages_make_group(struct messages *messages, uint8_t group,
			 const struct class_note *note)
{
	char name[CLASSIFIER_NAME];

	classifier_chain_name(CHAIN_GROUP, group, name);
	messages_chain(messages, NFT_MSG_NEWCHAIN, name, NULL);
	write_group_rule(messages, group, note);
}

void messages_renew_group(struct messages *messages, uint8_t group,
			  const struct class_note *note)
{
	struct nftnl_rule *all = nftnl_rule_alloc();
	char name[CLASSIFIER_NAME];
	struct nlmsghdr *nlh;

	classifier_chain_name(CHAIN_GROUP, group, name);
	nlh = nft_batch_message(&messages->batch, NFT_MSG_DELRULE, 0);
	if (all && nlh) {
		nftnl_rule_set_str(all, NFTNL_RULE_TABLE, CLASSIFIER_TABLE);
		nftnl_rule_set_str(all, NFTNL_RULE_CHAIN, name);
		nftnl_rule_nlmsg_build_payload(nlh, all);
	}
	messages_end(messages, all);
	if (all)
		nftnl_rule_free(all);
	write_group_rule(messages, group, note);
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
	messages_end(messages, set);
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
	static const struct map_kind ports = { NFT_SET_INTERVAL, KEY_PORT, 2 };

	write_set(messages, NFT_MSG_NEWSET, CLASSIFIER_PORTS, &ports);
}

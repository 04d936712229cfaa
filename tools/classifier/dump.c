// SPDX-License-Identifier: GPL-2.0-only
#include "dump.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libnftnl/chain.h>
#include <libnftnl/common.h>
#include <libnftnl/expr.h>
#include <libnftnl/gen.h>
#include <libnftnl/table.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netlink.h>

#include "name.h"
#include "note.h"
#include "rules.h"

static struct nlmsghdr *build_request(uint64_t *buffer, uint16_t type)
{
	return nftnl_nlmsg_build_hdr((char *)buffer, type, NFPROTO_NETDEV, 0, 0);
}

static int generation_row(const struct nlmsghdr *nlh, void *dump)
{
	struct nftnl_gen *gen = nftnl_gen_alloc();
	uint32_t *row = gen ? dump_add(dump) : NULL;
	int ret = MNL_CB_ERROR;

	if (row && nftnl_gen_nlmsg_parse(nlh, gen) >= 0) {
		*row = nftnl_gen_get_u32(gen, NFTNL_GEN_ID);
		ret = MNL_CB_OK;
	}
	if (gen)
		nftnl_gen_free(gen);
	return ret;
}

int classifier_dump_generation(uint32_t *generation)
{
	struct dump dump = { .row_size = sizeof(*generation) };
	uint64_t buffer[16];

	if (dump_ask(NETLINK_NETFILTER, build_request(buffer, NFT_MSG_GETGEN),
		     generation_row, &dump) < 0)
		return -1;
	errno = EBADMSG;
	if (!dump.count)
		return -1;
	*generation = *(uint32_t *)dump.row;
	free(dump.row);
	return 0;
}

/* Adds a row with the flags of the table of that name */
static int add_table(const struct nftnl_table *table, struct dump *dump)
{
	uint32_t *flags;

	if (!classifier_is_ours(nftnl_table_get_str(table, NFTNL_TABLE_NAME)))
		return MNL_CB_OK;
	flags = dump_add(dump);
	if (!flags)
		return MNL_CB_ERROR;
	if (nftnl_table_is_set(table, NFTNL_TABLE_FLAGS))
		*flags = nftnl_table_get_u32(table, NFTNL_TABLE_FLAGS);
	return MNL_CB_OK;
}

static int table_row(const struct nlmsghdr *nlh, void *dump)
{
	struct nftnl_table *table = nftnl_table_alloc();
	int ret = MNL_CB_ERROR;

	if (!table)
		return ret;
	if (nftnl_table_nlmsg_parse(nlh, table) < 0)
		errno = EBADMSG;
	else
		ret = add_table(table, dump);
	nftnl_table_free(table);
	return ret;
}

int classifier_dump_table(bool *exists, bool *dormant)
{
	struct dump dump = { .row_size = sizeof(uint32_t) };
	uint64_t buffer[16];

	if (dump_collect(NETLINK_NETFILTER, build_request(buffer, NFT_MSG_GETTABLE),
			 table_row, &dump) < 0)
		return -1;
	*exists = dump.count;
	*dormant = dump.count && *(uint32_t *)dump.row & NFT_TABLE_F_DORMANT;
	free(dump.row);
	return 0;
}

static void fill_hook(struct nftnl_chain *from, struct classifier_chain *chain)
{
	const char *const *devices = nftnl_chain_get(from, NFTNL_CHAIN_DEVICES);
	const char *device = nftnl_chain_get_str(from, NFTNL_CHAIN_DEV);
	const char *type = nftnl_chain_get_str(from, NFTNL_CHAIN_TYPE);

	if (!device && devices)
		device = devices[0];
	if (device)
		snprintf(chain->device, sizeof(chain->device), "%s", device);
	chain->hooked =
		nftnl_chain_is_set(from, NFTNL_CHAIN_HOOKNUM) && type &&
		!strcmp(type, "filter") && !(devices && devices[0] && devices[1]) &&
		nftnl_chain_get_u32(from, NFTNL_CHAIN_HOOKNUM) == NF_NETDEV_EGRESS &&
		nftnl_chain_get_s32(from, NFTNL_CHAIN_PRIO) == INT_MAX - 1 &&
		nftnl_chain_get_u32(from, NFTNL_CHAIN_POLICY) == NF_ACCEPT;
}

static int add_chain(struct nftnl_chain *from, struct dump *dump)
{
	const char *name = nftnl_chain_get_str(from, NFTNL_CHAIN_NAME);
	struct classifier_chain *chain;

	if (!classifier_is_ours(nftnl_chain_get_str(from, NFTNL_CHAIN_TABLE)) || !name)
		return MNL_CB_OK;
	chain = dump_add(dump);
	if (!chain)
		return MNL_CB_ERROR;
	snprintf(chain->name, sizeof(chain->name), "%s", name);
	classifier_read_name(name, &chain->kind, &chain->number);
	fill_hook(from, chain);
	return MNL_CB_OK;
}

static int chain_row(const struct nlmsghdr *nlh, void *dump)
{
	struct nftnl_chain *chain = nftnl_chain_alloc();
	int ret = MNL_CB_ERROR;

	if (!chain)
		return ret;
	if (nftnl_chain_nlmsg_parse(nlh, chain) < 0)
		errno = EBADMSG;
	else
		ret = add_chain(chain, dump);
	nftnl_chain_free(chain);
	return ret;
}

int classifier_dump_chains(struct dump *dump)
{
	uint64_t buffer[16];

	dump->row_size = sizeof(struct classifier_chain);
	return dump_collect(NETLINK_NETFILTER,
			    build_request(buffer, NFT_MSG_GETCHAIN), chain_row, dump);
}

static int add_packets(struct nftnl_expr *expr, void *arg)
{
	if (!strcmp(nftnl_expr_get_str(expr, NFTNL_EXPR_NAME), "counter"))
		*(uint64_t *)arg +=
			nftnl_expr_get_u64(expr, NFTNL_EXPR_CTR_PACKETS);
	return 0;
}

static int add_rule(struct nftnl_rule *rule, struct dump *dump)
{
	const char *chain = nftnl_rule_get_str(rule, NFTNL_RULE_CHAIN);
	struct rule_row *row;

	if (!classifier_is_ours(nftnl_rule_get_str(rule, NFTNL_RULE_TABLE)) || !chain)
		return MNL_CB_OK;
	row = dump_add(dump);
	if (!row)
		return MNL_CB_ERROR;
	snprintf(row->chain, sizeof(row->chain), "%s", chain);
	classifier_words(rule, row->words, sizeof(row->words));
	nftnl_expr_foreach(rule, add_packets, &row->packets);
	class_note_read(rule, &row->note);
	return MNL_CB_OK;
}

static int rule_row(const struct nlmsghdr *nlh, void *dump)
{
	struct nftnl_rule *rule = nftnl_rule_alloc();
	int ret = MNL_CB_ERROR;

	if (!rule)
		return ret;
	if (nftnl_rule_nlmsg_parse(nlh, rule) < 0)
		errno = EBADMSG;
	else
		ret = add_rule(rule, dump);
	nftnl_rule_free(rule);
	return ret;
}

int classifier_dump_rules(struct dump *dump)
{
	uint64_t buffer[16];
	struct nlmsghdr *nlh = build_request(buffer, NFT_MSG_GETRULE);

	dump->row_size = sizeof(struct rule_row);
	mnl_attr_put_strz(nlh, NFTA_RULE_TABLE, CLASSIFIER_TABLE);
	return dump_collect(NETLINK_NETFILTER, nlh, rule_row, dump);
}

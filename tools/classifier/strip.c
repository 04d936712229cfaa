// SPDX-License-Identifier: GPL-2.0-only
#include "strip.h"

#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>

#include <libnftnl/chain.h>
#include <libnftnl/common.h>
#include <libnftnl/table.h>
#include <linux/if_ether.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netlink.h>

#include "dump.h"
#include "expression.h"
#include "nft_batch.h"

#define TCPOPT_TIMESTAMP_KIND 8
#define CHAIN_NAME	      32

static void end_message(struct nft_batch *batch, const void *done)
{
	if (!done)
		batch->failed = true;
	nft_batch_end(batch);
}

static void put_table(struct nft_batch *batch, uint16_t type, uint16_t flags)
{
	struct nftnl_table *table = nftnl_table_alloc();
	struct nlmsghdr *nlh = nft_batch_message(batch, type, flags);

	if (table && nlh) {
		nftnl_table_set_str(table, NFTNL_TABLE_NAME, STRIP_TABLE);
		nftnl_table_nlmsg_build_payload(nlh, table);
	}
	end_message(batch, table);
	if (table)
		nftnl_table_free(table);
}

/*
 * What leaves loses its TSopt before the module sees it.  Of what arrives, the module sees it if
 * it was attached later: of hooks with the same priority, the newest goes first.
 */
static void put_chain(struct nft_batch *batch, const char *name, const char *device,
		      uint32_t hook)
{
	struct nftnl_chain *chain = nftnl_chain_alloc();
	struct nlmsghdr *nlh = nft_batch_message(batch, NFT_MSG_NEWCHAIN, NLM_F_CREATE);

	if (chain && nlh) {
		nftnl_chain_set_str(chain, NFTNL_CHAIN_TABLE, STRIP_TABLE);
		nftnl_chain_set_str(chain, NFTNL_CHAIN_NAME, name);
		nftnl_chain_set_str(chain, NFTNL_CHAIN_TYPE, "filter");
		nftnl_chain_set_u32(chain, NFTNL_CHAIN_HOOKNUM, hook);
		nftnl_chain_set_s32(chain, NFTNL_CHAIN_PRIO,
				    hook == NF_NETDEV_INGRESS ? INT_MIN : INT_MAX - 2);
		nftnl_chain_set_u32(chain, NFTNL_CHAIN_POLICY, NF_ACCEPT);
		nftnl_chain_set_str(chain, NFTNL_CHAIN_DEV, device);
		nftnl_chain_nlmsg_build_payload(nlh, chain);
	}
	end_message(batch, chain);
	if (chain)
		nftnl_chain_free(chain);
}

static void reset_option(struct rule_builder *builder)
{
	struct nftnl_expr *expr = expression_add(builder, "exthdr");

	if (!expr)
		return;
	nftnl_expr_set_u8(expr, NFTNL_EXPR_EXTHDR_TYPE, TCPOPT_TIMESTAMP_KIND);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_EXTHDR_OP, NFT_EXTHDR_OP_TCPOPT);
}

/* As `reset tcp option timestamp`, and once more for a segment that has two */
static void strip_segments(struct rule_builder *builder)
{
	const uint8_t tcp = IPPROTO_TCP;

	expression_load_meta(builder, NFT_META_L4PROTO);
	expression_compare(builder, NFT_CMP_EQ, &tcp, sizeof(tcp));
	reset_option(builder);
	reset_option(builder);
}

/* nft reads no header behind a second VLAN tag: what has one is sent again */
static void drop_tagged(struct rule_builder *builder, uint16_t tag)
{
	const uint16_t protocol = htons(tag);

	expression_load_meta(builder, NFT_META_PROTOCOL);
	expression_compare(builder, NFT_CMP_EQ, &protocol, sizeof(protocol));
	expression_put_verdict(builder, NF_DROP, NULL);
}

static void put_rule(struct nft_batch *batch, const char *chain, uint16_t dropped)
{
	struct rule_builder builder = { nftnl_rule_alloc(), false };
	struct nlmsghdr *nlh = nft_batch_message(batch, NFT_MSG_NEWRULE,
						 NLM_F_CREATE | NLM_F_APPEND);

	if (builder.rule && nlh) {
		nftnl_rule_set_str(builder.rule, NFTNL_RULE_TABLE, STRIP_TABLE);
		nftnl_rule_set_str(builder.rule, NFTNL_RULE_CHAIN, chain);
		if (dropped)
			drop_tagged(&builder, dropped);
		else
			strip_segments(&builder);
		nftnl_rule_nlmsg_build_payload(nlh, builder.rule);
	}
	end_message(batch, builder.failed ? NULL : builder.rule);
	if (builder.rule)
		nftnl_rule_free(builder.rule);
}

static void put_hook(struct nft_batch *batch, const char *name, const char *device, uint32_t hook)
{
	put_chain(batch, name, device, hook);
	put_rule(batch, name, ETH_P_8021Q);
	put_rule(batch, name, ETH_P_8021AD);
	put_rule(batch, name, 0);
}

static void put_device(struct nft_batch *batch, size_t number, const char *device, bool both)
{
	char name[CHAIN_NAME];

	snprintf(name, sizeof(name), "ingress-%zu", number);
	put_hook(batch, name, device, NF_NETDEV_INGRESS);
	snprintf(name, sizeof(name), "egress-%zu", number);
	if (both)
		put_hook(batch, name, device, NF_NETDEV_EGRESS);
}

struct stripping {
	const char *const *devices;
	size_t count;
	bool both;
};

/* One that was left behind is replaced */
static void put_begin(struct nft_batch *batch, const struct stripping *stripping)
{
	put_table(batch, NFT_MSG_NEWTABLE, NLM_F_CREATE);
	put_table(batch, NFT_MSG_DELTABLE, 0);
	put_table(batch, NFT_MSG_NEWTABLE, NLM_F_CREATE);
	for (size_t i = 0; i < stripping->count; i++)
		put_device(batch, i, stripping->devices[i], stripping->both);
}

/* @stripping is NULL to end it */
static int change_once(const struct stripping *stripping, char *why, size_t size)
{
	struct nft_batch batch;
	uint32_t generation;
	int ret, error;

	*why = '\0';
	if (classifier_dump_generation(&generation) < 0)
		return -1;
	nft_batch_begin(&batch, generation);
	if (stripping)
		put_begin(&batch, stripping);
	else
		put_table(&batch, NFT_MSG_DELTABLE, 0);
	ret = nft_batch_commit(&batch, why, size);
	error = errno;
	nft_batch_free(&batch);
	errno = error;
	return ret;
}

/* Another process may change rules of nft just now */
#define TRIES 100

static int change_table(const struct stripping *stripping, char *why, size_t size)
{
	int tries = TRIES, ret;

	do {
		ret = change_once(stripping, why, size);
	} while (ret < 0 && errno == ERESTART && --tries);
	return ret;
}

int strip_begin(const char *const *devices, size_t count, bool both, char *why, size_t size)
{
	const struct stripping stripping = { devices, count, both };

	return change_table(&stripping, why, size);
}

int strip_end(char *why, size_t size)
{
	return change_table(NULL, why, size);
}

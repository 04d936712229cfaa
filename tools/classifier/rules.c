// SPDX-License-Identifier: GPL-2.0-only
#include "rules.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include <libnftnl/expr.h>
#include <linux/if_ether.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

#include "expression.h"
#include "name.h"

#define TCP_SPORT  0
#define TCP_DPORT  2
#define TCP_FLAGS  13
#define SYN	   0x02
#define ACK	   0x10
#define IP_DADDR   16
#define IP6_DADDR  24

static void match_flag(struct rule_builder *builder, uint8_t flag, bool is_set)
{
	const uint8_t none = 0;

	expression_load_payload(builder, NFT_PAYLOAD_TRANSPORT_HEADER, TCP_FLAGS, 1);
	expression_mask_bits(builder, &flag, &none, 1);
	expression_compare(builder, is_set ? NFT_CMP_NEQ : NFT_CMP_EQ, &none, 1);
}

/* Matches the SYN flag alone, whatever other flags are set: the SYN of AccECN has more */
static void rule_of_device(struct rule_builder *builder)
{
	const uint8_t tcp = IPPROTO_TCP;

	expression_load_meta(builder, NFT_META_L4PROTO);
	expression_compare(builder, NFT_CMP_EQ, &tcp, sizeof(tcp));
	match_flag(builder, SYN, true);
	expression_put_verdict(builder, NFT_GOTO, "classify");
}

static void change_mark(struct rule_builder *builder, uint32_t mask, uint32_t xor)
{
	expression_load_meta(builder, NFT_META_MARK);
	expression_mask_bits(builder, &mask, &xor, sizeof(mask));
	expression_set_mark(builder);
}

static void rule_of_marked(struct rule_builder *builder, uint32_t mask)
{
	const uint32_t none = 0;

	expression_load_meta(builder, NFT_META_MARK);
	expression_mask_bits(builder, &mask, &none, sizeof(mask));
	expression_compare(builder, NFT_CMP_NEQ, &none, sizeof(none));
	expression_add(builder, "counter");
	change_mark(builder, ~mask, 0);
}

/* Looks up the server's port: the destination of a SYN, the source of a SYN-ACK (@answers) */
static void rule_of_ports(struct rule_builder *builder, bool answers)
{
	match_flag(builder, ACK, answers);
	expression_load_payload(builder, NFT_PAYLOAD_TRANSPORT_HEADER,
				answers ? TCP_SPORT : TCP_DPORT, 2);
	expression_look_up(builder, CLASSIFIER_PORTS);
}

static void rule_of_prefixes(struct rule_builder *builder, uint8_t family,
			     uint32_t number)
{
	const uint16_t protocol =
		htons(family == AF_INET ? ETH_P_IP : ETH_P_IPV6);
	char map[CLASSIFIER_NAME];

	classifier_map_name(family, number, map);
	expression_load_meta(builder, NFT_META_PROTOCOL);
	expression_compare(builder, NFT_CMP_EQ, &protocol, sizeof(protocol));
	if (family == AF_INET)
		expression_load_payload(builder, NFT_PAYLOAD_NETWORK_HEADER, IP_DADDR, 4);
	else
		expression_load_payload(builder, NFT_PAYLOAD_NETWORK_HEADER, IP6_DADDR, 16);
	expression_look_up(builder, map);
}

static void rule_of_group(struct rule_builder *builder, uint32_t id, uint32_t mask)
{
	change_mark(builder, ~mask, id << __builtin_ctz(mask));
	expression_put_verdict(builder, NF_ACCEPT, NULL);
}

/* Builds the @i-th rule of a chain; returns false if the chain has no more rules */
static bool build_rule(struct rule_builder *builder, enum classifier_kind kind,
		       uint32_t number, uint32_t mask, unsigned int i)
{
	switch (kind) {
	case CHAIN_DEVICE:
		if (!i)
			rule_of_device(builder);
		return !i;
	case CHAIN_CLASSIFY:
		if (!i)
			rule_of_marked(builder, mask);
		else if (i < 3)
			rule_of_ports(builder, i == 2);
		else if (i == 3)
			expression_put_verdict(builder, NFT_GOTO, "port-0");
		return i < 4;
	case CHAIN_PORT:
		if (i < 2)
			rule_of_prefixes(builder, i ? AF_INET6 : AF_INET,
					 number);
		return i < 2;
	case CHAIN_GROUP:
		if (!i)
			rule_of_group(builder, number, mask);
		return !i;
	default:
		return false;
	}
}

static void address_rule(struct nftnl_rule *rule, enum classifier_kind kind,
			 uint32_t number)
{
	char name[CLASSIFIER_NAME];

	classifier_chain_name(kind, number, name);
	nftnl_rule_set_u32(rule, NFTNL_RULE_FAMILY, NFPROTO_NETDEV);
	nftnl_rule_set_str(rule, NFTNL_RULE_TABLE, CLASSIFIER_TABLE);
	nftnl_rule_set_str(rule, NFTNL_RULE_CHAIN, name);
}

int classifier_rules(enum classifier_kind kind, uint32_t number, uint32_t mask,
		     classifier_take take, void *arg)
{
	bool more = true;
	int ret = 0;

	for (unsigned int i = 0; more && !ret; i++) {
		struct rule_builder builder = { .rule = nftnl_rule_alloc() };

		errno = ENOMEM;
		if (!builder.rule)
			return -1;
		address_rule(builder.rule, kind, number);
		more = build_rule(&builder, kind, number, mask, i);
		if (builder.failed)
			ret = -1;
		else if (more)
			ret = take(builder.rule, arg);
		nftnl_rule_free(builder.rule);
	}
	return ret;
}

struct words {
	char *out;
	size_t size;
};

static int add_words(struct nftnl_expr *expr, void *arg)
{
	const struct words *words = arg;
	const char *kind = nftnl_expr_get_str(expr, NFTNL_EXPR_NAME);
	size_t used = strlen(words->out);
	char text[512] = "";

	if (strcmp(kind, "counter"))
		nftnl_expr_snprintf(text, sizeof(text), expr,
				    NFTNL_OUTPUT_DEFAULT, 0);
	snprintf(words->out + used, words->size - used, "[%s %s]", kind, text);
	return 0;
}

void classifier_words(const struct nftnl_rule *rule, char *out, size_t size)
{
	struct words words = { out, size };
	size_t used;

	nftnl_expr_foreach((struct nftnl_rule *)rule, add_words, &words);
	used = strlen(out);
	snprintf(out + used, size - used, "\n");
}

// SPDX-License-Identifier: GPL-2.0-only
/* The rules of each chain */
#include "classifier.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include <libnftnl/expr.h>
#include <linux/if_ether.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

#define TCP_SPORT  0
#define TCP_DPORT  2
#define TCP_FLAGS  13
#define SYN	   0x02
#define ACK	   0x10
#define IP_DADDR   16
#define IP6_DADDR  24

void classifier_chain_name(enum classifier_kind kind, uint32_t number,
			   char out[CLASSIFIER_NAME])
{
	static const char *const heads[] = {
		[CHAIN_DEVICE] = "device", [CHAIN_PORT] = "port",
		[CHAIN_GROUP] = "group",
	};

	if (kind == CHAIN_CLASSIFY)
		snprintf(out, CLASSIFIER_NAME, "classify");
	else
		snprintf(out, CLASSIFIER_NAME, "%s-%u", heads[kind], number);
}

void classifier_map_name(uint8_t family, uint32_t number,
			 char out[CLASSIFIER_NAME])
{
	snprintf(out, CLASSIFIER_NAME, "%s-%u",
		 family == AF_INET ? "ip" : "ip6", number);
}

/* A rule as it grows; whatever fails is told at its end */
struct building {
	struct nftnl_rule *rule;
	bool failed;
};

static struct nftnl_expr *add(struct building *building, const char *kind)
{
	struct nftnl_expr *expr = nftnl_expr_alloc(kind);

	if (expr)
		nftnl_rule_add_expr(building->rule, expr);
	else
		building->failed = true;
	return expr;
}

static void load_meta(struct building *building, uint32_t key)
{
	struct nftnl_expr *expr = add(building, "meta");

	if (!expr)
		return;
	nftnl_expr_set_u32(expr, NFTNL_EXPR_META_KEY, key);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_META_DREG, NFT_REG_1);
}

static void set_mark(struct building *building)
{
	struct nftnl_expr *expr = add(building, "meta");

	if (!expr)
		return;
	nftnl_expr_set_u32(expr, NFTNL_EXPR_META_KEY, NFT_META_MARK);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_META_SREG, NFT_REG_1);
}

static void load_payload(struct building *building, uint32_t base,
			 uint32_t offset, uint32_t len)
{
	struct nftnl_expr *expr = add(building, "payload");

	if (!expr)
		return;
	nftnl_expr_set_u32(expr, NFTNL_EXPR_PAYLOAD_DREG, NFT_REG_1);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_PAYLOAD_BASE, base);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_PAYLOAD_OFFSET, offset);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_PAYLOAD_LEN, len);
}

/* The register's bits that are in @mask, and those of @xor */
static void mask_bits(struct building *building, const void *mask,
		      const void *xor, uint32_t len)
{
	struct nftnl_expr *expr = add(building, "bitwise");

	if (!expr)
		return;
	nftnl_expr_set_u32(expr, NFTNL_EXPR_BITWISE_SREG, NFT_REG_1);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_BITWISE_DREG, NFT_REG_1);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_BITWISE_LEN, len);
	nftnl_expr_set(expr, NFTNL_EXPR_BITWISE_MASK, mask, len);
	nftnl_expr_set(expr, NFTNL_EXPR_BITWISE_XOR, xor, len);
}

static void compare(struct building *building, uint32_t op, const void *data,
		    uint32_t len)
{
	struct nftnl_expr *expr = add(building, "cmp");

	if (!expr)
		return;
	nftnl_expr_set_u32(expr, NFTNL_EXPR_CMP_SREG, NFT_REG_1);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_CMP_OP, op);
	nftnl_expr_set(expr, NFTNL_EXPR_CMP_DATA, data, len);
}

static void look_up(struct building *building, const char *map)
{
	struct nftnl_expr *expr = add(building, "lookup");

	if (!expr)
		return;
	nftnl_expr_set_u32(expr, NFTNL_EXPR_LOOKUP_SREG, NFT_REG_1);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_LOOKUP_DREG, NFT_REG_VERDICT);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_LOOKUP_FLAGS, 0);
	nftnl_expr_set_str(expr, NFTNL_EXPR_LOOKUP_SET, map);
}

static void decide(struct building *building, int verdict, const char *chain)
{
	struct nftnl_expr *expr = add(building, "immediate");

	if (!expr)
		return;
	nftnl_expr_set_u32(expr, NFTNL_EXPR_IMM_DREG, NFT_REG_VERDICT);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_IMM_VERDICT, (uint32_t)verdict);
	if (chain)
		nftnl_expr_set_str(expr, NFTNL_EXPR_IMM_CHAIN, chain);
}

static void match_flag(struct building *building, uint8_t flag, bool is_set)
{
	const uint8_t none = 0;

	load_payload(building, NFT_PAYLOAD_TRANSPORT_HEADER, TCP_FLAGS, 1);
	mask_bits(building, &flag, &none, 1);
	compare(building, is_set ? NFT_CMP_NEQ : NFT_CMP_EQ, &none, 1);
}

/* A flag, never all flags: AccECN's SYN has others */
static void rule_of_device(struct building *building)
{
	const uint8_t tcp = IPPROTO_TCP;

	load_meta(building, NFT_META_L4PROTO);
	compare(building, NFT_CMP_EQ, &tcp, sizeof(tcp));
	match_flag(building, SYN, true);
	decide(building, NFT_GOTO, "classify");
}

static void mark(struct building *building, uint32_t mask, uint32_t xor)
{
	load_meta(building, NFT_META_MARK);
	mask_bits(building, &mask, &xor, sizeof(mask));
	set_mark(building);
}

static void rule_of_marked(struct building *building, uint32_t mask)
{
	const uint32_t none = 0;

	load_meta(building, NFT_META_MARK);
	mask_bits(building, &mask, &none, sizeof(mask));
	compare(building, NFT_CMP_NEQ, &none, sizeof(none));
	add(building, "counter");
	mark(building, ~mask, 0);
}

/* The service is what a SYN goes to, and what a SYN-ACK comes from */
static void rule_of_ports(struct building *building, bool answers)
{
	match_flag(building, ACK, answers);
	load_payload(building, NFT_PAYLOAD_TRANSPORT_HEADER,
		     answers ? TCP_SPORT : TCP_DPORT, 2);
	look_up(building, CLASSIFIER_PORTS);
}

static void rule_of_prefixes(struct building *building, uint8_t family,
			     uint32_t number)
{
	const uint16_t protocol =
		htons(family == AF_INET ? ETH_P_IP : ETH_P_IPV6);
	char map[CLASSIFIER_NAME];

	classifier_map_name(family, number, map);
	load_meta(building, NFT_META_PROTOCOL);
	compare(building, NFT_CMP_EQ, &protocol, sizeof(protocol));
	if (family == AF_INET)
		load_payload(building, NFT_PAYLOAD_NETWORK_HEADER, IP_DADDR, 4);
	else
		load_payload(building, NFT_PAYLOAD_NETWORK_HEADER, IP6_DADDR, 16);
	look_up(building, map);
}

static void rule_of_group(struct building *building, uint32_t id, uint32_t mask)
{
	mark(building, ~mask, id << __builtin_ctz(mask));
	decide(building, NF_ACCEPT, NULL);
}

/* False behind the last one */
static bool build(struct building *building, enum classifier_kind kind,
		  uint32_t number, uint32_t mask, unsigned int i)
{
	switch (kind) {
	case CHAIN_DEVICE:
		if (!i)
			rule_of_device(building);
		return !i;
	case CHAIN_CLASSIFY:
		if (!i)
			rule_of_marked(building, mask);
		else if (i < 3)
			rule_of_ports(building, i == 2);
		else if (i == 3)
			decide(building, NFT_GOTO, "port-0");
		return i < 4;
	case CHAIN_PORT:
		if (i < 2)
			rule_of_prefixes(building, i ? AF_INET6 : AF_INET,
					 number);
		return i < 2;
	case CHAIN_GROUP:
		if (!i)
			rule_of_group(building, number, mask);
		return !i;
	default:
		return false;
	}
}

static void address(struct nftnl_rule *rule, enum classifier_kind kind,
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
		struct building building = { .rule = nftnl_rule_alloc() };

		errno = ENOMEM;
		if (!building.rule)
			return -1;
		address(building.rule, kind, number);
		more = build(&building, kind, number, mask, i);
		if (building.failed)
			ret = -1;
		else if (more)
			ret = take(building.rule, arg);
		nftnl_rule_free(building.rule);
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

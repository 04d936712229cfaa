// SPDX-License-Identifier: GPL-2.0-only
#include "expression.h"

#include <libnftnl/expr.h>
#include <linux/netfilter/nf_tables.h>

struct nftnl_expr *expression_add(struct rule_builder *builder, const char *kind)
{
	struct nftnl_expr *expr = nftnl_expr_alloc(kind);

	if (expr)
		nftnl_rule_add_expr(builder->rule, expr);
	else
		builder->failed = true;
	return expr;
}

void expression_load_meta(struct rule_builder *builder, uint32_t key)
{
	struct nftnl_expr *expr = expression_add(builder, "meta");

	if (!expr)
		return;
	nftnl_expr_set_u32(expr, NFTNL_EXPR_META_KEY, key);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_META_DREG, NFT_REG_1);
}

void expression_set_mark(struct rule_builder *builder)
{
	struct nftnl_expr *expr = expression_add(builder, "meta");

	if (!expr)
		return;
	nftnl_expr_set_u32(expr, NFTNL_EXPR_META_KEY, NFT_META_MARK);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_META_SREG, NFT_REG_1);
}

void expression_load_payload(struct rule_builder *builder, uint32_t base,
			     uint32_t offset, uint32_t len)
{
	struct nftnl_expr *expr = expression_add(builder, "payload");

	if (!expr)
		return;
	nftnl_expr_set_u32(expr, NFTNL_EXPR_PAYLOAD_DREG, NFT_REG_1);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_PAYLOAD_BASE, base);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_PAYLOAD_OFFSET, offset);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_PAYLOAD_LEN, len);
}

void expression_mask_bits(struct rule_builder *builder, const void *mask,
			  const void *xor, uint32_t len)
{
	struct nftnl_expr *expr = expression_add(builder, "bitwise");

	if (!expr)
		return;
	nftnl_expr_set_u32(expr, NFTNL_EXPR_BITWISE_SREG, NFT_REG_1);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_BITWISE_DREG, NFT_REG_1);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_BITWISE_LEN, len);
	nftnl_expr_set(expr, NFTNL_EXPR_BITWISE_MASK, mask, len);
	nftnl_expr_set(expr, NFTNL_EXPR_BITWISE_XOR, xor, len);
}

void expression_compare(struct rule_builder *builder, uint32_t op, const void *data,
			uint32_t len)
{
	struct nftnl_expr *expr = expression_add(builder, "cmp");

	if (!expr)
		return;
	nftnl_expr_set_u32(expr, NFTNL_EXPR_CMP_SREG, NFT_REG_1);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_CMP_OP, op);
	nftnl_expr_set(expr, NFTNL_EXPR_CMP_DATA, data, len);
}

void expression_look_up(struct rule_builder *builder, const char *map)
{
	struct nftnl_expr *expr = expression_add(builder, "lookup");

	if (!expr)
		return;
	nftnl_expr_set_u32(expr, NFTNL_EXPR_LOOKUP_SREG, NFT_REG_1);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_LOOKUP_DREG, NFT_REG_VERDICT);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_LOOKUP_FLAGS, 0);
	nftnl_expr_set_str(expr, NFTNL_EXPR_LOOKUP_SET, map);
}

void expression_put_verdict(struct rule_builder *builder, int verdict, const char *chain)
{
	struct nftnl_expr *expr = expression_add(builder, "immediate");

	if (!expr)
		return;
	nftnl_expr_set_u32(expr, NFTNL_EXPR_IMM_DREG, NFT_REG_VERDICT);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_IMM_VERDICT, (uint32_t)verdict);
	if (chain)
		nftnl_expr_set_str(expr, NFTNL_EXPR_IMM_CHAIN, chain);
}

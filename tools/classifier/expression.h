/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Builds a rule of nf_tables from expressions.  Each function appends one; they all use the
 * same register, NFT_REG_1, except those that set a verdict.
 */
#ifndef TSREWRITE_CLASSIFIER_EXPRESSION_H
#define TSREWRITE_CLASSIFIER_EXPRESSION_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <libnftnl/expr.h>
#include <libnftnl/rule.h>

/* A rule that is being built; @failed is set if there was no memory for an expression */
struct rule_builder {
	struct nftnl_rule *rule;
	bool failed;
};

/* An empty one of that kind, for the caller to fill in; NULL if there is no memory */
struct nftnl_expr *expression_add(struct rule_builder *builder, const char *kind);

/* register = meta @key, one of NFT_META_*; and meta mark = register */
void expression_load_meta(struct rule_builder *builder, uint32_t key);
void expression_set_mark(struct rule_builder *builder);

/* register = @len bytes at @offset of the header @base, one of NFT_PAYLOAD_* */
void expression_load_payload(struct rule_builder *builder, uint32_t base,
			     uint32_t offset, uint32_t len);

/* register = (register & mask) ^ xor, all of @len bytes */
void expression_mask_bits(struct rule_builder *builder, const void *mask,
			  const void *xor, uint32_t len);

/* Goes on if the register compares to @data by @op, one of NFT_CMP_* */
void expression_compare(struct rule_builder *builder, uint32_t op, const void *data,
			uint32_t len);

/* The verdict that @map has for the register; goes on with the next rule if it has none */
void expression_look_up(struct rule_builder *builder, const char *map);

/* A verdict, NF_ACCEPT or one of NFT_*; @chain is where NFT_GOTO leads, or else NULL */
void expression_put_verdict(struct rule_builder *builder, int verdict, const char *chain);

#endif /* TSREWRITE_CLASSIFIER_EXPRESSION_H */

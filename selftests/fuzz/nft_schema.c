// SPDX-License-Identifier: GPL-2.0-only
#include "nft_schema.h"

#include <arpa/inet.h>
#include <stdbool.h>
#include <string.h>

#include <libmnl/libmnl.h>
#include <linux/netfilter/nf_tables.h>

#define HIDDEN	0x3ffe	/* a type that nobody knows */
#define VALUE	64	/* bytes of the longest value */

enum kind { NONE, U32, U64, STRING, BYTES, NEST, DATA };

struct schema;

struct field {
	enum kind kind;
	const struct schema *nest;
};

/* @field is indexed by type; every element of a list is as field 1 */
struct schema {
	const struct field *field;
	__u16 max;
	bool list;
	__u32 required;
};

#define SCHEMA(name, last, ...)						\
	static const struct schema name##_schema = {			\
		.field = name##_fields, .max = last, __VA_ARGS__	\
	}

static const struct field verdict_fields[] = {
	[NFTA_VERDICT_CODE] = { U32 }, [NFTA_VERDICT_CHAIN] = { STRING },
};

SCHEMA(verdict, NFTA_VERDICT_CHAIN, .required = 1U << NFTA_VERDICT_CODE);

static const struct field data_fields[] = {
	[NFTA_DATA_VALUE] = { BYTES }, [NFTA_DATA_VERDICT] = { NEST, &verdict_schema },
};

SCHEMA(data, NFTA_DATA_VERDICT);

static const struct field meta_fields[] = {
	[NFTA_META_DREG] = { U32 }, [NFTA_META_KEY] = { U32 }, [NFTA_META_SREG] = { U32 },
};

SCHEMA(meta, NFTA_META_SREG);

static const struct field cmp_fields[] = {
	[NFTA_CMP_SREG] = { U32 }, [NFTA_CMP_OP] = { U32 }, [NFTA_CMP_DATA] = { DATA },
};

SCHEMA(cmp, NFTA_CMP_DATA);

static const struct field bitwise_fields[] = {
	[NFTA_BITWISE_SREG] = { U32 }, [NFTA_BITWISE_DREG] = { U32 },
	[NFTA_BITWISE_LEN] = { U32 }, [NFTA_BITWISE_MASK] = { DATA },
	[NFTA_BITWISE_XOR] = { DATA }, [NFTA_BITWISE_OP] = { U32 },
};

SCHEMA(bitwise, NFTA_BITWISE_OP);

static const struct field payload_fields[] = {
	[NFTA_PAYLOAD_DREG] = { U32 }, [NFTA_PAYLOAD_BASE] = { U32 },
	[NFTA_PAYLOAD_OFFSET] = { U32 }, [NFTA_PAYLOAD_LEN] = { U32 },
	[NFTA_PAYLOAD_SREG] = { U32 }, [NFTA_PAYLOAD_CSUM_TYPE] = { U32 },
	[NFTA_PAYLOAD_CSUM_OFFSET] = { U32 }, [NFTA_PAYLOAD_CSUM_FLAGS] = { U32 },
};

SCHEMA(payload, NFTA_PAYLOAD_CSUM_FLAGS);

static const struct field lookup_fields[] = {
	[NFTA_LOOKUP_SET] = { STRING }, [NFTA_LOOKUP_SREG] = { U32 },
	[NFTA_LOOKUP_DREG] = { U32 }, [NFTA_LOOKUP_SET_ID] = { U32 },
	[NFTA_LOOKUP_FLAGS] = { U32 },
};

SCHEMA(lookup, NFTA_LOOKUP_FLAGS, .required = 1U << NFTA_LOOKUP_SET);

static const struct field immediate_fields[] = {
	[NFTA_IMMEDIATE_DREG] = { U32 }, [NFTA_IMMEDIATE_DATA] = { DATA },
};

SCHEMA(immediate, NFTA_IMMEDIATE_DATA, .required = 1U << NFTA_IMMEDIATE_DATA);

static const struct field counter_fields[] = {
	[NFTA_COUNTER_BYTES] = { U64 }, [NFTA_COUNTER_PACKETS] = { U64 },
};

SCHEMA(counter, NFTA_COUNTER_PACKETS);

/* Data of others is hidden */
static const struct {
	const char *name;
	const struct schema *schema;
} expressions[] = {
	{ "meta", &meta_schema }, { "cmp", &cmp_schema }, { "bitwise", &bitwise_schema },
	{ "payload", &payload_schema }, { "lookup", &lookup_schema },
	{ "immediate", &immediate_schema }, { "counter", &counter_schema },
};

static const struct field expression_fields[] = {
	[NFTA_EXPR_NAME] = { STRING }, [NFTA_EXPR_DATA] = { NEST, NULL },
};

SCHEMA(expression, NFTA_EXPR_DATA, .required = 1U << NFTA_EXPR_NAME);

static const struct field list_of_expressions_fields[] = { { NONE },
	{ NEST, &expression_schema } };

SCHEMA(list_of_expressions, 1, .list = true);

static const struct field list_of_strings_fields[] = { { NONE }, { STRING } };

SCHEMA(list_of_strings, 1, .list = true);

static const struct field hook_fields[] = {
	[NFTA_HOOK_HOOKNUM] = { U32 }, [NFTA_HOOK_PRIORITY] = { U32 },
	[NFTA_HOOK_DEV] = { STRING }, [NFTA_HOOK_DEVS] = { NEST, &list_of_strings_schema },
};

SCHEMA(hook, NFTA_HOOK_DEVS, .required = 1U << NFTA_HOOK_HOOKNUM | 1U << NFTA_HOOK_PRIORITY);

static const struct field element_fields[] = {
	[NFTA_SET_ELEM_KEY] = { DATA }, [NFTA_SET_ELEM_DATA] = { DATA },
	[NFTA_SET_ELEM_FLAGS] = { U32 }, [NFTA_SET_ELEM_TIMEOUT] = { U64 },
	[NFTA_SET_ELEM_EXPIRATION] = { U64 }, [NFTA_SET_ELEM_USERDATA] = { BYTES },
	[NFTA_SET_ELEM_KEY_END] = { DATA },
};

SCHEMA(element, NFTA_SET_ELEM_KEY_END);

static const struct field list_of_elements_fields[] = { { NONE },
	{ NEST, &element_schema } };

SCHEMA(list_of_elements, 1, .list = true);

static const struct field table_fields[] = {
	[NFTA_TABLE_NAME] = { STRING }, [NFTA_TABLE_FLAGS] = { U32 },
	[NFTA_TABLE_USE] = { U32 }, [NFTA_TABLE_HANDLE] = { U64 },
};

SCHEMA(table, NFTA_TABLE_HANDLE);

static const struct field chain_fields[] = {
	[NFTA_CHAIN_TABLE] = { STRING }, [NFTA_CHAIN_HANDLE] = { U64 },
	[NFTA_CHAIN_NAME] = { STRING }, [NFTA_CHAIN_HOOK] = { NEST, &hook_schema },
	[NFTA_CHAIN_POLICY] = { U32 }, [NFTA_CHAIN_TYPE] = { STRING },
};

SCHEMA(chain, NFTA_CHAIN_TYPE);

static const struct field rule_fields[] = {
	[NFTA_RULE_TABLE] = { STRING }, [NFTA_RULE_CHAIN] = { STRING },
	[NFTA_RULE_HANDLE] = { U64 },
	[NFTA_RULE_EXPRESSIONS] = { NEST, &list_of_expressions_schema },
	[NFTA_RULE_POSITION] = { U64 }, [NFTA_RULE_USERDATA] = { BYTES },
};

SCHEMA(rule, NFTA_RULE_USERDATA);

static const struct field set_fields[] = {
	[NFTA_SET_TABLE] = { STRING }, [NFTA_SET_NAME] = { STRING },
	[NFTA_SET_FLAGS] = { U32 }, [NFTA_SET_KEY_TYPE] = { U32 },
	[NFTA_SET_KEY_LEN] = { U32 }, [NFTA_SET_DATA_TYPE] = { U32 },
	[NFTA_SET_DATA_LEN] = { U32 },
};

SCHEMA(set, NFTA_SET_DATA_LEN);

static const struct field elements_fields[] = {
	[NFTA_SET_ELEM_LIST_TABLE] = { STRING }, [NFTA_SET_ELEM_LIST_SET] = { STRING },
	[NFTA_SET_ELEM_LIST_ELEMENTS] = { NEST, &list_of_elements_schema },
};

SCHEMA(elements, NFTA_SET_ELEM_LIST_ELEMENTS);

static const struct field generation_fields[] = {
	[NFTA_GEN_ID] = { U32 }, [NFTA_GEN_PROC_PID] = { U32 }, [NFTA_GEN_PROC_NAME] = { STRING },
};

SCHEMA(generation, NFTA_GEN_PROC_NAME);

static const struct field flowtable_fields[] = {
	[NFTA_FLOWTABLE_TABLE] = { STRING }, [NFTA_FLOWTABLE_NAME] = { STRING },
	[NFTA_FLOWTABLE_HOOK] = { NEST, &hook_schema }, [NFTA_FLOWTABLE_USE] = { U32 },
};

SCHEMA(flowtable, NFTA_FLOWTABLE_USE);

static const struct schema *const answers[NFT_MSG_MAX] = {
	[NFT_MSG_GETTABLE] = &table_schema, [NFT_MSG_GETCHAIN] = &chain_schema,
	[NFT_MSG_GETRULE] = &rule_schema, [NFT_MSG_GETSET] = &set_schema,
	[NFT_MSG_GETSETELEM] = &elements_schema, [NFT_MSG_GETGEN] = &generation_schema,
	[NFT_MSG_GETFLOWTABLE] = &flowtable_schema,
};

static const struct schema *schema_of(const char *name)
{
	for (size_t i = 0; i < sizeof(expressions) / sizeof(*expressions); i++) {
		if (!strcmp(expressions[i].name, name))
			return expressions[i].schema;
	}
	return NULL;
}

static bool mend_list(const struct schema *schema, char *data, size_t len);

/* A jump leads somewhere, and nothing else does */
static bool leads_right(const struct nlattr *code, const struct nlattr *chain)
{
	int verdict = (int)ntohl(mnl_attr_get_u32(code));

	return !chain == (verdict != NFT_JUMP && verdict != NFT_GOTO);
}

/* Returns false if the kernel does not say that */
static bool mend_one(const struct field *field, struct nlattr *attr, const char *name)
{
	char *data = mnl_attr_get_payload(attr);
	size_t len = mnl_attr_get_payload_len(attr);
	const struct schema *nest = field->nest;

	switch (field->kind) {
	case U32:
		return len == 4;
	case U64:
		return len == 8;
	case STRING:
		if (len)
			data[len - 1] = '\0';
		return len;
	case BYTES:
		return len;
	case DATA:
		nest = &data_schema;
		break;
	case NEST:
		if (!nest && name)
			nest = schema_of(name);
		break;
	default:
		return false;
	}
	return nest && mend_list(nest, data, len);
}

/* Hides what is not in @schema; returns false if something is missing then */
static bool mend_list(const struct schema *schema, char *data, size_t len)
{
	const struct nlattr *found[16] = { NULL };
	const char *name = NULL;
	__u32 present = 0;

	while (len >= sizeof(struct nlattr)) {
		struct nlattr *attr = (struct nlattr *)data;
		size_t step = MNL_ALIGN(attr->nla_len);
		__u16 type = mnl_attr_get_type(attr);

		if (schema->list)
			type = 1;
		if (schema->list)
			attr->nla_type = type;
		if (attr->nla_len < sizeof(*attr) || attr->nla_len > len)
			return false;
		if (type > schema->max || (found[type] && !schema->list) ||
		    !mend_one(&schema->field[type], attr, name)) {
			if (schema->list)
				return false;
			attr->nla_type = HIDDEN;
		} else {
			present |= 1U << type;
			found[type] = attr;
			if (schema == &expression_schema && type == NFTA_EXPR_NAME)
				name = mnl_attr_get_str(attr);
			if (schema == &data_schema && type == NFTA_DATA_VALUE &&
			    mnl_attr_get_payload_len(attr) > VALUE)
				return false;
		}
		data += step;
		len = step < len ? len - step : 0;
	}
	/* less than the head of an attribute */
	if (len)
		return false;
	if (schema == &verdict_schema && found[NFTA_VERDICT_CODE])
		return leads_right(found[NFTA_VERDICT_CODE], found[NFTA_VERDICT_CHAIN]);
	if (schema == &data_schema)
		return present == 1U << NFTA_DATA_VALUE || present == 1U << NFTA_DATA_VERDICT;
	return !(schema->required & ~present);
}

void nft_schema_mend(__u8 request, char *attrs, size_t len)
{
	if (request < NFT_MSG_MAX && answers[request])
		mend_list(answers[request], attrs, len);
}

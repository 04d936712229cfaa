// SPDX-License-Identifier: GPL-2.0-only
#include "attr.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

static const enum mnl_attr_data_type wire_type[] = {
	[ATTR_FLAG]    = MNL_TYPE_FLAG,
	[ATTR_U8]      = MNL_TYPE_U8,
	[ATTR_BOOL]    = MNL_TYPE_U8,
	[ATTR_U16]     = MNL_TYPE_U16,
	[ATTR_BE16]    = MNL_TYPE_U16,
	[ATTR_U32]     = MNL_TYPE_U32,
	[ATTR_BE32]    = MNL_TYPE_U32,
	[ATTR_U64]     = MNL_TYPE_U64,
	[ATTR_STRING]  = MNL_TYPE_NUL_STRING,
	[ATTR_ADDRESS] = MNL_TYPE_BINARY,
	[ATTR_NEST]    = MNL_TYPE_NESTED,
	[ATTR_TABLE]   = MNL_TYPE_NESTED,
};

static bool fits_field(const struct attr_field *field, const struct nlattr *attr)
{
	size_t len = mnl_attr_get_payload_len(attr);

	if (mnl_attr_validate(attr, wire_type[field->kind]) < 0)
		return false;
	if (field->kind == ATTR_ADDRESS)
		return len == 4 || len == 16;
	return field->kind != ATTR_STRING || len <= ATTR_TEXT;
}

static struct attrs nested_attrs(const struct nlattr *attr)
{
	return (struct attrs){ mnl_attr_get_payload(attr),
			       mnl_attr_get_payload_len(attr) };
}

/* Stores the attribute's value in the field @to; in the message it need not be aligned */
static void copy_value(const struct attr_field *field, const struct nlattr *attr,
		       void *to)
{
	const void *data = mnl_attr_get_payload(attr);
	size_t len = mnl_attr_get_payload_len(attr);

	switch (field->kind) {
	case ATTR_NONE:
	case ATTR_TABLE:
		break;
	case ATTR_FLAG:
		*(bool *)to = true;
		break;
	case ATTR_BOOL:
		*(bool *)to = mnl_attr_get_u8(attr);
		break;
	case ATTR_BE16:
		*(uint16_t *)to = ntohs(mnl_attr_get_u16(attr));
		break;
	case ATTR_BE32:
		*(uint32_t *)to = ntohl(mnl_attr_get_u32(attr));
		break;
	case ATTR_ADDRESS:
		((struct address *)to)->len = (uint8_t)len;
		memcpy(((struct address *)to)->byte, data, len);
		break;
	case ATTR_NEST:
		*(struct attrs *)to = nested_attrs(attr);
		break;
	default:
		memcpy(to, data, len);
	}
}

/* Returns 0, or -1 with the name of a required attribute that is missing in @why */
static int check_required(const struct attr_table *table, uint64_t present, char *why,
			  size_t size)
{
	for (uint16_t type = 0; type <= table->max && type < 64; type++) {
		if (!(table->required & ~present & ATTR_BIT(type)))
			continue;
		snprintf(why, size,
			 "the module's answer lacks attribute \"%s\" of \"%s\" (are module and command of the same version?)",
			 table->field[type].name, table->noun);
		return -1;
	}
	return 0;
}

int attr_decode(const struct attr_table *table, struct attrs attrs, void *out,
		char *why, size_t size)
{
	const struct nlattr *attr;
	uint64_t *present = out;

	if (!attrs.data)
		return check_required(table, *present, why, size);
	mnl_attr_for_each_payload(attrs.data, attrs.len) {
		uint16_t type = mnl_attr_get_type(attr);
		const struct attr_field *field;

		if (type > table->max || !table->field[type].kind)
			continue;
		field = &table->field[type];
		if (!fits_field(field, attr)) {
			snprintf(why, size,
				 "the module's answer has a malformed attribute \"%s\" of \"%s\" (are module and command of the same version?)",
				 field->name, table->noun);
			return -1;
		}
		copy_value(field, attr, (char *)out + field->offset);
		if (field->kind == ATTR_TABLE &&
		    attr_decode(field->table, nested_attrs(attr),
				(char *)out + field->offset, why, size) < 0)
			return -1;
		present[type / 64] |= ATTR_BIT(type % 64);
	}
	return check_required(table, *present, why, size);
}

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Netlink attributes to structs, by tables.  Pure, and nothing that came over
 * the wire is trusted: lengths, ends of strings and repetitions are checked,
 * attributes unknown to the table are skipped.
 */
#ifndef TSREWRITE_ATTR_H
#define TSREWRITE_ATTR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <libmnl/libmnl.h>

/* A run of attributes inside a message, or inside a nest */
struct attrs {
	const void *data;
	size_t len;
};

struct address {
	uint8_t len;
	uint8_t byte[16];
};

#define ATTR_TEXT 256

enum attr_kind {
	ATTR_NONE,
	ATTR_FLAG,	/* bool */
	ATTR_U8,
	ATTR_U16,
	ATTR_BE16,	/* uint16_t, in host byte order */
	ATTR_U32,
	ATTR_BE32,	/* uint32_t, in host byte order */
	ATTR_U64,
	ATTR_STRING,	/* char[ATTR_TEXT] */
	ATTR_ADDRESS,	/* struct address */
	ATTR_NEST,	/* struct attrs, into the message */
	ATTR_TABLE,	/* a struct of its own, by the field's table */
};

struct attr_table;

struct attr_field {
	const char *name;
	enum attr_kind kind;
	size_t offset;
	const struct attr_table *table;
};

#define ATTR_FIELD(_kind, _name, _struct, _member) {		\
	.name = _name, .kind = _kind,				\
	.offset = offsetof(struct _struct, _member),		\
}

#define ATTR_FIELD_TABLE(_table, _name, _struct, _member) {	\
	.name = _name, .kind = ATTR_TABLE,			\
	.offset = offsetof(struct _struct, _member), .table = _table, \
}

/*
 * @field is indexed by attribute type, up to @max, which is below 64.  Every
 * struct that is decoded begins with a uint64_t, the set of what was present.
 */
struct attr_table {
	const char *noun;
	const struct attr_field *field;
	uint16_t max;
	uint64_t required;
};

#define ATTR_BIT(type) (UINT64_C(1) << (type))

/* 0, or -1 with the reason in @why */
int attr_decode(const struct attr_table *table, struct attrs attrs, void *out,
		char *why, size_t size);

static inline bool attr_present(const void *decoded, unsigned int type)
{
	return *(const uint64_t *)decoded & ATTR_BIT(type);
}

#endif /* TSREWRITE_ATTR_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Decodes netlink attributes into structs, by tables.  Pure functions.  Nothing of a message
 * is trusted: lengths and the ends of strings are checked, attributes that are not in the
 * table are skipped, and of a repeated one the last counts.
 */
#ifndef TSREWRITE_CLIENT_ATTR_H
#define TSREWRITE_CLIENT_ATTR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <libmnl/libmnl.h>

#include "../text/address.h"

/* The attributes of a message or of a nest, @len bytes of them; points into the message */
struct attrs {
	const void *data;
	size_t len;
};

/* The longest string that is accepted, with its final NUL */
#define ATTR_TEXT 256

enum attr_kind {
	ATTR_NONE,
	ATTR_FLAG,	/* bool */
	ATTR_U8,
	ATTR_BOOL,	/* bool, from a number of 8 bits: true unless that is 0 */
	ATTR_U16,
	ATTR_BE16,	/* uint16_t, in host byte order */
	ATTR_U32,
	ATTR_BE32,	/* uint32_t, in host byte order */
	ATTR_U64,
	ATTR_STRING,	/* char[ATTR_TEXT] */
	ATTR_ADDRESS,	/* struct address */
	ATTR_NEST,	/* struct attrs, which points into the message */
	ATTR_TABLE,	/* a nest, decoded by the field's @table into a struct of its own */
};

struct attr_table;

/* How one attribute is stored: at @offset of the struct; @name is for errors */
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
 * How a struct is decoded.  @field is indexed by attribute type, from 0 to @max.  @required is a
 * set of ATTR_BIT()s, of types below 64.  @noun names the struct in errors.
 *
 * Every struct that is decoded begins with a uint64_t, which becomes the set of the
 * attributes that were present; with an array of them if @max is 64 or more.
 */
struct attr_table {
	const char *noun;
	const struct attr_field *field;
	uint16_t max;
	uint64_t required;
};

#define ATTR_BIT(type) (UINT64_C(1) << (type))

/*
 * Decodes @attrs into the zeroed struct @out.  Returns 0, or -1 with the reason in @why,
 * @size bytes long: an attribute is malformed, or a required one is missing.
 */
int attr_decode(const struct attr_table *table, struct attrs attrs, void *out,
		char *why, size_t size);

/* Whether attribute @type was present in what was decoded into the struct @decoded */
static inline bool attr_present(const void *decoded, unsigned int type)
{
	return ((const uint64_t *)decoded)[type / 64] & ATTR_BIT(type % 64);
}

#endif /* TSREWRITE_CLIENT_ATTR_H */

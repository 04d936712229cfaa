/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_FUZZ_SPEC_H
#define TSRW_FUZZ_SPEC_H

#include <stdbool.h>

#include <linux/types.h>

/* What spec_table.py makes of Documentation/netlink/specs/tsrewrite.yaml */

enum spec_type {
	SPEC_U8, SPEC_U16, SPEC_U32, SPEC_U64, SPEC_FLAG, SPEC_STRING, SPEC_BINARY,
	SPEC_NEST, SPEC_PAD,
};

/**
 * struct spec_attr - an attribute
 * @name: as the spec has it
 * @type: its number in messages
 * @kind: what its payload is
 * @min: least value, or bytes of a binary one
 * @max: greatest value, or bytes of a string or binary one
 */
struct spec_attr {
	const char *name;
	__u16 type;
	enum spec_type kind;
	__u32 min, max;
};

/* Attributes that one request may have */
#define SPEC_ATTRS_MAX	16

/**
 * struct spec_op - a command
 * @name: as the spec has it
 * @cmd: its number
 * @dumps: it is a dump, otherwise a request with one answer
 * @count: how many attributes a request may have
 * @attrs: these attributes
 */
struct spec_op {
	const char *name;
	__u8 cmd;
	bool dumps;
	unsigned int count;
	struct spec_attr attrs[SPEC_ATTRS_MAX];
};

#endif /* TSRW_FUZZ_SPEC_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* Dumps the names of the table's sets and maps, and the elements of a map */
#ifndef TSREWRITE_CLASSIFIER_DUMP_MAPS_H
#define TSREWRITE_CLASSIFIER_DUMP_MAPS_H

#include "../client/dump.h"
#include "classifier.h"

struct set_row {
	char name[ATTR_TEXT];
	uint32_t flags;		/* NFT_SET_* */
	uint32_t key_len;	/* in bytes */
};

/*
 * An element of a map: the border of a range, of ports in map ports, of addresses in the
 * others.  An element without @end begins a range; one with @end is the first key after it.
 * An element that stands for all other keys does not lead anywhere.
 */
struct element_row {
	uint8_t key[16];	/* in network byte order, from the first byte on */
	bool end;
	bool leads;		/* it leads to a chain, which is of @kind */
	bool jumps;		/* by jump, so that the chain returns, and not by goto */
	enum classifier_kind kind;
	uint32_t number;
};

/* Rows of struct set_row and struct element_row.  0, or -1 with errno; the caller frees them. */
int classifier_dump_sets(struct dump *dump);
int classifier_dump_elements(const char *map, struct dump *dump);

/*
 * Asks for two elements: the one that begins, and the one that ends, the range that the last
 * address of @range is in.  ENOENT if it is in none.
 */
int classifier_get_elements(const char *map, const struct range *range, struct dump *dump);

#endif /* TSREWRITE_CLASSIFIER_DUMP_MAPS_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* Prefixes, and the ranges of addresses that they are.  Pure. */
#ifndef TSREWRITE_PREFIX_H
#define TSREWRITE_PREFIX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PREFIX_SIZE 64

/* From the first to the last address, both in; bytes beyond the family's are 0 */
struct range {
	uint8_t family;	/* AF_INET, AF_INET6 */
	uint8_t first[16];
	uint8_t last[16];
};

/* @range is the caller's to free */
struct ranges {
	struct range *range;
	size_t count;
};

/* How many bytes its addresses have */
size_t range_bytes(const struct range *range);

/* NULL, or why @word is no prefix, to be read after it */
const char *prefix_parse(const char *word, struct range *out);

/* ADDRESS/LENGTH of the largest prefix that @range begins with */
char *prefix_format(char out[PREFIX_SIZE], const struct range *range);

/* Takes that prefix away; false where nothing is left */
bool range_rest(struct range *range);

/* By family, then by first address; of those that begin alike, the larger first */
int range_compare(const struct range *a, const struct range *b);
bool range_overlaps(const struct range *a, const struct range *b);

/* The address behind the last; false where there is none */
bool range_end(const struct range *range, uint8_t end[16]);

/* @range ends before the address @end */
void range_set_end(struct range *range, const uint8_t end[16]);

/* All addresses of a family */
struct range range_of_all(uint8_t family);

/* 0, or -1 with errno */
int ranges_add(struct ranges *ranges, const struct range *range);

/* Sort; what lies in another one goes */
void ranges_normalize(struct ranges *ranges);

#endif /* TSREWRITE_PREFIX_H */

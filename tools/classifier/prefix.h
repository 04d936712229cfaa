/* SPDX-License-Identifier: GPL-2.0-only */
/* Prefixes and the ranges of addresses that they stand for.  Pure functions. */
#ifndef TSREWRITE_CLASSIFIER_PREFIX_H
#define TSREWRITE_CLASSIFIER_PREFIX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PREFIX_SIZE 64

/*
 * The addresses from @first to @last, both included, in network byte order.  Bytes beyond the
 * size of an address of the family are 0.
 */
struct range {
	uint8_t family;	/* AF_INET, AF_INET6 */
	uint8_t first[16];
	uint8_t last[16];
};

/* The caller frees @range.  Zeroed, there are none. */
struct ranges {
	struct range *range;
	size_t count;
};

/* The size of its addresses: 4 or 16 bytes */
size_t range_bytes(const struct range *range);

/*
 * Parses ADDRESS[/LENGTH].  Returns NULL, or why @word is invalid, to be read after the quoted
 * word.
 */
const char *prefix_parse(const char *word, struct range *out);

/*
 * Formats the largest prefix that @range begins with as ADDRESS/LENGTH, and returns @out.  A
 * range that is no prefix is listed by prefix_format() and range_rest() in turns.
 */
char *prefix_format(char out[PREFIX_SIZE], const struct range *range);

/* Removes that prefix from the range; returns false if nothing remains */
bool range_rest(struct range *range);

/*
 * Orders ranges by family, then by first address; of two that begin at the same address, the
 * larger comes first.  Returns less than, equal to, or more than 0.
 */
int range_compare(const struct range *a, const struct range *b);
bool range_overlaps(const struct range *a, const struct range *b);

/* Whether all addresses of @inner are in @outer */
bool range_holds(const struct range *outer, const struct range *inner);

/* Stores the address after the last one in @end; returns false if there is none */
bool range_end(const struct range *range, uint8_t end[16]);

/* Makes @range end with the address before @end */
void range_set_end(struct range *range, const uint8_t end[16]);

/* The range of all addresses of a family */
struct range range_of_all(uint8_t family);

/* Appends a range.  Returns 0, or -1 with errno. */
int ranges_add(struct ranges *ranges, const struct range *range);

/* Sorts the ranges, and removes those that lie within another one */
void ranges_normalize(struct ranges *ranges);

#endif /* TSREWRITE_CLASSIFIER_PREFIX_H */

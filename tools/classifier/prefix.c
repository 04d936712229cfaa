// SPDX-License-Identifier: GPL-2.0-only
#include "prefix.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "../text/endpoint.h"

size_t range_bytes(const struct range *range)
{
	return range->family == AF_INET ? 4 : 16;
}

static bool address_bit(const uint8_t *addr, size_t i)
{
	return addr[i / 8] & 0x80 >> i % 8;
}

/*
 * Stores in @last the last of the 2^@bits addresses from range->first on.  Returns false if
 * these are no prefix, as range->first is no multiple of 2^@bits.
 */
static bool last_of(const struct range *range, size_t bits, uint8_t last[16])
{
	size_t all = 8 * range_bytes(range);

	memcpy(last, range->first, 16);
	for (size_t i = all - bits; i < all; i++) {
		if (address_bit(last, i))
			return false;
		last[i / 8] |= 0x80 >> i % 8;
	}
	return true;
}

const char *prefix_parse(const char *word, struct range *out)
{
	struct endpoint_match match;
	const char *why = endpoint_parse(word, &match);

	if (why)
		return why;
	if (match.has_port || *word == '[')
		return "has a port or brackets, and a prefix has neither";
	*out = (struct range){ .family = match.family };
	memcpy(out->first, match.addr, range_bytes(out));
	if (!last_of(out, 8 * range_bytes(out) - match.len, out->last))
		return "has bits set beyond its prefix length";
	return NULL;
}

/*
 * Finds the largest prefix that begins at range->first and does not go beyond range->last.
 * Stores its last address in @last, and returns how many bits follow its length.
 */
static size_t leading_prefix(const struct range *range, uint8_t last[16])
{
	size_t bits = 0;

	while (bits < 8 * range_bytes(range) &&
	       last_of(range, bits + 1, last) &&
	       memcmp(last, range->last, 16) <= 0)
		bits++;
	last_of(range, bits, last);
	return bits;
}

char *prefix_format(char out[PREFIX_SIZE], const struct range *range)
{
	uint8_t last[16];
	size_t bits = leading_prefix(range, last);
	size_t used;

	inet_ntop(range->family, range->first, out, PREFIX_SIZE);
	used = strlen(out);
	snprintf(out + used, PREFIX_SIZE - used, "/%zu",
		 8 * range_bytes(range) - bits);
	return out;
}

static bool increment_address(uint8_t *addr, size_t bytes)
{
	while (bytes--) {
		if (++addr[bytes])
			return true;
	}
	return false;
}

bool range_rest(struct range *range)
{
	uint8_t last[16];

	leading_prefix(range, last);
	if (!memcmp(last, range->last, sizeof(last)))
		return false;
	memcpy(range->first, last, sizeof(last));
	return increment_address(range->first, range_bytes(range));
}

int range_compare(const struct range *a, const struct range *b)
{
	int order;

	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	order = memcmp(a->first, b->first, sizeof(a->first));
	return order ? order : memcmp(b->last, a->last, sizeof(a->last));
}

bool range_overlaps(const struct range *a, const struct range *b)
{
	return a->family == b->family &&
	       memcmp(a->first, b->last, sizeof(a->first)) <= 0 &&
	       memcmp(b->first, a->last, sizeof(a->first)) <= 0;
}

bool range_end(const struct range *range, uint8_t end[16])
{
	memcpy(end, range->last, sizeof(range->last));
	return increment_address(end, range_bytes(range));
}

void range_set_end(struct range *range, const uint8_t end[16])
{
	size_t byte = range_bytes(range);

	memcpy(range->last, end, sizeof(range->last));
	while (byte-- && !range->last[byte]--)
		;
}

struct range range_of_all(uint8_t family)
{
	struct range all = { .family = family };

	memset(all.last, 0xff, range_bytes(&all));
	return all;
}

/* Doubles the array whenever its number of ranges is a power of two, as it is full then */
int ranges_add(struct ranges *ranges, const struct range *range)
{
	size_t count = ranges->count;
	struct range *grown = ranges->range;

	if (!(count & (count - 1)))
		grown = reallocarray(grown, count ? 2 * count : 1, sizeof(*grown));
	if (!grown)
		return -1;
	ranges->range = grown;
	grown[ranges->count++] = *range;
	return 0;
}

/* For qsort() */
static int order_ranges(const void *a, const void *b)
{
	return range_compare(a, b);
}

bool range_holds(const struct range *outer, const struct range *inner)
{
	return outer->family == inner->family &&
	       memcmp(outer->first, inner->first, sizeof(inner->first)) <= 0 &&
	       memcmp(inner->last, outer->last, sizeof(inner->last)) <= 0;
}

void ranges_normalize(struct ranges *ranges)
{
	size_t kept = 0;

	if (!ranges->count)
		return;
	qsort(ranges->range, ranges->count, sizeof(*ranges->range), order_ranges);
	for (size_t i = 1; i < ranges->count; i++) {
		if (!range_holds(&ranges->range[kept], &ranges->range[i]))
			ranges->range[++kept] = ranges->range[i];
	}
	ranges->count = kept + 1;
}

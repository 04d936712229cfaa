// SPDX-License-Identifier: GPL-2.0-only
#include "prefix.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "parse.h"

size_t range_bytes(const struct range *range)
{
	return range->family == AF_INET ? 4 : 16;
}

static bool bit(const uint8_t *addr, size_t i)
{
	return addr[i / 8] & 0x80 >> i % 8;
}

/* The last of 2^@bits addresses from @first on; false where that is not its border */
static bool last_of(const struct range *range, size_t bits, uint8_t last[16])
{
	size_t all = 8 * range_bytes(range);

	memcpy(last, range->first, 16);
	for (size_t i = all - bits; i < all; i++) {
		if (bit(last, i))
			return false;
		last[i / 8] |= 0x80 >> i % 8;
	}
	return true;
}

const char *prefix_parse(const char *word, struct range *out)
{
	struct endpoint_match match;
	const char *why = parse_endpoint(word, &match);

	if (why)
		return why;
	if (match.has_port || *word == '[')
		return "is not a prefix alone";
	*out = (struct range){ .family = match.family };
	memcpy(out->first, match.addr, range_bytes(out));
	if (!last_of(out, 8 * range_bytes(out) - match.len, out->last))
		return "has bits set behind its length";
	return NULL;
}

/* How many bits the addresses of the largest prefix at the beginning differ in */
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

static bool increment(uint8_t *addr, size_t bytes)
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
	return increment(range->first, range_bytes(range));
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
	return increment(end, range_bytes(range));
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

/* Room doubles when it is used up, at the powers of two */
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

static int by_place(const void *a, const void *b)
{
	return range_compare(a, b);
}

static bool holds(const struct range *outer, const struct range *inner)
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
	qsort(ranges->range, ranges->count, sizeof(*ranges->range), by_place);
	for (size_t i = 1; i < ranges->count; i++) {
		if (!holds(&ranges->range[kept], &ranges->range[i]))
			ranges->range[++kept] = ranges->range[i];
	}
	ranges->count = kept + 1;
}

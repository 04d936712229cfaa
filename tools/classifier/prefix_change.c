// SPDX-License-Identifier: GPL-2.0-only
#include "prefix_change.h"

#include <string.h>

/* Searches for the last range that begins at or before the first address of @range */
const struct range *ranges_holding(const struct ranges *ranges, const struct range *range)
{
	const struct range *before;
	size_t low = 0, high = ranges->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct range *tried = &ranges->range[middle];

		if (tried->family < range->family ||
		    (tried->family == range->family &&
		     memcmp(tried->first, range->first, sizeof(range->first)) <= 0))
			low = middle + 1;
		else
			high = middle;
	}
	if (!low)
		return NULL;
	before = &ranges->range[low - 1];
	return range_holds(before, range) ? before : NULL;
}

int ranges_put(struct ranges *ranges, const struct ranges *more)
{
	size_t before = ranges->count;
	int added = 0;

	for (size_t i = 0; i < more->count; i++) {
		const struct ranges were = { ranges->range, before };

		if (ranges_holding(&were, &more->range[i]))
			continue;
		if (ranges_add(ranges, &more->range[i]) < 0)
			return -1;
		added++;
	}
	if (added)
		ranges_normalize(ranges);
	return added;
}

const struct range *ranges_take(struct ranges *ranges, const struct ranges *less)
{
	size_t kept = 0, taken = 0;

	for (size_t i = 0; i < less->count; i++) {
		const struct range *found = ranges_holding(ranges, &less->range[i]);

		if (!found || range_compare(found, &less->range[i]))
			return &less->range[i];
	}
	for (size_t i = 0; i < ranges->count; i++) {
		if (taken < less->count &&
		    !range_compare(&ranges->range[i], &less->range[taken]))
			taken++;
		else
			ranges->range[kept++] = ranges->range[i];
	}
	ranges->count = kept;
	return NULL;
}

// SPDX-License-Identifier: GPL-2.0-only
#include "classes_sum.h"

#define FNV_BASIS 2166136261

/* FNV-1a: the fingerprint has to detect accidental changes, not forgeries */
static uint32_t add_bytes(uint32_t fingerprint, const void *bytes, size_t size)
{
	const uint8_t *byte = bytes;

	for (size_t i = 0; i < size; i++)
		fingerprint = (fingerprint ^ byte[i]) * 16777619;
	return fingerprint;
}

static uint32_t add_range(uint32_t fingerprint, const struct range *range)
{
	fingerprint = add_bytes(fingerprint, &range->family, sizeof(range->family));
	fingerprint = add_bytes(fingerprint, range->first, range_bytes(range));
	return add_bytes(fingerprint, range->last, range_bytes(range));
}

static uint32_t add_ports(uint32_t fingerprint, const struct ports *ports)
{
	for (size_t i = 0; i < ports->count; i++) {
		uint16_t port = ports->range[i].first;

		do {
			/* In the same order on machines of both byte orders */
			const uint8_t bytes[] = { port, port >> 8 };

			fingerprint = add_bytes(fingerprint, bytes, sizeof(bytes));
		} while (port++ != ports->range[i].last);
	}
	return fingerprint;
}

/* Spreads all bits over all others, as the hashes of ranges are added up */
static uint32_t spread_bits(uint32_t hash)
{
	hash = (hash ^ hash >> 16) * 0x85ebca6b;
	hash = (hash ^ hash >> 13) * 0xc2b2ae35;
	return hash ^ hash >> 16;
}

static uint32_t hash_range(const struct range *range)
{
	return spread_bits(add_range(FNV_BASIS, range));
}

/* The fingerprint is a sum of hashes, so that it can be changed by one of them */
struct classes_sum classes_sum(const struct classes *classes, uint8_t group)
{
	struct classes_sum sum = { .earlier = FNV_BASIS };
	const struct ports *ports = NULL;

	for (size_t i = 0; i < classes->count; i++) {
		const struct class *class = &classes->class[i];

		if (class->group != group)
			continue;
		if (!sum.prefix_count++)
			ports = classes_ports(classes, class->map);
		sum.fingerprint += hash_range(&class->range);
		sum.earlier = add_range(sum.earlier, &class->range);
	}
	if (ports) {
		sum.fingerprint += spread_bits(add_ports(FNV_BASIS, ports));
		sum.earlier = add_ports(sum.earlier, ports);
	}
	if (!sum.prefix_count || !sum.earlier)
		sum.earlier = !!sum.prefix_count;
	return sum;
}

void classes_sum_change(struct class_note *note, const struct range *range, bool adds)
{
	uint32_t hash = hash_range(range);

	note->prefix_count += adds ? 1 : -1U;
	note->fingerprint += adds ? hash : -hash;
}

bool classes_sum_is(struct classes_sum sum, struct classes_sum given)
{
	return sum.prefix_count == given.prefix_count &&
	       (!given.fingerprint || sum.fingerprint == given.fingerprint ||
		sum.earlier == given.fingerprint);
}

// SPDX-License-Identifier: GPL-2.0-only
#include "classes_sum.h"

/* FNV-1a: the fingerprint has to detect accidental changes, not forgeries */
static uint32_t add_bytes(uint32_t fingerprint, const void *bytes, size_t size)
{
	const uint8_t *byte = bytes;

	for (size_t i = 0; i < size; i++)
		fingerprint = (fingerprint ^ byte[i]) * 16777619;
	return fingerprint;
}

static uint32_t add_class(uint32_t fingerprint, const struct class *class)
{
	const struct range *range = &class->range;

	fingerprint = add_bytes(fingerprint, &range->family, sizeof(range->family));
	fingerprint = add_bytes(fingerprint, range->first, range_bytes(range));
	return add_bytes(fingerprint, range->last, range_bytes(range));
}

struct classes_sum classes_sum(const struct classes *classes, uint8_t group)
{
	struct classes_sum sum = { .fingerprint = 2166136261 };
	const struct ports *ports = NULL;

	for (size_t i = 0; i < classes->count; i++) {
		const struct class *class = &classes->class[i];

		if (class->group != group)
			continue;
		if (!sum.prefix_count++)
			ports = classes_ports(classes, class->map);
		sum.fingerprint = add_class(sum.fingerprint, class);
	}
	if (ports)
		sum.fingerprint = add_bytes(sum.fingerprint, ports->port,
					    ports->count * sizeof(*ports->port));
	if (!sum.prefix_count || !sum.fingerprint)
		sum.fingerprint = !!sum.prefix_count;
	return sum;
}

bool classes_sum_is(struct classes_sum sum, struct classes_sum given)
{
	return sum.prefix_count == given.prefix_count &&
	       (!given.fingerprint || sum.fingerprint == given.fingerprint);
}

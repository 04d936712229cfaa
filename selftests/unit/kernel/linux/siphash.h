/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_UNIT_KERNEL_SIPHASH_H
#define TSRW_UNIT_KERNEL_SIPHASH_H

#include "core/serial.h"

/* Spreads well enough for a test, and is the same in each run */
typedef struct {
	unsigned long key[2];
} hsiphash_key_t;

static inline u32 kernel_mix(u32 hash, u32 word)
{
	return (hash ^ word) * 0x01000193u;
}

static inline u32 hsiphash_4u32(u32 a, u32 b, u32 c, u32 d, const hsiphash_key_t *key)
{
	return kernel_mix(kernel_mix(kernel_mix(kernel_mix((u32)key->key[0], a), b), c), d);
}

static inline u32 kernel_hash(const void *data, size_t size, const hsiphash_key_t *key)
{
	const u8 *byte = data;
	u32 hash = (u32)key->key[0];

	while (size--)
		hash = kernel_mix(hash, *byte++);
	return hash;
}

#define hsiphash(data, size, key)	kernel_hash(data, size, key)

#endif

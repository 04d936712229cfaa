/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_UNIT_KERNEL_SIPHASH_H
#define TSRW_UNIT_KERNEL_SIPHASH_H

#include "core/serial.h"

typedef __u64 u64;
typedef __s64 s64;

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

/* SipHash as the kernel has it is not what is tested, but what is hashed with which key */
typedef struct {
	u64 key[2];
} siphash_key_t;

static inline u64 kernel_mix64(u64 hash, u64 word)
{
	hash = (hash ^ word) * 0x9e3779b97f4a7c15ull;
	return hash ^ hash >> 29;
}

static inline u64 kernel_siphash(const void *data, size_t size, const siphash_key_t *key)
{
	u64 hash = kernel_mix64(key->key[0], key->key[1]);
	const u8 *byte = data;

	while (size--)
		hash = kernel_mix64(hash, *byte++);
	return kernel_mix64(hash, key->key[0]);
}

static inline u64 siphash_1u64(u64 word, const siphash_key_t *key)
{
	return kernel_siphash(&word, sizeof(word), key);
}

static inline u64 siphash_4u32(u32 a, u32 b, u32 c, u32 d, const siphash_key_t *key)
{
	u32 word[] = { a, b, c, d };

	return kernel_siphash(word, sizeof(word), key);
}

#define siphash(data, size, key)	kernel_siphash(data, size, key)
#define hsiphash(data, size, key)	kernel_hash(data, size, key)

#endif

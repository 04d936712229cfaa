/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_UNIT_KERNEL_BITMAP_H
#define TSRW_UNIT_KERNEL_BITMAP_H

#include <limits.h>
#include <string.h>

#include <linux/atomic.h>

#define BITS_PER_LONG	(CHAR_BIT * sizeof(long))
#define BITMAP_LONGS(bits)	(((bits) + BITS_PER_LONG - 1) / BITS_PER_LONG)
#define DECLARE_BITMAP(name, bits)	unsigned long name[BITMAP_LONGS(bits)]

static inline void __set_bit(unsigned int bit, unsigned long *map)
{
	map[bit / BITS_PER_LONG] |= 1UL << bit % BITS_PER_LONG;
}

static inline bool test_bit(unsigned int bit, const unsigned long *map)
{
	return map[bit / BITS_PER_LONG] & 1UL << bit % BITS_PER_LONG;
}

static inline void bitmap_zero(unsigned long *map, unsigned int bits)
{
	memset(map, 0, BITMAP_LONGS(bits) * sizeof(long));
}

static inline void bitmap_copy(unsigned long *to, const unsigned long *from, unsigned int bits)
{
	memcpy(to, from, BITMAP_LONGS(bits) * sizeof(long));
}

static inline bool bitmap_empty(const unsigned long *map, unsigned int bits)
{
	for (unsigned int i = 0; i < BITMAP_LONGS(bits); i++) {
		if (map[i])
			return false;
	}
	return true;
}

#endif

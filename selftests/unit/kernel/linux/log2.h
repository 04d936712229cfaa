/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_UNIT_KERNEL_LOG2_H
#define TSRW_UNIT_KERNEL_LOG2_H

#include "core/serial.h"

static inline u32 rounddown_pow_of_two(u32 n)
{
	while (n & (n - 1))
		n &= n - 1;
	return n;
}

static inline u32 roundup_pow_of_two(u32 n)
{
	u32 down = rounddown_pow_of_two(n);

	return down == n ? n : down << 1;
}

#define ilog2(n)	(31 - (u32)__builtin_clz(n))

#endif

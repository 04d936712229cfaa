/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_UNIT_KERNEL_BITOPS_H
#define TSRW_UNIT_KERNEL_BITOPS_H

#include "core/serial.h"

static inline unsigned int __ffs(unsigned long word)
{
	return __builtin_ctzl(word);
}

static inline u32 reciprocal_scale(u32 value, u32 end)
{
	return (u32)((__u64)value * end >> 32);
}

#endif

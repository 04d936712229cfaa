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

#endif

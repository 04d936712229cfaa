/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_UNIT_KERNEL_UNALIGNED_H
#define TSRW_UNIT_KERNEL_UNALIGNED_H

#include "core/serial.h"

static inline __u64 get_unaligned_le64(const u8 *byte)
{
	__u64 value = 0;

	for (int i = 7; i >= 0; i--)
		value = value << 8 | byte[i];
	return value;
}

#endif

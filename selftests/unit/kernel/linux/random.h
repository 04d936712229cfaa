/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_UNIT_KERNEL_RANDOM_H
#define TSRW_UNIT_KERNEL_RANDOM_H

#include <string.h>

#define get_random_bytes(to, size)	memset(to, 0x5a, size)

#endif

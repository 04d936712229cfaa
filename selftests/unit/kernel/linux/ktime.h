/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_UNIT_KERNEL_KTIME_H
#define TSRW_UNIT_KERNEL_KTIME_H

#include <linux/types.h>

typedef __s64 ktime_t;

/* The test's clocks, in nanoseconds */
extern ktime_t kernel_real, kernel_boottime;

#define ktime_get_real()		kernel_real
#define ktime_get_boottime()		kernel_boottime
#define ktime_get_coarse_boottime()	kernel_boottime
#define ktime_sub(a, b)			((a) - (b))
#define ktime_to_ms(time)		((time) / 1000000)

#endif

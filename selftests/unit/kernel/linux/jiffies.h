/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_UNIT_KERNEL_JIFFIES_H
#define TSRW_UNIT_KERNEL_JIFFIES_H

#include <linux/atomic.h>

#define HZ	250

extern unsigned long kernel_jiffies;

#define jiffies	READ_ONCE(kernel_jiffies)
#define time_after_eq(a, b)	((long)((a) - (b)) >= 0)

#endif

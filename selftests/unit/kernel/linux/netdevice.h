/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_UNIT_KERNEL_NETDEVICE_H
#define TSRW_UNIT_KERNEL_NETDEVICE_H

#include <linux/percpu.h>

#ifndef ARRAY_SIZE
#define ARRAY_SIZE(array)	(sizeof(array) / sizeof(*(array)))
#endif
#define __netdev_alloc_pcpu_stats(type, flags) \
	((type *)__alloc_percpu_gfp(sizeof(type), sizeof(long), flags))

#endif

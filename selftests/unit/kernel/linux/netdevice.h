/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_UNIT_KERNEL_NETDEVICE_H
#define TSRW_UNIT_KERNEL_NETDEVICE_H

#include <linux/array_size.h>
#include <linux/percpu.h>

#define __netdev_alloc_pcpu_stats(type, flags) \
	((type *)__alloc_percpu_gfp(sizeof(type), sizeof(long), flags))

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_UNIT_KERNEL_U64_STATS_SYNC_H
#define TSRW_UNIT_KERNEL_U64_STATS_SYNC_H

#include <linux/percpu.h>
#include <linux/types.h>

typedef __u64 u64;
typedef u64 u64_stats_t;

struct u64_stats_sync {
	int unused;
};

#define u64_stats_update_begin(sync)	((void)(sync))
#define u64_stats_update_end(sync)	((void)(sync))
#define u64_stats_fetch_begin(sync)	((void)(sync), 0)
#define u64_stats_fetch_retry(sync, start)	((void)(sync), (void)(start), false)
#define u64_stats_add(count, n)		(*(count) += (n))
#define u64_stats_inc(count)		((*(count))++)
#define u64_stats_read(count)		(*(count))

#endif

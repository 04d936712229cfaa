// SPDX-License-Identifier: GPL-2.0-only
/*
 * Per-CPU counters of a network namespace.
 */
#include <linux/netdevice.h>

#include "stats.h"

/**
 * tsrw_stats_alloc - allocate the counters of a network namespace, all zero
 *
 * Return: the counters, or NULL without memory. Context: process.
 */
struct tsrw_stats __percpu *tsrw_stats_alloc(void)
{
	return __netdev_alloc_pcpu_stats(struct tsrw_stats, GFP_KERNEL_ACCOUNT);
}

/**
 * tsrw_stats_free - free the counters of a network namespace
 * @stats: the counters, or NULL
 */
void tsrw_stats_free(struct tsrw_stats __percpu *stats)
{
	free_percpu(stats);
}

static void add_up(const struct tsrw_stats *one, u64 *sum)
{
	u64 count[TSREWRITE_A_STATS_MAX + 1];
	unsigned int start, i;

	do {
		start = u64_stats_fetch_begin(&one->syncp);
		for (i = 0; i < ARRAY_SIZE(count); i++)
			count[i] = u64_stats_read(&one->count[i]);
	} while (u64_stats_fetch_retry(&one->syncp, start));

	for (i = 0; i < ARRAY_SIZE(count); i++)
		sum[i] += count[i];
}

/**
 * tsrw_stats_sum - add up the counters of all CPUs
 * @stats: the namespace's counters
 * @sum: filled in, TSREWRITE_A_STATS_MAX + 1 numbers
 *
 * Context: any. What other CPUs count meanwhile may or may not be included.
 */
void tsrw_stats_sum(struct tsrw_stats __percpu *stats, u64 *sum)
{
	int cpu;

	memset(sum, 0, sizeof(*sum) * (TSREWRITE_A_STATS_MAX + 1));
	for_each_possible_cpu(cpu)
		add_up(per_cpu_ptr(stats, cpu), sum);
}

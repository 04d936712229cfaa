/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_STATS_H
#define TSRW_STATS_H

#include <linux/percpu.h>
#include <linux/u64_stats_sync.h>
#include <linux/tsrewrite.h>

/* The counter of a direction, of the two in enum tsrewrite_stats_attr with that name */
#define TSRW_COUNTER(dir, what)						\
	((dir) == TSRW_EGRESS ? TSREWRITE_A_STATS_EGRESS_##what :	\
				TSREWRITE_A_STATS_INGRESS_##what)

/**
 * struct tsrw_stats - one CPU's counters
 * @syncp: lets readers on 32-bit machines read whole 64-bit numbers
 * @count: the counters, by enum tsrewrite_stats_attr
 */
struct tsrw_stats {
	struct u64_stats_sync syncp;
	u64_stats_t count[TSREWRITE_A_STATS_MAX + 1];
};

struct tsrw_stats __percpu *tsrw_stats_alloc(void);
void tsrw_stats_free(struct tsrw_stats __percpu *stats);
void tsrw_stats_sum(struct tsrw_stats __percpu *stats, u64 *sum);

/**
 * tsrw_stats_add - add to a counter
 * @stats: the namespace's counters
 * @what: enum tsrewrite_stats_attr
 * @n: how many to add
 *
 * Context: bottom halves disabled.
 */
static inline void tsrw_stats_add(struct tsrw_stats __percpu *stats,
				  unsigned int what, unsigned int n)
{
	struct tsrw_stats *mine = this_cpu_ptr(stats);

	u64_stats_update_begin(&mine->syncp);
	u64_stats_add(&mine->count[what], n);
	u64_stats_update_end(&mine->syncp);
}

static inline void tsrw_stats_inc(struct tsrw_stats __percpu *stats,
				  unsigned int what)
{
	tsrw_stats_add(stats, what, 1);
}

#endif /* TSRW_STATS_H */

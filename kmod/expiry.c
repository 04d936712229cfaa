// SPDX-License-Identifier: GPL-2.0-only
/*
 * How flows go: a worker walks the chains, and frees what was unlinked after one
 * grace period for the whole batch.
 */
#include <linux/rculist.h>
#include <linux/sched.h>

#include "anchor.h"
#include "expiry.h"

#define EXPIRY_PERIOD	(HZ / 4 ?: 1)
#define EXPIRY_SHARE	16	/* of the chains, each period */

static u32 flow_timeout(const struct tsrw_table *table,
			const struct tsrw_flow *flow)
{
	u8 state = READ_ONCE(flow->life.hs.state);

	return READ_ONCE(table->limits.timeout[state]) * HZ;
}

static void count_timeout(const struct tsrw_table *table,
			  const struct tsrw_flow *flow)
{
	const struct tsrw_handshake *hs = &flow->life.hs;

	if (hs->state != TSRW_EMBRYONIC || hs->unreachable)
		return;
	tsrw_group_count(tsrw_group_by_id(table->groups, flow->group),
			 tsrw_group_arm(hs->mode_candidate),
			 hs->flags & TSRW_CANDIDATE_INBOUND,
			 TSREWRITE_A_GROUP_STATS_TIMED_OUT);
}

static void expire_flow(struct tsrw_table *table, struct tsrw_flow *flow,
			bool pressure)
{
	unsigned int why = TSREWRITE_A_STATS_FLOW_EXPIRED;
	u32 seen = READ_ONCE(flow->stamp);

	/* A stamp may be a second late */
	if (tsrw_stamp_now() - seen < flow_timeout(table, flow) + HZ) {
		if (!pressure ||
		    !tsrw_life_may_be_forgotten(&flow->life,
						tsrw_anchor(&flow->key)))
			return;
		why = TSREWRITE_A_STATS_FLOW_EXPIRED_EARLY;
	}
	/* A segment that came meanwhile keeps it */
	if (cmpxchg(&flow->stamp, seen, TSRW_STAMP_DEAD) != seen)
		return;
	tsrw_table_unlink(table, flow);
	tsrw_stats_inc(table->stats, why);
	count_timeout(table, flow);
}

static void expire_chain(struct tsrw_table *table, u32 bucket, bool pressure)
{
	struct hlist_head *chain = &table->buckets->head[bucket];
	spinlock_t *lock = tsrw_table_lock(table, bucket);
	struct hlist_node *next;
	struct tsrw_flow *flow;

	if (hlist_empty(chain))
		return;
	rcu_read_lock();
	spin_lock_bh(lock);
	hlist_for_each_entry_safe(flow, next, chain, node)
		expire_flow(table, flow, pressure);
	spin_unlock_bh(lock);
	rcu_read_unlock();
}

static void free_dead(struct tsrw_table *table)
{
	struct llist_node *dead = llist_del_all(&table->dead);
	struct tsrw_flow *flow, *next;

	if (!dead)
		return;
	synchronize_rcu();
	llist_for_each_entry_safe(flow, next, dead, dead) {
		tsrw_table_free(table, flow);
		cond_resched();
	}
}

static void expire(struct work_struct *work)
{
	struct tsrw_table *table = container_of(to_delayed_work(work),
						struct tsrw_table, work);
	u32 flows = atomic_read(&table->flows);
	u32 limit = READ_ONCE(table->limits.flows);
	bool pressure = flows >= limit - limit / 8;
	u32 mask = table->buckets->mask;
	u32 n = pressure ? mask + 1 : (mask + 1) / EXPIRY_SHARE;

	while (n--) {
		expire_chain(table, table->cursor++ & mask, pressure);
		if (!(n % TSRW_LOCKS))
			cond_resched();
	}
	free_dead(table);
	if (atomic_read(&table->flows))
		tsrw_expiry_run(table);
}

/**
 * tsrw_expiry_init - get ready
 * @table: the namespace's
 */
void tsrw_expiry_init(struct tsrw_table *table)
{
	init_llist_head(&table->dead);
	INIT_DELAYED_WORK(&table->work, expire);
}

/**
 * tsrw_expiry_run - there are flows: look after them until there are none
 * @table: the namespace's
 *
 * Context: any.
 */
void tsrw_expiry_run(struct tsrw_table *table)
{
	if (!delayed_work_pending(&table->work))
		queue_delayed_work(system_power_efficient_wq, &table->work,
				   EXPIRY_PERIOD);
}

/**
 * tsrw_expiry_stop - no more, and free what was unlinked
 * @table: of a namespace that no hook reads any more
 *
 * Context: process.
 */
void tsrw_expiry_stop(struct tsrw_table *table)
{
	cancel_delayed_work_sync(&table->work);
	free_dead(table);
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * How flows expire and are freed: a worker walks the chains and unlinks the flows whose
 * timeout ran out. Then it frees all that were unlinked since, by itself or by others,
 * after one grace period for the whole batch.
 *
 * It also takes the ids of attachments and groups that are gone out of flows. While there
 * are some, it does not rest.
 */
#include <linux/rculist.h>
#include <linux/sched.h>

#include "anchor.h"
#include "crossing.h"
#include "expiry.h"

#define EXPIRY_PERIOD	(HZ / 4 ?: 1)
#define EXPIRY_SHARE	16	/* a period walks one in so many chains */

/* The caller holds the chain's lock */
static u32 flow_timeout(const struct tsrw_table *table,
			const struct tsrw_flow *flow)
{
	enum tsrw_conn_phase phase = tsrw_conn_phase(&flow->conn);

	return READ_ONCE(table->limits.timeout[phase]) * HZ;
}

static void count_timeout(const struct tsrw_table *table,
			  const struct tsrw_flow *flow)
{
	const struct tsrw_conn *conn = &flow->conn;

	if (conn->state != TSRW_EMBRYONIC || conn->answer == TSRW_ANSWER_UNREACHABLE)
		return;
	tsrw_group_count_conn(tsrw_group_by_id(table->groups, flow->group),
			      conn->mode_candidate, conn->flags & TSRW_CANDIDATE_INBOUND,
			      TSREWRITE_A_GROUP_STATS_TIMED_OUT);
}

static bool would_be_answered(const struct tsrw_table *table, const struct tsrw_flow *flow,
			      u32 idle)
{
	u32 age = flow_timeout(table, flow) / 32;

	return idle >= max_t(u32, age, HZ) + HZ;
}

/* Whether nobody has answered the SYN of a flow, and a live peer would have: by default four
 * seconds ago. One begun from outside does not count: its peer may have the SYN-ACK, and
 * its third segment, if it found no flow, would have the inside host go on and show its
 * clock, however late it comes.
 */
static bool is_unanswered(const struct tsrw_table *table, const struct tsrw_flow *flow,
			  u32 idle)
{
	return flow->conn.state == TSRW_EMBRYONIC &&
	       !tsrw_conn_has(&flow->conn, TSRW_CANDIDATE_INBOUND) &&
	       would_be_answered(table, flow, idle);
}

/* A connection that follows on the 4-tuple has to begin later than the last one has ended,
 * now, and when the key before counts no more
 */
static bool may_be_forgotten(const struct tsrw_table *table, const struct tsrw_flow *flow)
{
	const struct tsrw_key *key = rcu_dereference(table->key);

	return tsrw_conn_may_be_forgotten(&flow->conn, tsrw_anchor(key, &flow->key)) &&
	       tsrw_conn_may_be_forgotten(&flow->conn, tsrw_anchor_settled(key, &flow->key));
}

/* Return: the counter of a flow that has to go, or 0. The last segment may be up to a second
 * younger than the stamp that @idle is counted from.
 */
static unsigned int reason_to_go(const struct tsrw_table *table,
				 const struct tsrw_flow *flow, u32 idle, bool pressure)
{
	if (idle >= flow_timeout(table, flow) + HZ)
		return TSREWRITE_A_STATS_FLOW_EXPIRED;
	if (!pressure)
		return 0;
	if (tsrw_conn_only_counts(&flow->conn))
		return would_be_answered(table, flow, idle) ?
			TSREWRITE_A_STATS_FLOW_EXPIRED_EARLY : 0;
	if (is_unanswered(table, flow, idle))
		return TSREWRITE_A_STATS_FLOW_EVICTED;
	return may_be_forgotten(table, flow) ? TSREWRITE_A_STATS_FLOW_EXPIRED_EARLY : 0;
}

static void note_evicted(struct tsrw_table *table, const struct tsrw_flow *flow)
{
	WRITE_ONCE(table->evicted_until, jiffies + flow_timeout(table, flow) ?: 1);
}

static void expire_flow(struct tsrw_table *table, struct tsrw_flow *flow,
			u32 bucket, bool pressure)
{
	u32 seen = READ_ONCE(flow->stamp);
	unsigned int why = reason_to_go(table, flow, tsrw_stamp_age(seen), pressure);

	if (!why)
		return;
	/* The stamp moves if a segment passes meanwhile, which keeps the flow alive */
	if (cmpxchg(&flow->stamp, seen, TSRW_STAMP_DEAD) != seen)
		return;
	tsrw_table_unlink(table, flow, bucket);
	if (!tsrw_conn_only_counts(&flow->conn))
		tsrw_stats_inc(table->stats, why);
	count_timeout(table, flow);
	if (why == TSREWRITE_A_STATS_FLOW_EVICTED)
		note_evicted(table, flow);
}

/* The caller holds the chain's lock */
static void forget_ids(struct tsrw_table *table, struct tsrw_flow *flow)
{
	const struct tsrw_retired *retired = &table->retired;
	u16 before = tsrw_crossing_of(flow);

	for (int i = 0; i < ARRAY_SIZE(flow->device); i++)
		if (tsrw_retired_leaves(retired, TSRW_ID_DEVICE, flow->device[i]))
			WRITE_ONCE(flow->device[i], 0);
	if (tsrw_retired_leaves(retired, TSRW_ID_GROUP, flow->group))
		WRITE_ONCE(flow->group, 0);
	tsrw_crossing_count(table->buckets->device_flows, before, tsrw_crossing_of(flow));
}

/* Return: how many flows the chain has */
static u32 expire_chain(struct tsrw_table *table, u32 bucket, bool pressure)
{
	struct hlist_head *chain = &table->buckets->head[bucket];
	spinlock_t *lock = tsrw_table_lock(table, bucket);
	struct hlist_node *next;
	struct tsrw_flow *flow;
	u32 flows = 0;

	if (hlist_empty(chain))
		return 0;
	rcu_read_lock();
	spin_lock_bh(lock);
	hlist_for_each_entry_safe(flow, next, chain, node) {
		if (table->round)
			forget_ids(table, flow);
		expire_flow(table, flow, bucket, pressure);
		flows++;
	}
	spin_unlock_bh(lock);
	rcu_read_unlock();
	return flows;
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

/**
 * tsrw_expiry_has_evicted - whether an answer without a flow may be that of an evicted one
 * @table: the namespace's flow table
 *
 * Return: true if an unanswered flow was removed before its timeout, which is not over.
 * Context: any.
 */
bool tsrw_expiry_has_evicted(const struct tsrw_table *table)
{
	return READ_ONCE(table->evicted_until);
}

static void forget_evicted(struct tsrw_table *table)
{
	if (table->evicted_until && time_after_eq(jiffies, table->evicted_until))
		WRITE_ONCE(table->evicted_until, 0);
}

/* Begin a round if there are ids to take out of flows, unless one goes on */
static void begin_round(struct tsrw_table *table)
{
	if (table->round || !tsrw_retired_any(&table->retired))
		return;
	tsrw_retired_begin(&table->retired);
	table->round = table->buckets->mask + 1;
	table->left = max(table->left, table->round);
}

static void pass_chains(struct tsrw_table *table, u32 n)
{
	table->cursor += n;
	table->left -= min(n, table->left);
	if (!table->round)
		return;
	table->round -= min(n, table->round);
	if (!table->round)
		tsrw_retired_end(&table->retired);
}

/* Visit as many chains as are left, but not more entries than TSRW_VISITS_MAX */
static void expire_some(struct tsrw_table *table, bool pressure)
{
	u32 mask = table->buckets->mask;
	u32 seen = 0;

	while (table->left && seen < TSRW_VISITS_MAX) {
		u32 empty = tsrw_table_skip(table->buckets, table->cursor & mask);

		if (!empty)
			seen += 1 + expire_chain(table, table->cursor & mask, pressure);
		pass_chains(table, empty ?: 1);
		if (!(table->cursor % TSRW_LOCKS))
			cond_resched();
	}
}

/* In a period, a sixteenth of the chains is visited, or all of them under pressure. Each run
 * does a part of that, so that the worker is not held for long.
 */
static void expire_flows(struct work_struct *work)
{
	struct tsrw_table *table = container_of(to_delayed_work(work),
						struct tsrw_table, work);
	bool pressure = tsrw_limit_is_near(&table->limits, &table->usage);
	u32 chains = table->buckets->mask + 1;

	if (!table->left)
		table->left = pressure ? chains : chains / EXPIRY_SHARE;
	begin_round(table);
	expire_some(table, pressure);
	if (table->left) {
		tsrw_expiry_run_at_once(table);
		return;
	}
	free_dead(table);
	forget_evicted(table);
	if (tsrw_retired_any(&table->retired))
		tsrw_expiry_run_at_once(table);
	else if (atomic_read(&table->usage.flows) || tsrw_expiry_has_evicted(table))
		tsrw_expiry_run(table);
}

/**
 * tsrw_expiry_init - initialize the expiry of a flow table
 * @table: the namespace's flow table
 */
void tsrw_expiry_init(struct tsrw_table *table)
{
	INIT_DELAYED_WORK(&table->work, expire_flows);
}

/**
 * tsrw_expiry_run - run the expiry of a flow table until there is nothing left to expire
 * @table: the namespace's flow table
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
 * tsrw_expiry_run_at_once - run the expiry of a flow table without waiting for its period
 * @table: the namespace's flow table, which has chains
 *
 * Context: any.
 */
void tsrw_expiry_run_at_once(struct tsrw_table *table)
{
	mod_delayed_work(system_power_efficient_wq, &table->work, 0);
}

/**
 * tsrw_expiry_retire - have the expiry take an id out of flows, before anything else gets it
 * @table: the namespace's flow table
 * @kind: whose id it was
 * @id: the id, which no flow gets any more: a grace period has passed since it was in use
 *
 * Context: process.
 */
void tsrw_expiry_retire(struct tsrw_table *table, enum tsrw_id_kind kind, u8 id)
{
	if (tsrw_table_is_empty(table))
		return;
	tsrw_retired_add(&table->retired, kind, id);
	tsrw_expiry_run_at_once(table);
}

/**
 * tsrw_expiry_stop - stop the expiry of a flow table, and free what was unlinked
 * @table: the flow table, which no hook reads any more
 *
 * Context: process.
 */
void tsrw_expiry_stop(struct tsrw_table *table)
{
	cancel_delayed_work_sync(&table->work);
	free_dead(table);
}

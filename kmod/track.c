// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a packet does to the flows of its network namespace: it begins a flow, or it
 * changes the flow that it belongs to.
 */
#include <linux/slab.h>

#include "anchor.h"
#include "core/resume.h"
#include "crossing.h"
#include "expiry.h"
#include "track.h"

/* What a SYN that leaves may begin a connection from; nothing else needs it */
static u32 clock_of_syn(const struct tsrw_table *table, const struct tsrw_flow_key *key,
			const struct tsrw_hook_info *info, const struct tsrw_segment *seg)
{
	if (info->dir != TSRW_EGRESS || !seg->syn)
		return 0;
	return tsrw_anchor(rcu_dereference(table->key), key);
}

/* The caller holds the chain's lock */
static void note_crossing(struct tsrw_table *table, struct tsrw_flow *flow,
			  const struct tsrw_hook_info *info, const struct tsrw_result *result)
{
	if (flow->device[info->dir] == TSRW_DEVICE_UNHEARD) {
		if (!result->verified)
			return;
		tsrw_stats_inc(table->stats, TSREWRITE_A_STATS_FLOW_CONFIRMED);
	}
	WRITE_ONCE(flow->device[info->dir], info->device);
}

/* The caller holds the chain's lock, and the flow is not dead */
static void change_flow(struct tsrw_table *table, struct tsrw_flow *flow, u32 hash,
			const struct tsrw_hook_info *info,
			const struct tsrw_segment *seg, u32 idle,
			struct tsrw_result *result)
{
	u16 crossed = tsrw_crossing_of(flow);
	int before = tsrw_flow_is_inbound_embryo(flow);

	tsrw_flow_change(flow, info, seg, clock_of_syn(table, &flow->key, info, seg), idle,
			 result);
	note_crossing(table, flow, info, result);
	atomic_add(tsrw_flow_is_inbound_embryo(flow) - before, &table->usage.inbound);
	tsrw_crossing_count(table->buckets->device_flows, crossed, tsrw_crossing_of(flow));
	if (result->events & TSRW_EVENT_END) {
		WRITE_ONCE(flow->stamp, TSRW_STAMP_DEAD);
		tsrw_table_unlink(table, flow, hash);
	}
}

static void note_device(struct tsrw_table *table, struct tsrw_flow *flow, u32 hash,
			const struct tsrw_hook_info *info, const struct tsrw_result *result)
{
	spinlock_t *lock = tsrw_table_lock(table, hash);
	u16 crossed;

	spin_lock(lock);
	if (READ_ONCE(flow->stamp) != TSRW_STAMP_DEAD) {
		crossed = tsrw_crossing_of(flow);
		note_crossing(table, flow, info, result);
		tsrw_crossing_count(table->buckets->device_flows, crossed,
				    tsrw_crossing_of(flow));
	}
	spin_unlock(lock);
}

static struct tsrw_flow *make_flow(const struct tsrw_flow_key *key,
				   const struct tsrw_hook_info *info,
				   spinlock_t *lock)
{
	struct tsrw_flow *flow = kzalloc(sizeof(*flow), GFP_ATOMIC | __GFP_NOWARN);

	if (!flow)
		return NULL;
	flow->key = *key;
	flow->stamp = tsrw_stamp_now();
	seqcount_spinlock_init(&flow->seq, lock);
	flow->group = info->group;
	flow->device[TSRW_EGRESS] = info->device;
	return flow;
}

/**
 * tsrw_track_begin - begin a flow
 * @table: the namespace's flow table
 * @key: its 4-tuple
 * @hash: hash of the 4-tuple
 * @info: where its SYN or SYN-ACK leaves
 * @seg: its SYN or SYN-ACK, with TSopt unless the mode is TSRW_MODE_BARE
 * @result: filled in if 0 or 1 is returned
 *
 * Return: 0; 1 if another CPU has just begun the flow, and the segment was handled by
 * that one; the error of tsrw_limit_take(); -ENOMEM.
 * Context: RCU read side, bottom halves disabled.
 */
int tsrw_track_begin(struct tsrw_table *table, const struct tsrw_flow_key *key,
		     u32 hash, const struct tsrw_hook_info *info,
		     const struct tsrw_segment *seg, struct tsrw_result *result)
{
	spinlock_t *lock = tsrw_table_lock(table, hash);
	bool inbound = seg->has_ack && !tsrw_mode_passes(info->mode);
	int err = tsrw_limit_take(&table->limits, &table->usage, inbound, info->mode);
	struct tsrw_flow *flow, *twin;

	if (err)
		return err;
	flow = make_flow(key, info, lock);
	if (!flow) {
		tsrw_limit_give(&table->usage, inbound);
		return -ENOMEM;
	}
	tsrw_flow_begin(flow, seg, info->mode, clock_of_syn(table, key, info, seg), result);

	spin_lock(lock);
	twin = tsrw_table_find(table, key, hash);
	if (twin) {
		change_flow(table, twin, hash, info, seg, 0, result);
		spin_unlock(lock);
		kfree(flow);
		tsrw_limit_give(&table->usage, inbound);
		return 1;
	}
	tsrw_table_link(table, flow, hash);
	spin_unlock(lock);

	tsrw_expiry_run(table);
	return 0;
}

static void resume_conn(struct tsrw_conn *conn, const struct tsrw_segment *seg, u32 offset,
			struct tsrw_result *result)
{
	tsrw_resume(conn, seg, offset);
	tsrw_handshake_egress(conn, seg, TSREWRITE_MODE_REWRITE, 0, 0, result);
}

/**
 * tsrw_track_resume - begin a flow in the middle of its connection
 * @table: the namespace's flow table
 * @key: its 4-tuple
 * @hash: hash of the 4-tuple
 * @info: where the segment leaves
 * @seg: the first segment of the connection that leaves here: see tsrw_resume()
 * @offset: outside TSval less inside TSval
 * @result: filled in, even if there is no room for the flow
 *
 * Return: 0; 1 if another CPU has just begun the flow; the error of tsrw_limit_take();
 * -ENOMEM. Context: RCU read side, bottom halves disabled.
 */
int tsrw_track_resume(struct tsrw_table *table, const struct tsrw_flow_key *key, u32 hash,
		      const struct tsrw_hook_info *info, const struct tsrw_segment *seg,
		      u32 offset, struct tsrw_result *result)
{
	int err = tsrw_limit_take(&table->limits, &table->usage, false, info->mode);
	spinlock_t *lock = tsrw_table_lock(table, hash);
	struct tsrw_flow *flow, *twin;
	struct tsrw_conn conn = {};

	flow = err ? NULL : make_flow(key, info, lock);
	resume_conn(flow ? &flow->conn : &conn, seg, offset, result);
	if (!flow && !err)
		tsrw_limit_give(&table->usage, false);
	if (!flow)
		return err ?: -ENOMEM;
	spin_lock(lock);
	twin = tsrw_table_find(table, key, hash);
	if (twin)
		change_flow(table, twin, hash, info, seg, 0, result);
	else
		tsrw_table_link(table, flow, hash);
	spin_unlock(lock);
	if (twin)
		tsrw_table_free(table, flow);
	else
		tsrw_expiry_run(table);
	return twin ? 1 : 0;
}

/**
 * tsrw_track_segment - handle a segment of a flow
 * @table: the namespace's flow table
 * @flow: the flow, found in the same RCU read-side section
 * @hash: hash of its key
 * @info: where the segment passes
 * @seg: the segment
 * @result: filled in if true is returned
 *
 * Return: false if the flow is dead, so that the segment has no flow.
 * Context: RCU read side, bottom halves disabled. Takes the chain's lock only for what
 * may begin or end connections.
 */
bool tsrw_track_segment(struct tsrw_table *table, struct tsrw_flow *flow, u32 hash,
			const struct tsrw_hook_info *info,
			const struct tsrw_segment *seg, struct tsrw_result *result)
{
	spinlock_t *lock = tsrw_table_lock(table, hash);
	bool alive;
	u32 idle;

	if (!tsrw_flow_touch(flow, info->dir, &idle))
		return false;
	if (tsrw_flow_answer_quiet(flow, info->dir, seg, idle, result)) {
		if (tsrw_flow_crosses_other(flow, info->dir, info->device))
			note_device(table, flow, hash, info, result);
		return true;
	}

	spin_lock(lock);
	alive = READ_ONCE(flow->stamp) != TSRW_STAMP_DEAD;
	if (alive)
		change_flow(table, flow, hash, info, seg, idle, result);
	spin_unlock(lock);
	return alive;
}

/**
 * tsrw_track_unreachable - note that an ICMP error answers the SYN or SYN-ACK of a flow
 * @table: the namespace's flow table
 * @flow: the flow, found in the same RCU read-side section
 * @hash: hash of its key
 * @seq: sequence number that the error quotes
 *
 * The flow goes on and expires as if the error had not come.
 *
 * Return: true if the error answers the candidate, and nothing has answered it before.
 * Context: RCU read side, bottom halves disabled.
 */
bool tsrw_track_unreachable(struct tsrw_table *table,
			    struct tsrw_flow *flow, u32 hash, u32 seq)
{
	spinlock_t *lock = tsrw_table_lock(table, hash);
	bool first;

	spin_lock(lock);
	first = READ_ONCE(flow->stamp) != TSRW_STAMP_DEAD &&
		tsrw_flow_note_unreachable(flow, seq);
	spin_unlock(lock);
	return first;
}

/**
 * tsrw_track_unread - note that a segment of a flow arrives which is passed without being
 *	read, and which the inside host may refuse
 * @table: the namespace's flow table
 * @flow: the flow, found in the same RCU read-side section
 * @hash: hash of its key
 *
 * Context: RCU read side, bottom halves disabled.
 */
void tsrw_track_unread(struct tsrw_table *table, struct tsrw_flow *flow, u32 hash)
{
	spinlock_t *lock = tsrw_table_lock(table, hash);

	spin_lock(lock);
	if (READ_ONCE(flow->stamp) != TSRW_STAMP_DEAD)
		tsrw_flow_note_unread(flow);
	spin_unlock(lock);
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loading flows that were saved, by another build of the module or on another machine.
 */
#include <linux/slab.h>

#include "event.h"
#include "expiry.h"
#include "load.h"

static bool has_expired(const struct tsrw_table *table, const struct tsrw_saved *saved)
{
	return saved->idle >= READ_ONCE(table->limits.timeout[tsrw_conn_phase(&saved->conn)]);
}

/* An echo has to show that the connection is still the one which was saved */
static u8 ingress_device(const struct tsrw_saved *saved)
{
	return tsrw_conn_breaks(&saved->conn) ? TSRW_DEVICE_UNHEARD :
						saved->device[TSRW_INGRESS];
}

static struct tsrw_flow *make_flow(const struct tsrw_saved *saved, spinlock_t *lock)
{
	struct tsrw_flow *flow = kzalloc(sizeof(*flow), GFP_KERNEL | __GFP_NOWARN);

	if (!flow)
		return NULL;
	flow->key = saved->key;
	flow->conn = saved->conn;
	flow->stamp = tsrw_stamp_now() - saved->idle * HZ ?: 1;
	seqcount_spinlock_init(&flow->seq, lock);
	flow->group = saved->group;
	flow->device[TSRW_EGRESS] = saved->device[TSRW_EGRESS];
	flow->device[TSRW_INGRESS] = ingress_device(saved);
	flow->slept = saved->slept;
	return flow;
}

static enum tsrewrite_mode mode_of(const struct tsrw_conn *conn)
{
	return tsrw_conn_has(conn, TSRW_HAS_COMMITTED) ? conn->mode : conn->mode_candidate;
}

/* Return: false if there is a flow already */
static bool link_flow(struct tsrw_table *table, struct tsrw_flow *flow, u32 hash)
{
	spinlock_t *lock = tsrw_table_lock(table, hash);
	bool exists;

	spin_lock_bh(lock);
	exists = tsrw_table_find(table, &flow->key, hash);
	if (!exists) {
		tsrw_table_link(table, flow, hash);
		tsrw_stats_inc(table->stats, TSREWRITE_A_STATS_FLOW_LOADED);
	}
	spin_unlock_bh(lock);
	return !exists;
}

static void load_flow(struct tsrw_table *table, struct tsrw_flow *flow, u32 hash,
		      struct tsrw_load_count *count)
{
	bool inbound = tsrw_flow_is_inbound_embryo(flow);

	if (tsrw_limit_take(&table->limits, &table->usage, inbound, mode_of(&flow->conn))) {
		count->no_room++;
		kfree(flow);
	} else if (link_flow(table, flow, hash)) {
		count->loaded++;
	} else {
		count->existing++;
		tsrw_limit_give(&table->usage, inbound);
		kfree(flow);
	}
}

/**
 * tsrw_load - load a flow
 * @tn: state of the network namespace, whose table has chains
 * @saved: the flow; tsrw_saved_is_sound()
 *
 * A flow with the same 4-tuple stays as it is. What became of this one is counted.
 *
 * Context: process, under the namespace's lock.
 */
void tsrw_load(struct tsrw_net *tn, const struct tsrw_saved *saved)
{
	struct tsrw_table *table = &tn->table;
	u32 hash = tsrw_table_hash(table, &saved->key);
	struct tsrw_flow *flow;

	tsrw_visit(1);
	if (has_expired(table, saved)) {
		tn->loading.expired++;
		return;
	}
	flow = make_flow(saved, tsrw_table_lock(table, hash));
	if (flow)
		load_flow(table, flow, hash, &tn->loading);
	else
		tn->loading.no_room++;
	/* Now, as whoever loads may leave before the end */
	tsrw_expiry_run(table);
}

/**
 * tsrw_load_end - end a load, and tell of it
 * @tn: state of the network namespace
 * @count: filled in: what became of all flows since the load before ended
 *
 * Context: process, under the namespace's lock.
 */
void tsrw_load_end(struct tsrw_net *tn, struct tsrw_load_count *count)
{
	struct tsrw_event event = { .tn = tn, .type = TSREWRITE_EVENT_FLOW_LOAD, .load = count };

	*count = tn->loading;
	tn->loading = (struct tsrw_load_count){};
	if (count->loaded || count->existing || count->expired || count->no_room)
		tsrw_event_emit(&event);
}

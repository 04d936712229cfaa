// SPDX-License-Identifier: GPL-2.0-only
/*
 * The flows of a network namespace.
 *
 * A fixed array of chains, like conntrack's: rhashtable begins with at most
 * 131,072 buckets (its nelem_hint has 16 bits) and grows by a worker, which a
 * burst of softirqs starves just when chains grow long.
 */
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/rculist.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "anchor.h"
#include "expiry.h"
#include "limit.h"
#include "table.h"

/**
 * tsrw_table_find_ipv6 - look a flow up by the addresses in a packet
 * @table: the namespace's
 * @inside: address of the inside end
 * @outside: address of the outside end
 * @ports: as struct tsrw_flow_key has them
 * @link: tsrw_link()
 *
 * Return: as tsrw_table_find(). Context: RCU read side. Not for mapped addresses,
 * whose keys look like those of IPv4 flows.
 */
struct tsrw_flow *tsrw_table_find_ipv6(const struct tsrw_table *table,
				       const struct in6_addr *inside,
				       const struct in6_addr *outside,
				       u32 ports, u32 link)
{
	struct tsrw_flow_key key;

	/* Assigned, they would cost an alignment of the stack */
	memcpy(&key.inside_addr, inside, sizeof(key.inside_addr));
	memcpy(&key.outside_addr, outside, sizeof(key.outside_addr));
	key.ports = ports;
	key.link = link;
	return tsrw_table_find(table, &key, tsrw_table_hash_ipv6(table, &key));
}

/**
 * tsrw_table_free - free a flow that nobody can see any more
 * @table: the namespace's
 * @flow: never linked, or unlinked a grace period ago
 */
void tsrw_table_free(struct tsrw_table *table, struct tsrw_flow *flow)
{
	kfree(flow);
	tsrw_limit_give(table, false);
}

static bool is_inbound_embryo(const struct tsrw_flow *flow)
{
	const struct tsrw_handshake *hs = &flow->life.hs;

	return hs->state == TSRW_EMBRYONIC &&
	       hs->flags & TSRW_CANDIDATE_INBOUND;
}

/**
 * tsrw_table_unlink - take a dead flow out of its chain
 * @table: the namespace's
 * @flow: marked dead by the caller
 *
 * Expiry frees it. Context: the bucket's lock is held.
 */
void tsrw_table_unlink(struct tsrw_table *table, struct tsrw_flow *flow)
{
	if (is_inbound_embryo(flow))
		atomic_dec(&table->inbound);
	hlist_del_rcu(&flow->node);
	llist_add(&flow->dead, &table->dead);
}

/* The bucket's lock is held, and the flow is not dead */
static void change_flow(struct tsrw_table *table, struct tsrw_flow *flow,
			const struct tsrw_place *place,
			const struct tsrw_segment *seg, u32 idle,
			struct tsrw_step *step)
{
	int before = is_inbound_embryo(flow);

	tsrw_flow_change(flow, place->dir, seg, place->mode, idle, step);
	atomic_add(is_inbound_embryo(flow) - before, &table->inbound);
	if (step->events & TSRW_EVENT_END) {
		WRITE_ONCE(flow->stamp, TSRW_STAMP_DEAD);
		tsrw_table_unlink(table, flow);
	}
}

static struct tsrw_flow *make_flow(const struct tsrw_flow_key *key,
				   const struct tsrw_place *place,
				   spinlock_t *lock)
{
	struct tsrw_flow *flow = kzalloc(sizeof(*flow), GFP_ATOMIC | __GFP_NOWARN);

	if (!flow)
		return NULL;
	flow->key = *key;
	flow->stamp = tsrw_stamp_now();
	seqcount_spinlock_init(&flow->seq, lock);
	flow->group = place->group;
	flow->device[TSRW_EGRESS] = place->device;
	return flow;
}

/**
 * tsrw_table_begin - begin a flow
 * @table: the namespace's
 * @key: the 4-tuple
 * @hash: its hash
 * @place: where its SYN or SYN-ACK leaves; the mode is not off
 * @seg: its SYN or SYN-ACK, with TSopt, leaving
 * @step: filled in
 *
 * Return: 0; 1 if another CPU had just begun it, which answered the segment;
 * -ENOSPC if the table is full, -EDQUOT if too many flows begun from outside
 * are embryonic, -ENOMEM.
 * Context: RCU read side, bottom halves disabled.
 */
int tsrw_table_begin(struct tsrw_table *table, const struct tsrw_flow_key *key,
		     u32 hash, const struct tsrw_place *place,
		     const struct tsrw_segment *seg, struct tsrw_step *step)
{
	spinlock_t *lock = tsrw_table_lock(table, hash);
	int err = tsrw_limit_take(table, seg->has_ack);
	struct tsrw_flow *flow, *twin;

	if (err)
		return err;
	flow = make_flow(key, place, lock);
	if (!flow) {
		tsrw_limit_give(table, seg->has_ack);
		return -ENOMEM;
	}
	tsrw_flow_begin(flow, seg, place->mode, step);

	spin_lock(lock);
	twin = tsrw_table_find(table, key, hash);
	if (twin) {
		change_flow(table, twin, place, seg, 0, step);
		spin_unlock(lock);
		kfree(flow);
		tsrw_limit_give(table, seg->has_ack);
		return 1;
	}
	hlist_add_head_rcu(&flow->node, tsrw_table_chain(table, hash));
	spin_unlock(lock);

	tsrw_expiry_run(table);
	return 0;
}

/**
 * tsrw_table_step - a segment of a flow passes
 * @table: the namespace's
 * @flow: found under the same RCU read side
 * @hash: its key's
 * @place: where
 * @seg: the segment
 * @step: filled in
 *
 * Return: false if the flow is dead: the segment has no flow.
 * Context: RCU read side, bottom halves disabled. Takes the bucket's lock for
 * the beginning and the end of connections only.
 */
bool tsrw_table_step(struct tsrw_table *table, struct tsrw_flow *flow, u32 hash,
		     const struct tsrw_place *place,
		     const struct tsrw_segment *seg, struct tsrw_step *step)
{
	spinlock_t *lock = tsrw_table_lock(table, hash);
	bool alive;
	u32 idle;

	if (!tsrw_flow_touch(flow, place->dir, &idle))
		return false;
	tsrw_flow_note_device(flow, place->dir, place->device);
	if (tsrw_flow_answer_quiet(flow, place->dir, seg, idle, step))
		return true;

	spin_lock(lock);
	alive = READ_ONCE(flow->stamp) != TSRW_STAMP_DEAD;
	if (alive)
		change_flow(table, flow, place, seg, idle, step);
	spin_unlock(lock);
	return alive;
}

/**
 * tsrw_table_note_unreachable - an ICMP error answers a flow's SYN
 * @table: the namespace's
 * @flow: found under the same RCU read side
 * @hash: its key's
 * @seq: the SYN's sequence number, as the error quotes it
 *
 * Return: true if nothing else has answered it before. The flow goes on as it did.
 * Context: RCU read side, bottom halves disabled.
 */
bool tsrw_table_note_unreachable(struct tsrw_table *table,
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
 * tsrw_table_end - forget a flow by command
 * @table: the namespace's
 * @flow: found under the same RCU read side
 *
 * Return: false if it was dead. Context: RCU read side.
 */
bool tsrw_table_end(struct tsrw_table *table, struct tsrw_flow *flow)
{
	spinlock_t *lock = tsrw_table_lock(table,
					   tsrw_table_hash(table, &flow->key));
	bool alive;

	spin_lock_bh(lock);
	alive = xchg(&flow->stamp, TSRW_STAMP_DEAD) != TSRW_STAMP_DEAD;
	if (alive) {
		tsrw_table_unlink(table, flow);
		tsrw_stats_inc(table->stats, TSREWRITE_A_STATS_FLOW_FLUSHED);
	}
	spin_unlock_bh(lock);
	return alive;
}

/**
 * tsrw_table_init - a table without flows or size
 * @table: filled in
 * @stats: the namespace's counters
 * @groups: the namespace's
 * @flows: the limit to begin with
 */
void tsrw_table_init(struct tsrw_table *table, struct tsrw_stats __percpu *stats,
		     const struct tsrw_groups *groups, u32 flows)
{
	*table = (struct tsrw_table){
		.limits = {
			.flows = flows,
			.inbound = flows / 4,
			.timeout = {
				/* past any gap between SYN retransmissions */
				[TSRW_EMBRYONIC] = 130,
				[TSRW_ESTABLISHED] = 5 * 24 * 3600,
				[TSRW_CLOSED] = 120,
			},
		},
		.stats = stats,
		.groups = groups,
	};
	tsrw_expiry_init(table);
}

/**
 * tsrw_table_size - give the table its chains, one for each flow of its limit
 * @table: the table; one that has its size keeps it
 *
 * Return: 0 or -ENOMEM. Context: process, under genl_lock.
 */
int tsrw_table_size(struct tsrw_table *table)
{
	u32 n = roundup_pow_of_two(clamp_t(u32, table->limits.flows, TSRW_LOCKS,
					 TSRW_LIMIT_MAX));
	struct tsrw_buckets *buckets;
	unsigned int i;

	if (table->buckets)
		return 0;
	/* A limit is a guest's to choose: rather fail than have anyone killed */
	buckets = kvzalloc(struct_size(buckets, head, n),
			   GFP_KERNEL_ACCOUNT | __GFP_RETRY_MAYFAIL |
			   __GFP_NOWARN);
	if (!buckets)
		return -ENOMEM;
	get_random_bytes(&buckets->key, sizeof(buckets->key));
	buckets->mask = n - 1;
	for (i = 0; i < TSRW_LOCKS; i++)
		spin_lock_init(&buckets->locks[i]);
	table->buckets = buckets;
	return 0;
}

/**
 * tsrw_table_destroy - free all
 * @table: of a namespace that no hook reads any more
 *
 * Context: process, after a grace period.
 */
void tsrw_table_destroy(struct tsrw_table *table)
{
	struct hlist_node *next;
	struct tsrw_flow *flow;
	u32 i;

	tsrw_expiry_stop(table);
	if (!table->buckets)
		return;
	for (i = 0; i <= table->buckets->mask; i++) {
		hlist_for_each_entry_safe(flow, next, &table->buckets->head[i],
					  node)
			tsrw_table_free(table, flow);
		cond_resched();
	}
	kvfree(table->buckets);
}

static int walk_chain(const struct tsrw_table *table, struct tsrw_cursor *cursor,
		      int (*visit)(struct tsrw_flow *flow, void *arg), void *arg)
{
	struct tsrw_flow *flow;
	u32 seen = 0;
	int err;

	hlist_for_each_entry_rcu(flow, &table->buckets->head[cursor->bucket],
				 node) {
		if (seen++ < cursor->skip)
			continue;
		err = visit(flow, arg);
		if (err)
			return err;
		cursor->skip++;
	}
	return 0;
}

/* To where a long walk lets others run; the number of chains is a multiple */
static int walk_stretch(const struct tsrw_table *table,
			struct tsrw_cursor *cursor,
			int (*visit)(struct tsrw_flow *flow, void *arg),
			void *arg)
{
	do {
		if (!hlist_empty(&table->buckets->head[cursor->bucket])) {
			int err = walk_chain(table, cursor, visit, arg);

			if (err)
				return err;
		}
		cursor->bucket++;
		cursor->skip = 0;
	} while (cursor->bucket % TSRW_LOCKS);
	return 0;
}

/**
 * tsrw_table_walk - visit the flows
 * @table: the namespace's
 * @cursor: where to begin; where to go on if @visit stopped the walk
 * @visit: called under RCU for each flow; not 0 stops the walk before it
 * @arg: for @visit
 *
 * Return: what @visit returned last, or 0 at the end. Context: process. Flows
 * that come and go meanwhile may be missed; those that stay are not, unless a
 * neighbour in their chain goes while the walk stands stopped within it.
 */
int tsrw_table_walk(const struct tsrw_table *table, struct tsrw_cursor *cursor,
		    int (*visit)(struct tsrw_flow *flow, void *arg), void *arg)
{
	int err = 0;

	if (!table->buckets)
		return 0;
	while (!err && cursor->bucket <= table->buckets->mask) {
		rcu_read_lock();
		err = walk_stretch(table, cursor, visit, arg);
		rcu_read_unlock();
		cond_resched();
	}
	return err;
}

static int regroup(struct tsrw_flow *flow, void *arg)
{
	if (READ_ONCE(flow->group) == *(const u8 *)arg)
		WRITE_ONCE(flow->group, 0);
	return 0;
}

/**
 * tsrw_table_regroup - flows of a group that is no more are the default one's
 * @table: the namespace's
 * @group: the group's id, which no flow begins with any more
 *
 * Context: process; walks the whole table.
 */
void tsrw_table_regroup(const struct tsrw_table *table, u8 group)
{
	struct tsrw_cursor from_start = {};

	tsrw_table_walk(table, &from_start, regroup, &group);
}

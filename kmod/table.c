// SPDX-License-Identifier: GPL-2.0-only
/*
 * The flow table of a network namespace.
 *
 * It is a fixed array of chains, as in conntrack.  An rhashtable begins with at most
 * 131,072 buckets (its nelem_hint has 16 bits), and a worker makes it grow, which a
 * burst of softirqs starves just when the chains become long.
 */
#include <linux/init.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/rculist.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "compat.h"
#include "crossing.h"
#include "defaults.h"
#include "table.h"

/**
 * tsrw_table_find_ipv6 - find a flow by an IPv6 4-tuple
 * @table: the namespace's flow table
 * @inside: address of the inside end, not IPv4-mapped as in the keys of IPv4 flows
 * @outside: address of the outside end, not IPv4-mapped either
 * @ports: both ports, as in struct tsrw_flow_key
 * @link: tsrw_link() of the packet
 *
 * Return: the flow, which may be dead by now, or NULL. Context: RCU read side.
 */
struct tsrw_flow *tsrw_table_find_ipv6(const struct tsrw_table *table,
				       const struct in6_addr *inside,
				       const struct in6_addr *outside,
				       u32 ports, u32 link)
{
	struct tsrw_flow_key key;

	/* Assignments would have the compiler align the stack for the addresses */
	memcpy(&key.inside_addr, inside, sizeof(key.inside_addr));
	memcpy(&key.outside_addr, outside, sizeof(key.outside_addr));
	key.ports = ports;
	key.link = link;
	return tsrw_table_find(table, &key, tsrw_table_hash_ipv6(table, &key));
}

/**
 * tsrw_table_free - free a flow, and count it out
 * @table: the namespace's flow table
 * @flow: the flow, which was unlinked a grace period ago, or which no hook reads any more
 */
void tsrw_table_free(struct tsrw_table *table, struct tsrw_flow *flow)
{
	kfree(flow);
	tsrw_limit_give(&table->usage, false);
}

/**
 * tsrw_table_link - link a new flow to its chain
 * @table: the namespace's flow table
 * @flow: the flow
 * @hash: hash of its key
 *
 * Context: the chain's lock is held.
 */
void tsrw_table_link(struct tsrw_table *table, struct tsrw_flow *flow, u32 hash)
{
	struct tsrw_stretch *stretch = tsrw_table_stretch(table->buckets, hash);

	WRITE_ONCE(stretch->flows, stretch->flows + 1);
	tsrw_crossing_count(table->buckets->device_flows, TSRW_CROSSES_NONE,
			    tsrw_crossing_of(flow));
	hlist_add_head_rcu(&flow->node, tsrw_table_chain(table, hash));
}

/**
 * tsrw_table_unlink - unlink a dead flow from its chain
 * @table: the namespace's flow table
 * @flow: the flow, which the caller has marked as dead; expiry frees it
 * @hash: hash of its key, or the number of its chain
 *
 * Context: the chain's lock is held.
 */
void tsrw_table_unlink(struct tsrw_table *table, struct tsrw_flow *flow, u32 hash)
{
	struct tsrw_stretch *stretch = tsrw_table_stretch(table->buckets, hash);

	if (tsrw_flow_is_inbound_embryo(flow))
		atomic_dec(&table->usage.inbound);
	WRITE_ONCE(stretch->flows, stretch->flows - 1);
	tsrw_crossing_count(table->buckets->device_flows, tsrw_crossing_of(flow),
			    TSRW_CROSSES_NONE);
	hlist_del_rcu(&flow->node);
	llist_add(&flow->dead, &table->dead);
}

/**
 * tsrw_table_end - end a flow by command
 * @table: the namespace's flow table
 * @flow: the flow, found in the same RCU read-side section
 *
 * Return: false if it was dead already. Context: RCU read side.
 */
bool tsrw_table_end(struct tsrw_table *table, struct tsrw_flow *flow)
{
	u32 hash = tsrw_table_hash(table, &flow->key);
	spinlock_t *lock = tsrw_table_lock(table, hash);
	bool alive;

	spin_lock_bh(lock);
	alive = xchg(&flow->stamp, TSRW_STAMP_DEAD) != TSRW_STAMP_DEAD;
	if (alive) {
		tsrw_table_unlink(table, flow, hash);
		tsrw_stats_inc(table->stats, TSREWRITE_A_STATS_FLOW_FLUSHED);
	}
	spin_unlock_bh(lock);
	return alive;
}

/**
 * tsrw_table_init - initialize a flow table that has no chains yet
 * @table: filled in
 * @stats: the namespace's counters
 * @groups: the namespace's groups
 * @owner: the user who pays for its flows, given back by tsrw_table_destroy(), or NULL
 */
void tsrw_table_init(struct tsrw_table *table, struct tsrw_stats __percpu *stats,
		     const struct tsrw_groups *groups, struct tsrw_owner *owner)
{
	u32 flows = owner ? TSRW_DEFAULT_LIMIT_OTHER_USER_NS : TSRW_DEFAULT_LIMIT;

	*table = (struct tsrw_table){
		.limits = {
			.flows = flows,
			.inbound = TSRW_DEFAULT_INBOUND_LIMIT(flows),
			.timeout = {
				[TSRW_PHASE_EMBRYONIC] = TSRW_DEFAULT_TIMEOUT_EMBRYONIC,
				[TSRW_PHASE_ESTABLISHED] = TSRW_DEFAULT_TIMEOUT_ESTABLISHED,
				[TSRW_PHASE_CLOSED] = TSRW_DEFAULT_TIMEOUT_CLOSED,
				[TSRW_PHASE_HALF_CLOSED] = TSRW_DEFAULT_TIMEOUT_HALF_CLOSED,
				[TSRW_PHASE_CLOSING] = TSRW_DEFAULT_TIMEOUT_CLOSING,
			},
			.when_full = TSRW_DEFAULT_WHEN_FULL,
		},
		.stats = stats,
		.groups = groups,
		.usage.owner = owner,
	};
	init_llist_head(&table->dead);
	tsrw_retired_init(&table->retired);
}

/* Return: how many chains the table gets, or 0 with the reason in @extack */
static u32 take_chains(struct tsrw_table *table, struct netlink_ext_ack *extack)
{
	u32 wanted = roundup_pow_of_two(clamp_t(u32, table->limits.flows, TSRW_LOCKS,
						TSRW_LIMIT_MAX));
	u32 n = tsrw_limit_take_chains(&table->usage, wanted, TSRW_LOCKS);

	if (!n)
		NL_SET_ERR_MSG_FMT(extack,
				   "the tables of this user's namespaces have all of his %u chains",
				   tsrw_limit_user());
	return n;
}

/* Stretches are small enough for a walk to visit one at once */
static u32 count_stretches(u32 chains)
{
	return max_t(u32, TSRW_LOCKS, chains / TSRW_VISITS_MAX);
}

/* Whoever asks for it may be an unprivileged user, who must not be able to invoke the OOM
 * killer by it: the allocation fails instead
 */
static struct tsrw_buckets *make_buckets(u32 n)
{
	u32 stretches = count_stretches(n);
	struct tsrw_buckets *buckets;

	buckets = kvzalloc(struct_size(buckets, head, n) +
			   array_size(stretches, sizeof(*buckets->stretches)),
			   GFP_KERNEL_ACCOUNT | __GFP_RETRY_MAYFAIL |
			   __GFP_NOWARN);
	if (!buckets)
		return NULL;
	buckets->device_flows = tsrw_crossing_alloc();
	if (!buckets->device_flows) {
		kvfree(buckets);
		return NULL;
	}
	get_random_bytes(&buckets->key, sizeof(buckets->key));
	buckets->mask = n - 1;
	buckets->shift = ilog2(n / stretches);
	buckets->stretches = (void *)&buckets->head[n];
	for (u32 i = 0; i < stretches; i++)
		spin_lock_init(&buckets->stretches[i].lock);
	return buckets;
}

static void free_buckets(struct tsrw_buckets *buckets)
{
	free_percpu(buckets->device_flows);
	kvfree(buckets);
}

/**
 * tsrw_table_prepare - allocate the chains of a flow table, one for each flow of its limit
 * @table: the flow table, which has none
 * @extack: gets the reason for a refusal
 *
 * There are fewer of them if the user who pays for the table has not as many left.
 *
 * Return: the chains, for tsrw_table_size() or tsrw_table_discard(); -ENOSPC if the user has
 * none left; -ENOMEM. Context: process, under the namespace's lock.
 */
struct tsrw_buckets *tsrw_table_prepare(struct tsrw_table *table,
					struct netlink_ext_ack *extack)
{
	struct tsrw_buckets *buckets;
	u32 n = take_chains(table, extack);

	if (!n)
		return ERR_PTR(-ENOSPC);
	buckets = make_buckets(n);
	if (buckets)
		return buckets;
	tsrw_limit_give_chains(&table->usage, n);
	NL_SET_ERR_MSG(extack, "no memory for the flow table: lower the limit of flows");
	return ERR_PTR(-ENOMEM);
}

/**
 * tsrw_table_size - give a flow table its chains
 * @table: the flow table, which has none
 * @buckets: the chains, from tsrw_table_prepare()
 *
 * Context: process, under the namespace's lock.
 */
void tsrw_table_size(struct tsrw_table *table, struct tsrw_buckets *buckets)
{
	/* Pairs with tsrw_table_walk(), which may be a dump that goes on meanwhile */
	smp_store_release(&table->buckets, buckets);
}

/**
 * tsrw_table_discard - free chains that no flow table gets
 * @table: the flow table for which they were allocated
 * @buckets: the chains, from tsrw_table_prepare()
 *
 * Context: process.
 */
void tsrw_table_discard(struct tsrw_table *table, struct tsrw_buckets *buckets)
{
	tsrw_limit_give_chains(&table->usage, buckets->mask + 1);
	free_buckets(buckets);
}

static void free_flow(struct tsrw_buckets *buckets, struct tsrw_flow *flow)
{
	kfree(flow);
	tsrw_limit_give(&buckets->usage, false);
}

static void free_stretch(struct tsrw_buckets *buckets, u32 bucket)
{
	u32 end = bucket + (1U << buckets->shift);
	struct hlist_node *next;
	struct tsrw_flow *flow;

	for (; bucket < end; bucket++) {
		hlist_for_each_entry_safe(flow, next, &buckets->head[bucket], node)
			free_flow(buckets, flow);
		cond_resched();
	}
}

/* Nobody waits for it but the removal of the module */
static void free_chains(struct work_struct *work)
{
	struct tsrw_buckets *buckets = container_of(work, struct tsrw_buckets, work);
	struct tsrw_flow *flow, *next;

	for (u32 i = 0; i <= buckets->mask; i += 1U << buckets->shift)
		if (!tsrw_table_skip(buckets, i))
			free_stretch(buckets, i);
	llist_for_each_entry_safe(flow, next, buckets->dead, dead) {
		free_flow(buckets, flow);
		cond_resched();
	}
	tsrw_limit_give_chains(&buckets->usage, buckets->mask + 1);
	tsrw_owner_put(buckets->usage.owner);
	free_buckets(buckets);
}

static struct workqueue_struct *free_queue;

/**
 * tsrw_table_destroy - have a flow table freed, with its flows
 * @table: the flow table, which no hook reads any more, after tsrw_expiry_stop()
 *
 * That takes a while, and is done by a worker, so that nobody waits for it.
 *
 * Context: process, after a grace period since flows were unlinked.
 */
void tsrw_table_destroy(struct tsrw_table *table)
{
	struct tsrw_buckets *buckets = table->buckets;

	if (!buckets) {
		tsrw_owner_put(table->usage.owner);
		return;
	}
	buckets->dead = llist_del_all(&table->dead);
	buckets->usage.owner = table->usage.owner;
	INIT_WORK(&buckets->work, free_chains);
	queue_work(free_queue, &buckets->work);
}

/**
 * tsrw_table_module_init - prepare for flow tables
 *
 * Return: 0 or -ENOMEM. Context: process.
 */
int __init tsrw_table_module_init(void)
{
	free_queue = alloc_workqueue("tsrewrite_free", WQ_UNBOUND, 0);
	return free_queue ? 0 : -ENOMEM;
}

/**
 * tsrw_table_module_exit - wait until all flow tables are freed
 *
 * Context: process.
 */
void tsrw_table_module_exit(void)
{
	destroy_workqueue(free_queue);
}

/**
 * struct walk - a walk over a table, as far as it goes at once
 * @buckets: the chains of the table
 * @cursor: where it stands
 * @left: how many chains and flows it may still visit
 * @visit: called for each flow
 * @arg: argument of @visit
 */
struct walk {
	const struct tsrw_buckets *buckets;
	struct tsrw_cursor *cursor;
	u32 left;
	int (*visit)(struct tsrw_flow *flow, void *arg);
	void *arg;
};

static bool may_visit(struct walk *walk)
{
	if (!walk->left)
		return false;
	walk->left--;
	tsrw_visit(1);
	return true;
}

static int walk_chain(struct walk *walk)
{
	struct tsrw_cursor *cursor = walk->cursor;
	struct tsrw_flow *flow;
	u32 seen = 0;
	int err;

	hlist_for_each_entry_rcu(flow, &walk->buckets->head[cursor->bucket], node) {
		if (seen++ < cursor->skip)
			continue;
		if (!may_visit(walk))
			return TSRW_WALK_MORE;
		err = walk->visit(flow, walk->arg);
		if (err)
			return err;
		cursor->skip++;
	}
	return 0;
}

/* Walk to the next chain whose number is a multiple of TSRW_LOCKS, where a walk can be
 * interrupted; the number of chains is such a multiple
 */
static int walk_some(struct walk *walk)
{
	struct tsrw_cursor *cursor = walk->cursor;
	int err;

	do {
		if (!may_visit(walk))
			return TSRW_WALK_MORE;
		err = walk_chain(walk);
		if (err)
			return err;
		cursor->bucket++;
		cursor->skip = 0;
	} while (cursor->bucket % TSRW_LOCKS);
	return 0;
}

static void skip_empty(struct walk *walk)
{
	struct tsrw_cursor *cursor = walk->cursor;
	u32 n;

	while (!cursor->skip && cursor->bucket <= walk->buckets->mask) {
		n = tsrw_table_skip(walk->buckets, cursor->bucket);
		if (!n)
			break;
		cursor->bucket += n;
	}
}

/**
 * tsrw_table_walk - visit flows of a table, as many as may be visited at once
 * @table: the namespace's flow table
 * @cursor: where to begin; then where to go on
 * @visit: called for each flow on the RCU read side; if it does not return 0, but an error,
 *	the walk stops, to go on with the same flow
 * @arg: argument of @visit
 *
 * Flows that begin or end meanwhile may be missed. The others are visited, unless a flow
 * before them in their chain ends while the walk is stopped within that chain. Where there is
 * a flow, a walk that is not stopped finds one.
 *
 * Return: TSRW_WALK_END; TSRW_WALK_MORE if there are more to visit; or what @visit returned.
 * Context: process.
 */
int tsrw_table_walk(const struct tsrw_table *table, struct tsrw_cursor *cursor,
		    int (*visit)(struct tsrw_flow *flow, void *arg), void *arg)
{
	/* Pairs with tsrw_table_size() */
	const struct tsrw_buckets *buckets = smp_load_acquire(&table->buckets);
	struct walk walk = {
		.buckets = buckets,
		.cursor = cursor, .left = TSRW_VISITS_MAX, .visit = visit, .arg = arg,
	};
	int err = 0;

	if (!buckets)
		return TSRW_WALK_END;
	while (!err) {
		skip_empty(&walk);
		if (cursor->bucket > buckets->mask)
			return TSRW_WALK_END;
		rcu_read_lock();
		err = walk_some(&walk);
		rcu_read_unlock();
		cond_resched();
	}
	return err;
}

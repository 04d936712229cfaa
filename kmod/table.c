// SPDX-License-Identifier: GPL-2.0-only
/*
 * The flow table of a network namespace.
 *
 * It is a fixed array of chains, as in conntrack.  An rhashtable begins with at most
 * 131,072 buckets (its nelem_hint has 16 bits), and a worker makes it grow, which a
 * burst of softirqs starves just when the chains become long.
 */
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/rculist.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "compat.h"
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
 * tsrw_table_unlink - unlink a dead flow from its chain
 * @table: the namespace's flow table
 * @flow: the flow, which the caller has marked as dead; expiry frees it
 *
 * Context: the chain's lock is held.
 */
void tsrw_table_unlink(struct tsrw_table *table, struct tsrw_flow *flow)
{
	if (tsrw_flow_is_inbound_embryo(flow))
		atomic_dec(&table->usage.inbound);
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

/* Whoever asks for it may be an unprivileged user, who must not be able to invoke the OOM
 * killer by it: the allocation fails instead
 */
static struct tsrw_buckets *make_buckets(u32 n)
{
	struct tsrw_buckets *buckets;
	unsigned int i;

	buckets = kvzalloc(struct_size(buckets, head, n),
			   GFP_KERNEL_ACCOUNT | __GFP_RETRY_MAYFAIL |
			   __GFP_NOWARN);
	if (!buckets)
		return NULL;
	get_random_bytes(&buckets->key, sizeof(buckets->key));
	buckets->mask = n - 1;
	for (i = 0; i < TSRW_LOCKS; i++)
		spin_lock_init(&buckets->locks[i]);
	return buckets;
}

/**
 * tsrw_table_size - allocate the chains of a flow table, one for each flow of its limit
 * @table: the flow table; if it has chains already, it keeps them
 * @extack: gets the reason for a refusal
 *
 * There are fewer of them if the user who pays for the table has not as many left.
 *
 * Return: 0; -ENOSPC if he has none left; -ENOMEM. Context: process, under genl_lock.
 */
int tsrw_table_size(struct tsrw_table *table, struct netlink_ext_ack *extack)
{
	u32 n;

	if (table->buckets)
		return 0;
	n = take_chains(table, extack);
	if (!n)
		return -ENOSPC;
	table->buckets = make_buckets(n);
	if (table->buckets)
		return 0;
	tsrw_limit_give_chains(&table->usage, n);
	NL_SET_ERR_MSG(extack, "no memory for the flow table: lower the limit of flows");
	return -ENOMEM;
}

/**
 * tsrw_table_destroy - free a flow table with its flows
 * @table: the flow table, which no hook reads any more, after tsrw_expiry_stop()
 *
 * Context: process, after a grace period.
 */
void tsrw_table_destroy(struct tsrw_table *table)
{
	struct hlist_node *next;
	struct tsrw_flow *flow;
	u32 i;

	for (i = 0; table->buckets && i <= table->buckets->mask; i++) {
		hlist_for_each_entry_safe(flow, next, &table->buckets->head[i],
					  node)
			tsrw_table_free(table, flow);
		cond_resched();
	}
	if (table->buckets)
		tsrw_limit_give_chains(&table->usage, table->buckets->mask + 1);
	kvfree(table->buckets);
	tsrw_owner_put(table->usage.owner);
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

/* Walk to the next chain whose number is a multiple of TSRW_LOCKS, where a long walk
 * can be interrupted; the number of chains is such a multiple
 */
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
 * tsrw_table_walk - visit the flows of a table
 * @table: the namespace's flow table
 * @cursor: where to begin; then where to go on if @visit has stopped the walk
 * @visit: called for each flow on the RCU read side; if it does not return 0, the walk
 *	stops, to go on with the same flow
 * @arg: argument of @visit
 *
 * Flows that begin or end meanwhile may be missed. The others are visited, unless a flow
 * before them in their chain ends while the walk is stopped within that chain.
 *
 * Return: what @visit returned last, or 0 at the end. Context: process.
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

static int regroup_flow(struct tsrw_flow *flow, void *arg)
{
	if (READ_ONCE(flow->group) == *(const u8 *)arg)
		WRITE_ONCE(flow->group, 0);
	return 0;
}

/**
 * tsrw_table_regroup - move the flows of a group that was removed to the default group
 * @table: the namespace's flow table
 * @group: id of the group, in which no flow begins any more
 *
 * Context: process; walks the whole flow table.
 */
void tsrw_table_regroup(const struct tsrw_table *table, u8 group)
{
	struct tsrw_cursor from_start = {};

	tsrw_table_walk(table, &from_start, regroup_flow, &group);
}

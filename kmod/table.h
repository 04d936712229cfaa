/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_TABLE_H
#define TSRW_TABLE_H

#include <linux/cache.h>
#include <linux/rculist.h>
#include <linux/siphash.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include <net/ipv6.h>

#include "flow.h"
#include "group.h"
#include "limit.h"
#include "retired.h"
#include "stats.h"
#include "visit.h"

struct tsrw_key;

#define TSRW_LOCKS		256	/* as few locks as a table has */

/* Walks over a table return this, if they do not return what stopped them */
#define TSRW_WALK_END		0
#define TSRW_WALK_MORE		1

/**
 * struct tsrw_stretch - chains that share a lock
 * @lock: for the chains and the connections of their flows
 * @flows: how many flows they have, so that nobody need look for any where there are none
 */
struct tsrw_stretch {
	spinlock_t lock; /* for chains and the connections of their flows */
	u32 flows;
};

/**
 * struct tsrw_buckets - the chains of a flow table
 * @key: key of the hash, which is secret because outsiders choose 4-tuples
 * @mask: the number of chains, which is a power of two and at least TSRW_LOCKS, less one
 * @shift: log2 of the number of chains in a stretch, which are TSRW_VISITS_MAX at most
 * @stretches: behind @head, the stretches, TSRW_LOCKS or more
 * @device_flows: on each CPU, by the id of an attachment: how many rewritten connections
 *	cross it. A CPU's may be negative, their sum is not
 * @work: frees the chains and their flows
 * @dead: then, those that were unlinked before
 * @usage: then, what they are counted for
 * @head: the chains, by hash
 */
struct tsrw_buckets {
	hsiphash_key_t key;
	u32 mask;
	u32 shift;
	struct tsrw_stretch *stretches;
	s32 __percpu *device_flows;
	struct work_struct work;
	struct llist_node *dead;
	struct tsrw_usage usage;
	struct hlist_head head[] ____cacheline_aligned_in_smp;
};

/**
 * struct tsrw_table - the flows of a network namespace
 * @buckets: the chains; NULL until the first attach. Commands, which do not wait for each
 *	other in a dump, read it with READ_ONCE()
 * @limits: written under the namespace's lock, read with READ_ONCE()
 * @stats: the namespace's counters
 * @groups: the namespace's groups, for their counters
 * @key: the namespace's key; replaced under its lock, read under RCU
 * @usage: how many flows there are
 * @dead: flows that are unlinked and wait for their grace period
 * @work: the expiry of flows
 * @retired: ids that flows may still have
 * @cursor: the chain where expiry goes on
 * @left: how many chains expiry has to visit until it may rest
 * @round: how many until it has visited all since the round began; 0 outside of a round
 * @evicted_until: jiffies until which an evicted flow may be answered; 0 if there is none
 *
 * New connections write to other cache lines than those that every packet reads.
 */
struct tsrw_table {
	struct tsrw_buckets *buckets;
	struct tsrw_limits limits;
	struct tsrw_stats __percpu *stats;
	const struct tsrw_groups *groups;
	struct tsrw_key __rcu *key;

	struct tsrw_usage usage ____cacheline_aligned_in_smp;
	struct llist_head dead;
	struct delayed_work work;
	struct tsrw_retired retired;
	u32 cursor;
	u32 left;
	u32 round;
	unsigned long evicted_until;
};

/**
 * struct tsrw_cursor - where a walk over a table stands
 * @bucket: number of the next chain
 * @skip: how many flows of that chain were visited already
 */
struct tsrw_cursor {
	u32 bucket;
	u32 skip;
};

/**
 * tsrw_table_is_empty - whether a table has no flow
 * @table: the namespace's flow table
 *
 * Context: any.
 */
static inline bool tsrw_table_is_empty(const struct tsrw_table *table)
{
	return !atomic_read(&table->usage.flows);
}

/**
 * tsrw_table_stretch - get the stretch of a chain
 * @buckets: the chains of the table
 * @hash: hash of a key, or the number of the chain
 */
static inline struct tsrw_stretch *
tsrw_table_stretch(const struct tsrw_buckets *buckets, u32 hash)
{
	return &buckets->stretches[(hash & buckets->mask) >> buckets->shift];
}

/**
 * tsrw_table_lock - get the lock of a chain, and of the connections of its flows
 * @table: the namespace's flow table
 * @hash: hash of a key, or the number of the chain
 */
static inline spinlock_t *tsrw_table_lock(const struct tsrw_table *table,
					  u32 hash)
{
	return &tsrw_table_stretch(table->buckets, hash)->lock;
}

/**
 * tsrw_table_skip - find out how many chains from one on have no flows
 * @buckets: the chains of the table
 * @bucket: number of the chain
 *
 * Return: a stretch's, if @bucket is its first and it has no flows; otherwise 0.
 * Context: any.
 */
static inline u32 tsrw_table_skip(const struct tsrw_buckets *buckets, u32 bucket)
{
	u32 n = 1U << buckets->shift;

	return bucket & (n - 1) || READ_ONCE(tsrw_table_stretch(buckets, bucket)->flows) ? 0 : n;
}

/**
 * tsrw_table_chain - get the chain of a hash
 * @table: the namespace's flow table
 * @hash: hash of a key
 */
static inline struct hlist_head *tsrw_table_chain(const struct tsrw_table *table,
						  u32 hash)
{
	return &table->buckets->head[hash & table->buckets->mask];
}

/**
 * tsrw_table_hash_ipv4 - hash an IPv4 4-tuple
 * @table: the namespace's flow table
 * @inside: address of the inside end
 * @outside: address of the outside end
 * @ports: both ports, as in struct tsrw_flow_key
 * @link: tsrw_link() of the packet
 *
 * Context: any, after tsrw_table_size().
 */
static inline u32 tsrw_table_hash_ipv4(const struct tsrw_table *table,
				       __be32 inside, __be32 outside,
				       u32 ports, u32 link)
{
	return hsiphash_4u32((__force u32)inside, (__force u32)outside, ports,
			     link, &table->buckets->key);
}

/**
 * tsrw_table_hash_ipv6 - hash an IPv6 4-tuple
 * @table: the namespace's flow table
 * @key: the 4-tuple
 *
 * Context: any, after tsrw_table_size().
 */
static inline u32 tsrw_table_hash_ipv6(const struct tsrw_table *table,
				       const struct tsrw_flow_key *key)
{
	return hsiphash(key, sizeof(*key), &table->buckets->key);
}

/**
 * tsrw_table_hash - hash a 4-tuple
 * @table: the namespace's flow table
 * @key: the 4-tuple
 *
 * Context: any, after tsrw_table_size().
 */
static inline u32 tsrw_table_hash(const struct tsrw_table *table,
				  const struct tsrw_flow_key *key)
{
	if (!ipv6_addr_v4mapped(&key->inside_addr))
		return tsrw_table_hash_ipv6(table, key);
	return tsrw_table_hash_ipv4(table, key->inside_addr.s6_addr32[3],
				    key->outside_addr.s6_addr32[3],
				    key->ports, key->link);
}

/**
 * tsrw_table_find - find a flow by its 4-tuple
 * @table: the namespace's flow table
 * @key: the 4-tuple
 * @hash: its hash
 *
 * Return: the flow, which may be dead by now, or NULL.
 * Context: RCU read side, or the chain's lock is held.
 */
static inline struct tsrw_flow *tsrw_table_find(const struct tsrw_table *table,
						const struct tsrw_flow_key *key,
						u32 hash)
{
	struct tsrw_flow *flow;

	hlist_for_each_entry_rcu(flow, tsrw_table_chain(table, hash), node,
				 lockdep_is_held(tsrw_table_lock(table, hash)))
		if (tsrw_flow_key_equal(&flow->key, key))
			return flow;
	return NULL;
}

/**
 * tsrw_table_find_ipv4 - find a flow by an IPv4 4-tuple
 * @table: the namespace's flow table
 * @inside: address of the inside end
 * @outside: address of the outside end
 * @ports: both ports, as in struct tsrw_flow_key
 * @link: tsrw_link() of the packet
 *
 * Return: the flow, which may be dead by now, or NULL. Context: RCU read side.
 */
static inline struct tsrw_flow *
tsrw_table_find_ipv4(const struct tsrw_table *table, __be32 inside,
		     __be32 outside, u32 ports, u32 link)
{
	u32 hash = tsrw_table_hash_ipv4(table, inside, outside, ports, link);
	struct tsrw_flow *flow;

	hlist_for_each_entry_rcu(flow, tsrw_table_chain(table, hash), node)
		if (tsrw_flow_key_is_ipv4(&flow->key, inside, outside, ports,
					  link))
			return flow;
	return NULL;
}

void tsrw_table_init(struct tsrw_table *table, struct tsrw_stats __percpu *stats,
		     const struct tsrw_groups *groups, struct tsrw_owner *owner);
struct tsrw_buckets *tsrw_table_prepare(struct tsrw_table *table,
					struct netlink_ext_ack *extack);
void tsrw_table_size(struct tsrw_table *table, struct tsrw_buckets *buckets);
void tsrw_table_discard(struct tsrw_table *table, struct tsrw_buckets *buckets);
void tsrw_table_destroy(struct tsrw_table *table);
int tsrw_table_module_init(void);
void tsrw_table_module_exit(void);

struct tsrw_flow *tsrw_table_find_ipv6(const struct tsrw_table *table,
				       const struct in6_addr *inside,
				       const struct in6_addr *outside,
				       u32 ports, u32 link);
bool tsrw_table_end(struct tsrw_table *table, struct tsrw_flow *flow);
void tsrw_table_link(struct tsrw_table *table, struct tsrw_flow *flow, u32 hash);
void tsrw_table_unlink(struct tsrw_table *table, struct tsrw_flow *flow, u32 hash);
void tsrw_table_free(struct tsrw_table *table, struct tsrw_flow *flow);

int tsrw_table_walk(const struct tsrw_table *table, struct tsrw_cursor *cursor,
		    int (*visit)(struct tsrw_flow *flow, void *arg), void *arg);
#endif /* TSRW_TABLE_H */

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
#include "stats.h"

#define TSRW_LOCKS		256	/* a bucket's lock serves others too */
#define TSRW_LIMIT_MAX		67108864
#define TSRW_TIMEOUT_MAX	(10U * 24 * 3600)

/**
 * struct tsrw_limits - what an operator may set for a namespace
 * @flows: flows at most
 * @inbound: embryonic flows begun from outside, at most
 * @timeout: seconds without a segment until a flow goes, by enum tsrw_state
 */
struct tsrw_limits {
	u32 flows;
	u32 inbound;
	u32 timeout[TSRW_STATES];
};

/**
 * struct tsrw_buckets - the chains
 * @key: of the hash: outsiders choose 4-tuples
 * @mask: number of chains, a power of two and at least TSRW_LOCKS, less one
 * @locks: by hash
 * @head: the chains
 */
struct tsrw_buckets {
	hsiphash_key_t key;
	u32 mask;
	spinlock_t locks[TSRW_LOCKS]; /* of a chain and the lives in it */
	struct hlist_head head[];
};

/**
 * struct tsrw_table - the flows of a network namespace
 * @buckets: NULL until the first attach
 * @limits: read with READ_ONCE(), written under genl_lock
 * @stats: the namespace's counters
 * @groups: the namespace's, for their counters
 * @flows: how many there are, the dead ones included
 * @inbound: how many are embryonic and begun from outside
 * @dead: unlinked, waiting for their grace period
 * @work: expiry
 * @cursor: where expiry goes on
 *
 * What each packet reads is kept apart from what new connections write.
 */
struct tsrw_table {
	struct tsrw_buckets *buckets;
	struct tsrw_limits limits;
	struct tsrw_stats __percpu *stats;
	const struct tsrw_groups *groups;

	atomic_t flows ____cacheline_aligned_in_smp;
	atomic_t inbound;
	struct llist_head dead;
	struct delayed_work work;
	u32 cursor;
};

/**
 * struct tsrw_place - where a segment passes
 * @dir: which way it goes
 * @device: the id of the attached device that it crosses
 * @group: the id of the group that its flow is of, if it begins one
 * @mode: of the connection, if it begins one
 */
struct tsrw_place {
	enum tsrw_direction dir;
	u8 device;
	u8 group;
	u8 mode;
};

/**
 * struct tsrw_cursor - where a walk over a table stands
 * @bucket: the next chain
 * @skip: flows of it that were seen already
 */
struct tsrw_cursor {
	u32 bucket;
	u32 skip;
};

/**
 * tsrw_table_lock - what guards a chain and the lives of the flows in it
 * @table: the namespace's
 * @hash: of a key, or a chain's number
 */
static inline spinlock_t *tsrw_table_lock(const struct tsrw_table *table,
					  u32 hash)
{
	return &table->buckets->locks[hash % TSRW_LOCKS];
}

/**
 * tsrw_table_chain - where flows of a hash are
 * @table: the namespace's
 * @hash: of a key
 */
static inline struct hlist_head *tsrw_table_chain(const struct tsrw_table *table,
						  u32 hash)
{
	return &table->buckets->head[hash & table->buckets->mask];
}

/**
 * tsrw_table_hash_ipv4 - the hash of an IPv4 4-tuple in registers
 * @table: its namespace's
 * @inside: address of the inside end
 * @outside: address of the outside end
 * @ports: as struct tsrw_flow_key has them
 * @link: tsrw_link()
 *
 * Context: any, once the table has its size.
 */
static inline u32 tsrw_table_hash_ipv4(const struct tsrw_table *table,
				       __be32 inside, __be32 outside,
				       u32 ports, u32 link)
{
	return hsiphash_4u32((__force u32)inside, (__force u32)outside, ports,
			     link, &table->buckets->key);
}

/**
 * tsrw_table_hash_ipv6 - an IPv6 4-tuple's hash
 * @table: its namespace's
 * @key: the 4-tuple
 *
 * Context: any, once the table has its size.
 */
static inline u32 tsrw_table_hash_ipv6(const struct tsrw_table *table,
				       const struct tsrw_flow_key *key)
{
	return hsiphash(key, sizeof(*key), &table->buckets->key);
}

/**
 * tsrw_table_hash - a 4-tuple's hash
 * @table: its namespace's
 * @key: the 4-tuple
 *
 * Context: any, once the table has its size.
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
 * tsrw_table_find - look a flow up
 * @table: the namespace's
 * @key: the 4-tuple
 * @hash: its hash
 *
 * Return: the flow, perhaps dead by now, or NULL. Context: RCU read side.
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
 * tsrw_table_find_ipv4 - look a flow up whose key is in registers
 * @table: the namespace's
 * @inside: address of the inside end
 * @outside: address of the outside end
 * @ports: as struct tsrw_flow_key has them
 * @link: tsrw_link()
 *
 * Return: as tsrw_table_find(). Context: RCU read side.
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
		     const struct tsrw_groups *groups, u32 flows);
int tsrw_table_size(struct tsrw_table *table);
void tsrw_table_destroy(struct tsrw_table *table);

struct tsrw_flow *tsrw_table_find_ipv6(const struct tsrw_table *table,
				       const struct in6_addr *inside,
				       const struct in6_addr *outside,
				       u32 ports, u32 link);
int tsrw_table_begin(struct tsrw_table *table, const struct tsrw_flow_key *key,
		     u32 hash, const struct tsrw_place *place,
		     const struct tsrw_segment *seg, struct tsrw_step *step);
bool tsrw_table_step(struct tsrw_table *table, struct tsrw_flow *flow, u32 hash,
		     const struct tsrw_place *place,
		     const struct tsrw_segment *seg, struct tsrw_step *step);
bool tsrw_table_note_unreachable(struct tsrw_table *table,
				 struct tsrw_flow *flow, u32 hash, u32 seq);

bool tsrw_table_end(struct tsrw_table *table, struct tsrw_flow *flow);
void tsrw_table_unlink(struct tsrw_table *table, struct tsrw_flow *flow);
void tsrw_table_free(struct tsrw_table *table, struct tsrw_flow *flow);

int tsrw_table_walk(const struct tsrw_table *table, struct tsrw_cursor *cursor,
		    int (*visit)(struct tsrw_flow *flow, void *arg), void *arg);
void tsrw_table_regroup(const struct tsrw_table *table, u8 group);

#endif /* TSRW_TABLE_H */

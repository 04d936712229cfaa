/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_TABLE_H
#define TSRW_TABLE_H

#include <linux/cache.h>
#include <linux/siphash.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "flow.h"
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

void tsrw_table_init(struct tsrw_table *table, struct tsrw_stats __percpu *stats,
		     u32 flows);
int tsrw_table_size(struct tsrw_table *table);
void tsrw_table_destroy(struct tsrw_table *table);

u32 tsrw_table_hash(const struct tsrw_table *table,
		    const struct tsrw_flow_key *key);
struct tsrw_flow *tsrw_table_find(const struct tsrw_table *table,
				  const struct tsrw_flow_key *key, u32 hash);
int tsrw_table_begin(struct tsrw_table *table, const struct tsrw_flow_key *key,
		     u32 hash, const struct tsrw_place *place,
		     const struct tsrw_segment *seg, struct tsrw_step *step);
bool tsrw_table_step(struct tsrw_table *table, struct tsrw_flow *flow, u32 hash,
		     const struct tsrw_place *place,
		     const struct tsrw_segment *seg, struct tsrw_step *step);

bool tsrw_table_end(struct tsrw_table *table, struct tsrw_flow *flow);
void tsrw_table_unlink(struct tsrw_table *table, struct tsrw_flow *flow);
void tsrw_table_free(struct tsrw_table *table, struct tsrw_flow *flow);

int tsrw_table_walk(const struct tsrw_table *table, struct tsrw_cursor *cursor,
		    int (*visit)(struct tsrw_flow *flow, void *arg), void *arg);

#endif /* TSRW_TABLE_H */

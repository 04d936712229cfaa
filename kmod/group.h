/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_GROUP_H
#define TSRW_GROUP_H

#include <linux/bitops.h>
#include <linux/netlink.h>
#include <linux/rcupdate.h>
#include <linux/tsrewrite.h>
#include <linux/types.h>
#include <linux/u64_stats_sync.h>

#define TSRW_GROUPS_MAX		256	/* for each namespace: ids have 8 bits */
#define TSRW_CANARY_ALL		100	/* percent */
#define TSRW_MARK_MASK_DEFAULT	0xff000000

struct tsrw_table;

/**
 * enum tsrw_arm - the two sides of a trial
 * @TSRW_TREATED: its mode does something to the connection
 * @TSRW_CONTROL: it is observed
 * @TSRW_ARMS: how many there are
 */
enum tsrw_arm {
	TSRW_TREATED,
	TSRW_CONTROL,
	TSRW_ARMS,
};

/**
 * struct tsrw_group_stats - one CPU's counters of a group
 * @syncp: keeps readers on 32-bit machines from half a number
 * @count: by enum tsrw_arm and enum tsrewrite_group_stats_attr
 */
struct tsrw_group_stats {
	struct u64_stats_sync syncp;
	u64_stats_t count[TSRW_ARMS][TSREWRITE_A_GROUP_STATS_MAX + 1];
};

/**
 * struct tsrw_group - a named class of flows
 * @name: how commands name it
 * @id: 0 for the default group, which takes the flows of no other
 * @mode: enum tsrewrite_mode, for flows that begin
 * @canary: percent of those that @mode is for
 * @prefixes: how many rules of the command's lead here, as it says itself
 * @fingerprint: of those rules, as it says itself
 * @stats: its counters
 */
struct tsrw_group {
	char name[TSREWRITE_GROUP_NAMSIZ];
	u8 id;
	u8 mode;
	u8 canary;
	u32 prefixes;
	u32 fingerprint;
	struct tsrw_group_stats __percpu *stats;
};

/**
 * struct tsrw_group_settings - what can be changed of a group
 * @mode: enum tsrewrite_mode; a flow that has begun keeps its own
 * @canary: percent of those that begin from now on that @mode is for
 * @prefixes: how many rules lead to it: kept for whoever asks whether they are there
 * @fingerprint: of those rules: the same
 */
struct tsrw_group_settings {
	u8 mode;
	u8 canary;
	u32 prefixes;
	u32 fingerprint;
};

/**
 * struct tsrw_groups - those of a network namespace
 * @by_id: NULL where there is none; the default one is always there. Written under
 *	genl_lock
 * @count: how many there are beside the default one
 * @mark_mask: the bits of skb->mark with a group's id
 * @seq: changes with @by_id; under genl_lock
 */
struct tsrw_groups {
	struct tsrw_group __rcu *by_id[TSRW_GROUPS_MAX];
	unsigned int count;
	u32 mark_mask;
	unsigned int seq;
};

int tsrw_groups_init(struct tsrw_groups *groups);
void tsrw_groups_free(struct tsrw_groups *groups);
int tsrw_groups_set_mark_mask(struct tsrw_groups *groups, u32 mask,
			      struct netlink_ext_ack *extack);

struct tsrw_group *tsrw_group_by_name(const struct tsrw_groups *groups,
				      const char *name);
struct tsrw_group *tsrw_group_add(struct tsrw_groups *groups, const char *name,
				  struct netlink_ext_ack *extack);
void tsrw_group_remove(struct tsrw_groups *groups, struct tsrw_table *table,
		       const struct tsrw_group *group);
void tsrw_group_free(struct tsrw_group *group);
bool tsrw_group_set(struct tsrw_group *group,
		    const struct tsrw_group_settings *to);
void tsrw_group_sum(const struct tsrw_group *group, enum tsrw_arm arm, u64 *sum);

/**
 * tsrw_group_by_id - the group of a flow
 * @groups: the namespace's
 * @id: as the flow has it
 *
 * Return: it, or, if it was removed just now, the default one.
 * Context: RCU read side.
 */
static inline struct tsrw_group *tsrw_group_by_id(const struct tsrw_groups *groups,
						  u8 id)
{
	struct tsrw_group *group = rcu_dereference(groups->by_id[id]);

	return likely(group) ? group : rcu_dereference(groups->by_id[0]);
}

/**
 * tsrw_group_of_mark - the group that a packet was put into
 * @groups: the namespace's
 * @mark: in: the packet's mark; out: without the id
 *
 * Return: the group. Context: RCU read side.
 */
static inline struct tsrw_group *tsrw_group_of_mark(const struct tsrw_groups *groups,
						    u32 *mark)
{
	u32 mask = READ_ONCE(groups->mark_mask), id;

	if (!READ_ONCE(groups->count))
		return rcu_dereference(groups->by_id[0]);
	id = (*mark & mask) >> __ffs(mask);
	*mark &= ~mask;
	return tsrw_group_by_id(groups, id);
}

/**
 * tsrw_group_mode - the mode of a connection that begins now
 * @group: its group
 * @hash: of its 4-tuple, keyed: chooses who is the control
 *
 * Return: enum tsrewrite_mode. Context: any.
 */
static inline enum tsrewrite_mode tsrw_group_mode(const struct tsrw_group *group,
						  u32 hash)
{
	u8 mode = READ_ONCE(group->mode), canary = READ_ONCE(group->canary);

	if (mode == TSREWRITE_MODE_OFF || likely(canary == TSRW_CANARY_ALL) ||
	    reciprocal_scale(hash, TSRW_CANARY_ALL) < canary)
		return mode;
	return TSREWRITE_MODE_OBSERVE;
}

/**
 * tsrw_group_arm - which side of a trial is a connection on?
 * @mode: its mode, not off
 */
static inline enum tsrw_arm tsrw_group_arm(enum tsrewrite_mode mode)
{
	return mode == TSREWRITE_MODE_OBSERVE ? TSRW_CONTROL : TSRW_TREATED;
}

/**
 * tsrw_group_count - count
 * @group: whose connection
 * @arm: which side it is on
 * @inbound: it was begun from outside
 * @what: enum tsrewrite_group_stats_attr, of those begun from inside
 *
 * Context: bottom halves disabled.
 */
static inline void tsrw_group_count(const struct tsrw_group *group,
				    enum tsrw_arm arm, bool inbound,
				    unsigned int what)
{
	struct tsrw_group_stats *mine = this_cpu_ptr(group->stats);

	if (inbound)
		what += TSREWRITE_A_GROUP_STATS_INBOUND_ATTEMPTS -
			TSREWRITE_A_GROUP_STATS_ATTEMPTS;
	u64_stats_update_begin(&mine->syncp);
	u64_stats_inc(&mine->count[arm][what]);
	u64_stats_update_end(&mine->syncp);
}

#endif /* TSRW_GROUP_H */

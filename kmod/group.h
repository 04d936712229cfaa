/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_GROUP_H
#define TSRW_GROUP_H

#include <linux/bitops.h>
#include <linux/netlink.h>
#include <linux/rcupdate.h>
#include <linux/tsrewrite.h>
#include <linux/types.h>
#include <linux/u64_stats_sync.h>

#include "core/mode.h"
#include "retired.h"

#define TSRW_GROUPS_MAX		256	/* for each network namespace: ids have 8 bits */
#define TSRW_CANARY_ALL		100	/* percent */

/**
 * struct tsrw_group_stats - one CPU's counters of a group
 * @syncp: lets readers on 32-bit machines read whole 64-bit numbers
 * @count: the counters, by enum tsrw_arm and enum tsrewrite_group_stats_attr
 */
struct tsrw_group_stats {
	struct u64_stats_sync syncp;
	u64_stats_t count[TSRW_ARMS][TSREWRITE_A_GROUP_STATS_MAX + 1];
};

/**
 * struct tsrw_group_settings - what can be changed of a group
 * @mode: enum tsrewrite_mode of the connections that begin; those that have begun
 *	keep theirs
 * @canary: percentage of the connections that begin to which @mode applies
 * @prefix_count: how many prefixes the rules of user space match for the group; kept
 *	for whoever checks the rules
 * @fingerprint: fingerprint of those rules; kept for the same purpose
 * @tripped: whoever watches connections has set @mode, because they failed
 * @count: connections are counted in mode off as well
 */
struct tsrw_group_settings {
	u8 mode;
	u8 canary;
	bool tripped;
	bool count;
	u32 prefix_count;
	u32 fingerprint;
};

/**
 * struct tsrw_group - a named class of flows
 * @name: the name by which commands refer to it
 * @id: 0 for the default group, which has all flows that are in no other group
 * @settings: written under the namespace's lock, read with READ_ONCE()
 * @stats: its counters
 */
struct tsrw_group {
	char name[TSREWRITE_GROUP_NAMSIZ];
	u8 id;
	struct tsrw_group_settings settings;
	struct tsrw_group_stats __percpu *stats;
};

/**
 * struct tsrw_groups - the groups of a network namespace
 * @by_id: the groups by id, NULL where there is none; the default group is always
 *	there. Written under the namespace's lock, read under RCU
 * @count: how many groups there are besides the default group
 * @mark_mask: the bits of skb->mark that carry a group's id
 * @seq: changes with @by_id; written under the namespace's lock
 */
struct tsrw_groups {
	struct tsrw_group __rcu *by_id[TSRW_GROUPS_MAX];
	unsigned int count;
	u32 mark_mask;
	unsigned int seq;
};

int tsrw_groups_init(struct tsrw_groups *groups);
void tsrw_groups_free(struct tsrw_groups *groups);
bool tsrw_groups_any_writes(const struct tsrw_groups *groups, u32 draw);
bool tsrw_groups_any_hides(const struct tsrw_groups *groups, u32 draw);
bool tsrw_groups_have_writing_mode(const struct tsrw_groups *groups);
int tsrw_groups_set_mark_mask(struct tsrw_groups *groups, u32 mask,
			      struct netlink_ext_ack *extack);

struct tsrw_group *tsrw_group_by_name(const struct tsrw_groups *groups,
				      const char *name);
struct tsrw_group *tsrw_group_add(struct tsrw_groups *groups, struct tsrw_retired *retired,
				  const char *name, u8 wanted, struct netlink_ext_ack *extack);
void tsrw_group_remove(struct tsrw_groups *groups, const struct tsrw_group *group);
void tsrw_group_free(struct tsrw_group *group);
bool tsrw_group_set(struct tsrw_group *group,
		    const struct tsrw_group_settings *to);
void tsrw_group_sum(const struct tsrw_group *group, enum tsrw_arm arm, u64 *sum);

/**
 * tsrw_group_by_id - find the group of a flow
 * @groups: the namespace's groups
 * @id: the id that the flow has
 *
 * Return: the group, or the default group if it was removed.
 * Context: RCU read side.
 */
static inline struct tsrw_group *tsrw_group_by_id(const struct tsrw_groups *groups,
						  u8 id)
{
	struct tsrw_group *group = rcu_dereference(groups->by_id[id]);

	return likely(group) ? group : rcu_dereference(groups->by_id[0]);
}

/**
 * tsrw_group_of_mark - find the group that the mark of a packet names
 * @groups: the namespace's groups
 * @mark: the packet's mark, of which the bits of the id are cleared
 *
 * Return: the group. While there is only the default group, that, and @mark is left as
 * it is. Context: RCU read side.
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
 * tsrw_group_mode - choose the mode of a connection that begins now
 * @group: its group
 * @draw: tsrw_key_draw_canary() of it, which decides whether it is treated or control
 *
 * Return: enum tsrewrite_mode. Context: any.
 */
static inline enum tsrewrite_mode tsrw_group_mode(const struct tsrw_group *group,
						  u32 draw)
{
	u8 mode = READ_ONCE(group->settings.mode);
	u8 canary = READ_ONCE(group->settings.canary);

	if (mode == TSREWRITE_MODE_OFF || likely(canary == TSRW_CANARY_ALL) ||
	    reciprocal_scale(draw, TSRW_CANARY_ALL) < canary)
		return mode;
	return TSREWRITE_MODE_OBSERVE;
}

/**
 * tsrw_group_counts_untouched - whether connections that pass untouched are counted
 * @group: their group
 *
 * Context: any.
 */
static inline bool tsrw_group_counts_untouched(const struct tsrw_group *group)
{
	const struct tsrw_group_settings *settings = &group->settings;

	return READ_ONCE(settings->mode) != TSREWRITE_MODE_OFF ||
	       READ_ONCE(settings->tripped) || READ_ONCE(settings->count);
}

/**
 * tsrw_group_count - add one to a counter of a group
 * @group: group of the connection
 * @arm: arm of the trial that the connection belongs to
 * @inbound: the connection was begun from outside
 * @what: enum tsrewrite_group_stats_attr, as of connections begun from inside
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

/**
 * tsrw_group_count_conn - add one to a counter of a connection
 * @group: its group
 * @mode: its mode, or TSRW_MODE_BARE
 * @inbound: it was begun from outside
 * @what: enum tsrewrite_group_stats_attr, as of connections begun from inside
 *
 * Context: bottom halves disabled.
 */
static inline void tsrw_group_count_conn(const struct tsrw_group *group,
					 enum tsrewrite_mode mode, bool inbound,
					 unsigned int what)
{
	enum tsrw_arm arm = tsrw_mode_arm(mode);

	if (arm != TSRW_UNTOUCHED || tsrw_group_counts_untouched(group))
		tsrw_group_count(group, arm, inbound, what);
}

#endif /* TSRW_GROUP_H */

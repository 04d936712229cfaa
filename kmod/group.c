// SPDX-License-Identifier: GPL-2.0-only
/*
 * Groups of flows: their modes, their canaries, and how their connections fare.
 */
#include <linux/ctype.h>
#include <linux/netdevice.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "core/mode.h"
#include "defaults.h"
#include "group.h"

/* The caller holds the lock of the namespace, or nothing else can reach @groups */
static struct tsrw_group *group_at(const struct tsrw_groups *groups, unsigned int id)
{
	return rcu_dereference_protected(groups->by_id[id], true);
}

static struct tsrw_group *make_group(const char *name, u8 id)
{
	struct tsrw_group *group = kzalloc(sizeof(*group), GFP_KERNEL_ACCOUNT);

	if (!group)
		return NULL;
	group->stats = __netdev_alloc_pcpu_stats(struct tsrw_group_stats,
						 GFP_KERNEL_ACCOUNT);
	if (!group->stats) {
		kfree(group);
		return NULL;
	}
	strscpy(group->name, name, sizeof(group->name));
	group->id = id;
	group->settings.mode = TSRW_DEFAULT_MODE;
	group->settings.canary = TSRW_CANARY_ALL;
	return group;
}

/**
 * tsrw_group_free - free a group
 * @group: the group, which was never linked or was unlinked a grace period ago
 */
void tsrw_group_free(struct tsrw_group *group)
{
	free_percpu(group->stats);
	kfree(group);
}

/**
 * tsrw_groups_init - initialize groups with the default group, in mode off
 * @groups: the namespace's groups, zeroed
 *
 * Return: 0 or -ENOMEM. Context: process.
 */
int tsrw_groups_init(struct tsrw_groups *groups)
{
	struct tsrw_group *group = make_group(TSREWRITE_GROUP_DEFAULT, 0);

	if (!group)
		return -ENOMEM;
	groups->mark_mask = TSRW_DEFAULT_MARK_MASK;
	RCU_INIT_POINTER(groups->by_id[0], group);
	return 0;
}

/**
 * tsrw_groups_free - free all groups
 * @groups: the namespace's groups, which no hook reads any more
 */
void tsrw_groups_free(struct tsrw_groups *groups)
{
	unsigned int id;

	for (id = 0; id < TSRW_GROUPS_MAX; id++)
		if (group_at(groups, id))
			tsrw_group_free(group_at(groups, id));
}

/**
 * tsrw_groups_set_mark_mask - set which bits of a packet's mark carry its group's id
 * @groups: the namespace's groups
 * @mask: the bits, in one piece
 * @extack: gets the reason for a refusal
 *
 * Return: 0; -EINVAL if the bits are not in one piece, or more than an id has; -EBUSY
 * while there are groups besides the default one. Context: under the namespace's lock.
 */
int tsrw_groups_set_mark_mask(struct tsrw_groups *groups, u32 mask,
			      struct netlink_ext_ack *extack)
{
	u32 ids = mask ? mask >> __ffs(mask) : 0;

	if (!ids || ids & (ids + 1) || ids >= TSRW_GROUPS_MAX) {
		NL_SET_ERR_MSG(extack, "the mask is not one to eight bits in one piece");
		return -EINVAL;
	}
	if (groups->count && mask != groups->mark_mask) {
		NL_SET_ERR_MSG(extack,
			       "the mask cannot change while there are groups: remove them first");
		return -EBUSY;
	}
	WRITE_ONCE(groups->mark_mask, mask);
	return 0;
}

/**
 * tsrw_group_by_name - find a group by its name
 * @groups: the namespace's groups
 * @name: name of the group
 *
 * Return: the group, or NULL. Context: under the namespace's lock.
 */
struct tsrw_group *tsrw_group_by_name(const struct tsrw_groups *groups,
				      const char *name)
{
	unsigned int id;

	for (id = 0; id < TSRW_GROUPS_MAX; id++)
		if (group_at(groups, id) && !strcmp(group_at(groups, id)->name, name))
			return group_at(groups, id);
	return NULL;
}

static bool is_name(const char *name)
{
	if (!*name || *name == '-')
		return false;
	for (; *name; name++)
		if (!isascii(*name) ||
		    (!isalnum(*name) && !strchr("._-", *name)))
			return false;
	return true;
}

static unsigned int last_id(const struct tsrw_groups *groups)
{
	return groups->mark_mask >> __ffs(groups->mark_mask);
}

static int check_id(const struct tsrw_groups *groups, struct tsrw_retired *retired,
		    unsigned int id, struct netlink_ext_ack *extack)
{
	if (id > last_id(groups)) {
		NL_SET_ERR_MSG(extack, "the mark has no room for that id");
		return -ENOSPC;
	}
	if (group_at(groups, id)) {
		NL_SET_ERR_MSG(extack, "another group has that id");
		return -ENOSPC;
	}
	if (tsrw_retired_has(retired, TSRW_ID_GROUP, id)) {
		NL_SET_ERR_MSG(extack,
			       "that id is still being taken out of flows: try again");
		return -EAGAIN;
	}
	return id;
}

/* Return: the lowest free id; -ENOSPC or -EAGAIN with the reason in @extack */
static int free_id(const struct tsrw_groups *groups, struct tsrw_retired *retired,
		   struct netlink_ext_ack *extack)
{
	int err = -ENOSPC;
	unsigned int id;

	for (id = 1; id <= last_id(groups); id++) {
		if (group_at(groups, id))
			continue;
		if (!tsrw_retired_has(retired, TSRW_ID_GROUP, id))
			return id;
		err = -EAGAIN;
	}
	if (err == -EAGAIN)
		NL_SET_ERR_MSG(extack,
			       "ids of removed groups are still being taken out of flows: try again");
	else
		NL_SET_ERR_MSG(extack, "no more groups: the mark has no room for another id");
	return err;
}

/**
 * tsrw_group_add - add a group, in mode off
 * @groups: the namespace's groups
 * @retired: ids that flows may still have
 * @name: name of the group
 * @wanted: its id, or 0 for the lowest free one
 * @extack: gets the reason for a refusal
 *
 * Return: the group; -EINVAL if the name is invalid, -EEXIST if a group has it,
 * -ENOSPC if the id or all ids are taken, -EAGAIN if flows may still have it, -ENOMEM.
 * Context: process, under the namespace's lock.
 */
struct tsrw_group *tsrw_group_add(struct tsrw_groups *groups, struct tsrw_retired *retired,
				  const char *name, u8 wanted, struct netlink_ext_ack *extack)
{
	struct tsrw_group *group;
	int id;

	if (!is_name(name)) {
		NL_SET_ERR_MSG(extack,
			       "not a name: use letters, digits, '.', '_', '-', but no '-' first");
		return ERR_PTR(-EINVAL);
	}
	if (tsrw_group_by_name(groups, name)) {
		NL_SET_ERR_MSG(extack, "there is a group of that name");
		return ERR_PTR(-EEXIST);
	}
	id = wanted ? check_id(groups, retired, wanted, extack) :
		      free_id(groups, retired, extack);
	if (id < 0)
		return ERR_PTR(id);
	group = make_group(name, id);
	if (!group)
		return ERR_PTR(-ENOMEM);
	rcu_assign_pointer(groups->by_id[id], group);
	WRITE_ONCE(groups->count, groups->count + 1);
	WRITE_ONCE(groups->seq, groups->seq + 1);
	return group;
}

/**
 * tsrw_group_remove - remove a group, so that no connection begins in it
 * @groups: the namespace's groups
 * @group: the group, not the default one; when this returns, only the caller can reach
 *	it, and has to retire its id by tsrw_expiry_retire()
 *
 * Context: process, under the namespace's lock; waits for a grace period.
 */
void tsrw_group_remove(struct tsrw_groups *groups, const struct tsrw_group *group)
{
	RCU_INIT_POINTER(groups->by_id[group->id], NULL);
	WRITE_ONCE(groups->count, groups->count - 1);
	WRITE_ONCE(groups->seq, groups->seq + 1);
	/* Hooks that have found the group may still begin flows in it */
	synchronize_rcu();
}

/**
 * tsrw_group_set - change the settings of a group
 * @group: the group
 * @to: the new settings
 *
 * Return: true if they differ from those before. Context: under the namespace's lock.
 */
bool tsrw_group_set(struct tsrw_group *group,
		    const struct tsrw_group_settings *to)
{
	struct tsrw_group_settings *now = &group->settings;

	if (now->mode == to->mode && now->canary == to->canary &&
	    now->prefix_count == to->prefix_count && now->fingerprint == to->fingerprint &&
	    now->tripped == to->tripped && now->count == to->count)
		return false;
	WRITE_ONCE(now->mode, to->mode);
	WRITE_ONCE(now->canary, to->canary);
	WRITE_ONCE(now->prefix_count, to->prefix_count);
	WRITE_ONCE(now->fingerprint, to->fingerprint);
	WRITE_ONCE(now->tripped, to->tripped);
	WRITE_ONCE(now->count, to->count);
	return true;
}

static bool any_mode(const struct tsrw_groups *groups, u32 draw,
		     bool (*matches)(enum tsrewrite_mode mode))
{
	unsigned int left = READ_ONCE(groups->count) + 1, id;

	for (id = 0; left && id < TSRW_GROUPS_MAX; id++) {
		const struct tsrw_group *group = rcu_dereference(groups->by_id[id]);

		if (!group)
			continue;
		if (matches(tsrw_group_mode(group, draw)))
			return true;
		left--;
	}
	return false;
}

/**
 * tsrw_groups_any_writes - whether a connection that begins now would be rewritten in any
 *	group, the default one too
 * @groups: the namespace's groups
 * @draw: tsrw_key_draw_canary() of it
 *
 * Return: true if so. Context: RCU read side.
 */
bool tsrw_groups_any_writes(const struct tsrw_groups *groups, u32 draw)
{
	return any_mode(groups, draw, tsrw_mode_writes);
}

/**
 * tsrw_groups_any_hides - whether a connection that begins now would not show the inside
 *	clock in any group, the default one too
 * @groups: the namespace's groups
 * @draw: tsrw_key_draw_canary() of it
 *
 * Return: true if so. Context: RCU read side.
 */
bool tsrw_groups_any_hides(const struct tsrw_groups *groups, u32 draw)
{
	return any_mode(groups, draw, tsrw_mode_hides);
}

/**
 * tsrw_groups_have_writing_mode - whether any group, the default one too, is in a mode that
 *	rewrites TSvals
 * @groups: the namespace's groups
 *
 * Return: true if so. Context: any.
 */
bool tsrw_groups_have_writing_mode(const struct tsrw_groups *groups)
{
	bool writes = false;
	unsigned int id;

	rcu_read_lock();
	for (id = 0; !writes && id < TSRW_GROUPS_MAX; id++) {
		const struct tsrw_group *group = rcu_dereference(groups->by_id[id]);

		writes = group && tsrw_mode_writes(READ_ONCE(group->settings.mode));
	}
	rcu_read_unlock();
	return writes;
}

static void add_up(const struct tsrw_group_stats *one, enum tsrw_arm arm, u64 *sum)
{
	u64 count[TSREWRITE_A_GROUP_STATS_MAX + 1];
	unsigned int start, i;

	do {
		start = u64_stats_fetch_begin(&one->syncp);
		for (i = 0; i < ARRAY_SIZE(count); i++)
			count[i] = u64_stats_read(&one->count[arm][i]);
	} while (u64_stats_fetch_retry(&one->syncp, start));

	for (i = 0; i < ARRAY_SIZE(count); i++)
		sum[i] += count[i];
}

/**
 * tsrw_group_sum - add up the counters of all CPUs
 * @group: the group
 * @arm: the arm of the trial
 * @sum: filled in, TSREWRITE_A_GROUP_STATS_MAX + 1 numbers
 *
 * Context: any. What other CPUs count meanwhile may or may not be included.
 */
void tsrw_group_sum(const struct tsrw_group *group, enum tsrw_arm arm, u64 *sum)
{
	int cpu;

	memset(sum, 0, sizeof(*sum) * (TSREWRITE_A_GROUP_STATS_MAX + 1));
	for_each_possible_cpu(cpu)
		add_up(per_cpu_ptr(group->stats, cpu), arm, sum);
}

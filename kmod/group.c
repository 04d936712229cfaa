// SPDX-License-Identifier: GPL-2.0-only
/*
 * Groups of flows: their modes, their canaries, and how their connections fare.
 */
#include <linux/ctype.h>
#include <linux/netdevice.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "group.h"
#include "table.h"

/* Where only genl_lock's holder looks */
static struct tsrw_group *at(const struct tsrw_groups *groups, unsigned int id)
{
	return rcu_dereference_protected(groups->by_id[id], true);
}

static struct tsrw_group *make(const char *name, u8 id)
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
	group->mode = TSREWRITE_MODE_OFF;
	group->canary = TSRW_CANARY_ALL;
	return group;
}

/**
 * tsrw_group_free - free a group
 * @group: never linked, or unlinked a grace period ago
 */
void tsrw_group_free(struct tsrw_group *group)
{
	free_percpu(group->stats);
	kfree(group);
}

/**
 * tsrw_groups_init - the default group, off, and no other
 * @groups: zeroed
 *
 * Return: 0 or -ENOMEM. Context: process.
 */
int tsrw_groups_init(struct tsrw_groups *groups)
{
	struct tsrw_group *group = make(TSREWRITE_GROUP_DEFAULT, 0);

	if (!group)
		return -ENOMEM;
	groups->mark_mask = TSRW_MARK_MASK_DEFAULT;
	RCU_INIT_POINTER(groups->by_id[0], group);
	return 0;
}

/**
 * tsrw_groups_free - free all
 * @groups: of a namespace that no hook reads any more
 */
void tsrw_groups_free(struct tsrw_groups *groups)
{
	unsigned int id;

	for (id = 0; id < TSRW_GROUPS_MAX; id++)
		if (at(groups, id))
			tsrw_group_free(at(groups, id));
}

/**
 * tsrw_groups_set_mark_mask - where a packet's mark has its group's id
 * @groups: the namespace's
 * @mask: the bits, in one piece
 * @extack: gets the reason of a refusal
 *
 * Return: 0; -EINVAL if they are not in one piece, or more than ids have; -EBUSY
 * while there are groups that marks tell of. Context: under genl_lock.
 */
int tsrw_groups_set_mark_mask(struct tsrw_groups *groups, u32 mask,
			      struct netlink_ext_ack *extack)
{
	u32 ids = mask ? mask >> __ffs(mask) : 0;

	if (!ids || ids & (ids + 1) || ids >= TSRW_GROUPS_MAX) {
		NL_SET_ERR_MSG(extack, "not one to eight bits in one piece");
		return -EINVAL;
	}
	if (groups->count && mask != groups->mark_mask) {
		NL_SET_ERR_MSG(extack, "there are groups: remove them first");
		return -EBUSY;
	}
	WRITE_ONCE(groups->mark_mask, mask);
	return 0;
}

/**
 * tsrw_group_by_name - find a group
 * @groups: the namespace's
 * @name: the group's
 *
 * Return: it, or NULL. Context: under genl_lock.
 */
struct tsrw_group *tsrw_group_by_name(const struct tsrw_groups *groups,
				      const char *name)
{
	unsigned int id;

	for (id = 0; id < TSRW_GROUPS_MAX; id++)
		if (at(groups, id) && !strcmp(at(groups, id)->name, name))
			return at(groups, id);
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

/* As many as the mark has room for */
static unsigned int free_id(const struct tsrw_groups *groups)
{
	unsigned int last = groups->mark_mask >> __ffs(groups->mark_mask);
	unsigned int id;

	for (id = 1; id <= last; id++)
		if (!at(groups, id))
			return id;
	return 0;
}

/**
 * tsrw_group_add - a new group, off
 * @groups: the namespace's
 * @name: its name
 * @extack: gets the reason of a refusal
 *
 * Return: it, or -EINVAL if that is no name, -EEXIST if there is one of the name,
 * -ENOSPC if all ids are taken, -ENOMEM. Context: process, under genl_lock.
 */
struct tsrw_group *tsrw_group_add(struct tsrw_groups *groups, const char *name,
				  struct netlink_ext_ack *extack)
{
	unsigned int id = free_id(groups);
	struct tsrw_group *group;

	if (!is_name(name)) {
		NL_SET_ERR_MSG(extack,
			       "not a name: letters, digits, dot, dash and underscore");
		return ERR_PTR(-EINVAL);
	}
	if (tsrw_group_by_name(groups, name)) {
		NL_SET_ERR_MSG(extack, "there is a group of that name");
		return ERR_PTR(-EEXIST);
	}
	if (!id) {
		NL_SET_ERR_MSG(extack, "no more groups than the mark has numbers for");
		return ERR_PTR(-ENOSPC);
	}
	group = make(name, id);
	if (!group)
		return ERR_PTR(-ENOMEM);
	rcu_assign_pointer(groups->by_id[id], group);
	WRITE_ONCE(groups->count, groups->count + 1);
	groups->seq++;
	return group;
}

/**
 * tsrw_group_remove - a group is no more
 * @groups: the namespace's
 * @table: the namespace's; flows of the group are the default one's then
 * @group: not the default one; nobody but the caller has it when this returns
 *
 * Context: process, under genl_lock; walks the whole table.
 */
void tsrw_group_remove(struct tsrw_groups *groups, struct tsrw_table *table,
		       const struct tsrw_group *group)
{
	RCU_INIT_POINTER(groups->by_id[group->id], NULL);
	WRITE_ONCE(groups->count, groups->count - 1);
	groups->seq++;
	/* Who has seen it may be about to begin a flow */
	synchronize_rcu();
	tsrw_table_regroup(table, group->id);
}

/**
 * tsrw_group_set - change what becomes of flows that begin from now on
 * @group: the group
 * @to: what it shall be
 *
 * Return: true if anything is another than before. Context: under genl_lock.
 */
bool tsrw_group_set(struct tsrw_group *group,
		    const struct tsrw_group_settings *to)
{
	if (group->mode == to->mode && group->canary == to->canary &&
	    group->prefixes == to->prefixes &&
	    group->fingerprint == to->fingerprint)
		return false;
	WRITE_ONCE(group->mode, to->mode);
	WRITE_ONCE(group->canary, to->canary);
	WRITE_ONCE(group->prefixes, to->prefixes);
	WRITE_ONCE(group->fingerprint, to->fingerprint);
	return true;
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
 * tsrw_group_sum - add the CPUs' counters up
 * @group: the group
 * @arm: of which side
 * @sum: filled in, TSREWRITE_A_GROUP_STATS_MAX + 1 numbers
 *
 * Context: any. What other CPUs count meanwhile may or may not be in it.
 */
void tsrw_group_sum(const struct tsrw_group *group, enum tsrw_arm arm, u64 *sum)
{
	int cpu;

	memset(sum, 0, sizeof(*sum) * (TSREWRITE_A_GROUP_STATS_MAX + 1));
	for_each_possible_cpu(cpu)
		add_up(per_cpu_ptr(group->stats, cpu), arm, sum);
}

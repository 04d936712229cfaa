// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counts, in a kernel that checks locks, how many chains and flows are visited at once.
 */
#ifdef CONFIG_PROVE_LOCKING

#include <linux/hash.h>
#include <linux/lockdep.h>
#include <linux/rtnetlink.h>
#include <linux/sched.h>
#include <net/net_namespace.h>

#include "visit.h"

#define TASKS_BITS	6

/* What tasks visit. Two that share a place make each other begin anew. */
static struct visits {
	const struct task_struct *task;
	u32 count;
} visits[1 << TASKS_BITS];

static struct visits *visits_of(const struct task_struct *task)
{
	return &visits[hash_ptr(task, TASKS_BITS)];
}

/* The locks of generic netlink are not for others to see: whoever is no worker may hold them */
static bool may_hold_shared_lock(void)
{
	return !(current->flags & PF_WQ_WORKER) || lockdep_rtnl_is_held() ||
	       lockdep_is_held(&pernet_ops_rwsem);
}

/**
 * tsrw_visit_begin - begin to count, because shared locks were taken just now
 *
 * Context: process.
 */
void tsrw_visit_begin(void)
{
	struct visits *mine = visits_of(current);

	WRITE_ONCE(mine->task, current);
	WRITE_ONCE(mine->count, 0);
}

/**
 * tsrw_visit - count chains or flows that are visited, and warn if they are too many
 * @entries: how many
 *
 * Context: process.
 */
void tsrw_visit(u32 entries)
{
	struct visits *mine = visits_of(current);

	if (READ_ONCE(mine->task) != current)
		tsrw_visit_begin();
	WRITE_ONCE(mine->count, READ_ONCE(mine->count) + entries);
	WARN_ONCE(READ_ONCE(mine->count) > TSRW_VISITS_MAX && may_hold_shared_lock(),
		  "tsrewrite: %u entries visited at once", READ_ONCE(mine->count));
}

#endif /* CONFIG_PROVE_LOCKING */

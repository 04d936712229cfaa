// SPDX-License-Identifier: GPL-2.0-only
/*
 * How a network namespace gets its key, and another one.
 */
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include "event.h"
#include "key.h"
#include "rekey.h"

/**
 * tsrw_rekey_init - give a network namespace a key of its own, drawn at random
 * @tn: state of the network namespace, of which the table is initialized
 *
 * Return: 0 or -ENOMEM. Context: process.
 */
int tsrw_rekey_init(struct tsrw_net *tn)
{
	struct tsrw_key *key = tsrw_key_draw();

	if (!key)
		return -ENOMEM;
	RCU_INIT_POINTER(tn->table.key, key);
	return 0;
}

/**
 * tsrw_rekey_exit - free the key of a network namespace
 * @tn: state of the network namespace, whose key nothing reads any more
 */
void tsrw_rekey_exit(struct tsrw_net *tn)
{
	kfree_sensitive(rcu_dereference_protected(tn->table.key, true));
}

/**
 * tsrw_rekey_now - get the key of a network namespace
 * @tn: state of the network namespace
 *
 * Context: under the namespace's lock.
 */
const struct tsrw_key *tsrw_rekey_now(const struct tsrw_net *tn)
{
	return rcu_dereference_protected(tn->table.key, lockdep_is_held(&tn->lock));
}

/* Whether the outside may have seen TSvals that began by the namespace's key */
static bool is_used(const struct tsrw_net *tn)
{
	u64 count[TSREWRITE_A_STATS_MAX + 1];

	tsrw_stats_sum(tn->stats, count);
	return count[TSREWRITE_A_STATS_FLOW_CREATED] || count[TSREWRITE_A_STATS_FLOW_REUSED];
}

/**
 * tsrw_rekey - change the key of a network namespace
 * @tn: state of the network namespace
 * @secret: TSRW_KEY_SIZE bytes
 *
 * If it is the key already, only the clock is moved on to the wall clock, unless that is
 * behind.  An event tells of another key.
 *
 * Return: 0 or -ENOMEM. Context: process, under the namespace's lock; waits for a grace
 * period.
 */
int tsrw_rekey(struct tsrw_net *tn, const u8 *secret)
{
	const struct tsrw_key *before = tsrw_rekey_now(tn);
	struct tsrw_event event = { .tn = tn, .type = TSREWRITE_EVENT_KEY };
	struct tsrw_key *key = tsrw_key_make(secret);
	bool changed;

	if (!key)
		return -ENOMEM;
	tsrw_key_follow(key, before, is_used(tn));
	event.key = key;
	changed = !tsrw_key_is_same(key, before) || key->loaded != before->loaded;
	rcu_assign_pointer(tn->table.key, key);
	synchronize_rcu();
	kfree_sensitive(before);
	if (changed)
		tsrw_event_emit(&event);
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * How many flows there may be: on the machine, in a network namespace, and among the
 * latter how many embryonic ones begun from outside.  All network namespaces that a user
 * has in user namespaces of his own have a share of the machine's, whatever limits he gives
 * them.
 */
#include <linux/log2.h>
#include <linux/minmax.h>

#include "defaults.h"
#include "limit.h"

static atomic_t machine_flows = ATOMIC_INIT(0);
static u32 machine_limit = TSRW_DEFAULT_MACHINE_LIMIT;

/**
 * tsrw_limit_set_machine - set how many flows all namespaces together may hold
 * @limit: flows
 *
 * Context: any. Flows beyond a lower limit stay until they expire.
 */
void tsrw_limit_set_machine(u32 limit)
{
	WRITE_ONCE(machine_limit, limit);
}

/**
 * tsrw_limit_machine - how many flows all namespaces together may hold
 *
 * Return: flows. Context: any.
 */
u32 tsrw_limit_machine(void)
{
	return READ_ONCE(machine_limit);
}

/**
 * tsrw_limit_machine_usage - how many flows all namespaces together hold
 *
 * Return: flows. Context: any.
 */
u32 tsrw_limit_machine_usage(void)
{
	return atomic_read(&machine_flows);
}

/**
 * tsrw_limit_user - how many flows all namespaces of a user together may hold
 *
 * As many chains may their tables have.
 *
 * Return: flows. Context: any.
 */
u32 tsrw_limit_user(void)
{
	return tsrw_limit_machine() / TSRW_LIMIT_USERS;
}

static bool take_one(atomic_t *count, u32 limit)
{
	if ((u32)atomic_inc_return(count) <= limit)
		return true;
	atomic_dec(count);
	return false;
}

/**
 * tsrw_limit_give - count one flow less, because it was freed
 * @usage: what the namespace holds
 * @inbound: the flow is counted as embryonic and begun from outside
 *
 * Context: any.
 */
void tsrw_limit_give(struct tsrw_usage *usage, bool inbound)
{
	if (inbound)
		atomic_dec(&usage->inbound);
	atomic_dec(&usage->flows);
	atomic_dec(&machine_flows);
	if (usage->owner)
		atomic_dec(&usage->owner->flows);
}

static bool is_near(u32 held, u32 limit)
{
	return held >= limit - limit / 8;
}

static bool is_user_near(const struct tsrw_owner *owner)
{
	return owner && is_near(atomic_read(&owner->flows), tsrw_limit_user());
}

/**
 * tsrw_limit_is_near - whether seven eighths of a limit of all flows are reached
 * @limits: limits of the namespace
 * @usage: what the namespace holds
 *
 * Return: true if so. Context: any.
 */
bool tsrw_limit_is_near(const struct tsrw_limits *limits, const struct tsrw_usage *usage)
{
	return is_near(atomic_read(&usage->flows), READ_ONCE(limits->flows)) ||
	       is_near(tsrw_limit_machine_usage(), tsrw_limit_machine()) ||
	       is_user_near(usage->owner);
}

/**
 * tsrw_limit_is_short - whether a SYN that arrives can expect no room for its flow
 * @limits: limits of the namespace
 * @usage: what the namespace holds
 *
 * The flow begins with the SYN-ACK. What is kept back here is for SYN-ACKs whose SYNs
 * are on their way to the inside hosts: see tsrw_limit_take().
 *
 * Return: true if so. Context: any.
 */
bool tsrw_limit_is_short(const struct tsrw_limits *limits,
			 const struct tsrw_usage *usage)
{
	return (u32)atomic_read(&usage->inbound) >= READ_ONCE(limits->inbound) ||
	       tsrw_limit_is_near(limits, usage);
}

/* A poll of a device may bring 64 SYNs before the first of them is answered */
static u32 inbound_limit(const struct tsrw_limits *limits, enum tsrewrite_mode mode)
{
	u32 limit = READ_ONCE(limits->inbound);

	return tsrw_limit_fails_closed(limits, mode) ? limit + limit / 8 + 64 : limit;
}

/* The last sixteenth is for flows begun from inside, whatever comes from outside */
static u32 share_of(u32 limit, bool inbound)
{
	return inbound ? limit - limit / 16 : limit;
}

static bool is_below_half(u32 held, u32 limit)
{
	return held < limit / 2;
}

static bool is_user_below_half(const struct tsrw_owner *owner)
{
	return !owner || is_below_half(atomic_read(&owner->flows), tsrw_limit_user());
}

static bool has_room_to_count(const struct tsrw_limits *limits,
			      const struct tsrw_usage *usage)
{
	return is_below_half(tsrw_limit_machine_usage(), tsrw_limit_machine()) &&
	       is_below_half(atomic_read(&usage->flows), READ_ONCE(limits->flows)) &&
	       is_user_below_half(usage->owner);
}

/* Count one more of all flows. The user comes first, so that what is refused for his share
 * takes nothing from the machine, not even for a moment.
 */
static bool take_flow(const struct tsrw_limits *limits, struct tsrw_usage *usage,
		      bool inbound)
{
	struct tsrw_owner *owner = usage->owner;

	if (owner && !take_one(&owner->flows, share_of(tsrw_limit_user(), inbound)))
		return false;
	if (!take_one(&machine_flows, share_of(tsrw_limit_machine(), inbound)))
		goto no_machine;
	if (!take_one(&usage->flows, share_of(READ_ONCE(limits->flows), inbound)))
		goto no_namespace;
	return true;

no_namespace:
	atomic_dec(&machine_flows);
no_machine:
	if (owner)
		atomic_dec(&owner->flows);
	return false;
}

/**
 * tsrw_limit_take - count one more flow, if the limits allow it
 * @limits: limits of the namespace
 * @usage: what the namespace holds
 * @inbound: the flow is begun from outside, and does not only count
 * @mode: mode of its connection
 *
 * A SYN-ACK finds room where its SYN has found some a moment before: up to fifteen
 * sixteenths of all flows, and beyond the limit of embryonic ones begun from outside.
 * What is only counted finds room in the first half, so that it is in nobody's way.
 *
 * Return: 0, to be undone by tsrw_limit_give(); -ENOSPC if the namespace, its user or the
 * machine has as many flows as it may, -EDQUOT if the namespace has as many embryonic flows
 * begun from outside as it may. Context: any.
 */
int tsrw_limit_take(const struct tsrw_limits *limits, struct tsrw_usage *usage,
		    bool inbound, enum tsrewrite_mode mode)
{
	if (tsrw_mode_passes(mode) && !has_room_to_count(limits, usage))
		return -ENOSPC;
	if (!take_flow(limits, usage, inbound))
		return -ENOSPC;
	if (inbound && !take_one(&usage->inbound, inbound_limit(limits, mode))) {
		tsrw_limit_give(usage, false);
		return -EDQUOT;
	}
	return 0;
}

/* Half of what is left stays for the other namespaces of the user. Return: a power of two,
 * or 0 if less than @least are left.
 */
static u32 fitting_chains(u32 held, u32 wanted, u32 least)
{
	u32 limit = tsrw_limit_user();
	u32 left = held < limit ? limit - held : 0;

	if (left < least)
		return 0;
	return max(least, min_t(u32, wanted, rounddown_pow_of_two(max(left / 2, 1U))));
}

/**
 * tsrw_limit_take_chains - count the chains of a flow table for the user who pays for it
 * @usage: what the namespace holds
 * @wanted: how many there should be, a power of two
 * @least: how many there must be, a power of two as well
 *
 * Return: how many there may be, to be undone by tsrw_limit_give_chains(); 0 if not even
 * @least. Context: any.
 */
u32 tsrw_limit_take_chains(struct tsrw_usage *usage, u32 wanted, u32 least)
{
	struct tsrw_owner *owner = usage->owner;
	int held;
	u32 n;

	if (!owner)
		return wanted;
	held = atomic_read(&owner->chains);
	do {
		n = fitting_chains(held, wanted, least);
	} while (n && !atomic_try_cmpxchg(&owner->chains, &held, held + n));
	return n;
}

/**
 * tsrw_limit_give_chains - count the chains of a flow table no more
 * @usage: what the namespace holds
 * @chains: how many there were
 *
 * Context: any.
 */
void tsrw_limit_give_chains(struct tsrw_usage *usage, u32 chains)
{
	if (usage->owner)
		atomic_sub(chains, &usage->owner->chains);
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * How many flows there may be: on the machine, in a namespace, half open.
 */
#include "limit.h"

static atomic_t machine_flows = ATOMIC_INIT(0);
static u32 machine_limit = 1048576;

/**
 * tsrw_machine_set_limit - how many flows all namespaces together may hold
 * @limit: at most
 */
void tsrw_machine_set_limit(u32 limit)
{
	WRITE_ONCE(machine_limit, limit);
}

u32 tsrw_machine_limit(void)
{
	return READ_ONCE(machine_limit);
}

u32 tsrw_machine_flows(void)
{
	return atomic_read(&machine_flows);
}

static bool take_one(atomic_t *count, u32 limit)
{
	if ((u32)atomic_inc_return(count) <= limit)
		return true;
	atomic_dec(count);
	return false;
}

/**
 * tsrw_limit_give - a flow is no more
 * @table: its namespace's
 * @inbound: it counted as embryonic and begun from outside
 *
 * Context: any.
 */
void tsrw_limit_give(struct tsrw_table *table, bool inbound)
{
	if (inbound)
		atomic_dec(&table->inbound);
	atomic_dec(&table->flows);
	atomic_dec(&machine_flows);
}

/**
 * tsrw_limit_take - may there be one more flow?
 * @table: the namespace's
 * @inbound: it is begun from outside
 *
 * Return: 0, for tsrw_limit_give() when it goes; -ENOSPC if the namespace or the
 * machine is full, -EDQUOT if too many flows begun from outside are embryonic.
 * Context: any.
 */
int tsrw_limit_take(struct tsrw_table *table, bool inbound)
{
	if (!take_one(&machine_flows, READ_ONCE(machine_limit)))
		return -ENOSPC;
	if (!take_one(&table->flows, READ_ONCE(table->limits.flows))) {
		atomic_dec(&machine_flows);
		return -ENOSPC;
	}
	if (inbound &&
	    !take_one(&table->inbound, READ_ONCE(table->limits.inbound))) {
		tsrw_limit_give(table, false);
		return -EDQUOT;
	}
	return 0;
}

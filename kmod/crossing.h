/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_CROSSING_H
#define TSRW_CROSSING_H

#include <linux/percpu.h>

#include "flow.h"

#define TSRW_CROSSES_NONE	0

/**
 * tsrw_crossing_of - get the attachments that a flow counts for
 * @flow: the flow
 *
 * Return: the ids of those that it crossed last, each once, in a byte each; 0 for none.
 * None at all if no connection of the flow would break there. Context: the chain's lock is
 * held, or the flow is not linked yet.
 */
static inline u16 tsrw_crossing_of(const struct tsrw_flow *flow)
{
	u8 egress = flow->device[TSRW_EGRESS], ingress = flow->device[TSRW_INGRESS];

	if (!tsrw_conn_breaks(&flow->conn))
		return TSRW_CROSSES_NONE;
	return egress | (ingress == egress ? 0 : ingress << 8);
}

void tsrw_crossing_change(s32 __percpu *flows, u16 before, u16 after);
s32 __percpu *tsrw_crossing_alloc(void);
u32 tsrw_crossing_sum(const s32 __percpu *flows, u8 id);

/**
 * tsrw_crossing_count - count a flow for other attachments than before
 * @flows: numbers of flows of each attachment, on each CPU
 * @before: what tsrw_crossing_of() returned before the flow changed
 * @after: what it returns now
 *
 * Context: the chain's lock is held, bottom halves disabled.
 */
static inline void tsrw_crossing_count(s32 __percpu *flows, u16 before, u16 after)
{
	if (before != after)
		tsrw_crossing_change(flows, before, after);
}

#endif /* TSRW_CROSSING_H */

// SPDX-License-Identifier: GPL-2.0-only
/*
 * How many rewritten connections cross each attachment: counted when that changes, so that
 * nobody has to walk the flow table for it.
 */
#include "crossing.h"
#include "retired.h"

static void add_to(s32 __percpu *flows, u8 id, int n)
{
	if (id)
		this_cpu_add(flows[id], n);
}

/**
 * tsrw_crossing_change - count a flow for other attachments than before, which differ
 * @flows: numbers of flows of each attachment, on each CPU
 * @before: what tsrw_crossing_of() returned before the flow changed
 * @after: what it returns now
 *
 * Context: the chain's lock is held, bottom halves disabled.
 */
void tsrw_crossing_change(s32 __percpu *flows, u16 before, u16 after)
{
	add_to(flows, before & 0xff, -1);
	add_to(flows, before >> 8, -1);
	add_to(flows, after & 0xff, 1);
	add_to(flows, after >> 8, 1);
}

/**
 * tsrw_crossing_alloc - allocate numbers of flows for all attachments of a namespace
 *
 * Return: the numbers, all zero, to be freed by free_percpu(); NULL without memory.
 * Context: process.
 */
s32 __percpu *tsrw_crossing_alloc(void)
{
	return __alloc_percpu_gfp(TSRW_IDS * sizeof(s32), __alignof__(s32),
				  GFP_KERNEL_ACCOUNT);
}

/**
 * tsrw_crossing_sum - how many rewritten connections cross an attachment
 * @flows: numbers of flows of each attachment, on each CPU
 * @id: id of the attachment
 *
 * Return: how many; exact while none of them changes. Context: any.
 */
u32 tsrw_crossing_sum(const s32 __percpu *flows, u8 id)
{
	s32 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(*per_cpu_ptr(&flows[id], cpu));
	return max(sum, 0);
}

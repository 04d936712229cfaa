// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is counted of a segment beside what becomes of it: for its namespace, and
 * for the group of its connection.
 */
#include <linux/bitops.h>

#include "count.h"

/* Connections that pass untouched are nobody's to judge */
static void count_for_group(const struct tsrw_net *tn, u8 group,
			    const struct tsrw_step *step, unsigned int what)
{
	if (step->mode != TSREWRITE_MODE_OFF)
		tsrw_group_count(tsrw_group_by_id(&tn->groups, group),
				 tsrw_group_arm(step->mode), step->inbound, what);
}

static void count_events(const struct tsrw_net *tn, unsigned long events)
{
	static const u8 counter[] = {
		TSREWRITE_A_STATS_FLOW_REUSED,
		TSREWRITE_A_STATS_SYN_RETRANSMITTED,
		TSREWRITE_A_STATS_FLOW_ESTABLISHED,
		TSREWRITE_A_STATS_FLOW_REFUSED,
		TSREWRITE_A_STATS_FLOW_CLOSED,
		TSREWRITE_A_STATS_FLOW_NO_TSOPT,
		TSREWRITE_A_STATS_FLOW_ONE_SIDED,
	};
	unsigned int i;

	for_each_set_bit(i, &events, ARRAY_SIZE(counter))
		tsrw_stats_inc(tn->stats, counter[i]);
}

static void count_fate(const struct tsrw_net *tn, u8 group,
		       const struct tsrw_step *step)
{
	static const u8 what[] = {
		TSREWRITE_A_GROUP_STATS_ATTEMPTS,
		TSREWRITE_A_GROUP_STATS_RETRANSMITTED,
		TSREWRITE_A_GROUP_STATS_ANSWERED,
		TSREWRITE_A_GROUP_STATS_ESTABLISHED,
		TSREWRITE_A_GROUP_STATS_REFUSED_BY_PEER,
		TSREWRITE_A_GROUP_STATS_REFUSED_BY_US,
	};
	unsigned long fate = step->fate;
	unsigned int i;

	for_each_set_bit(i, &fate, ARRAY_SIZE(what))
		count_for_group(tn, group, step, what[i]);
}

/**
 * tsrw_count_step - count what a segment did to its flow and to its connection
 * @tn: the namespace's
 * @group: the id of the flow's group
 * @step: what it did
 *
 * Context: RCU read side, bottom halves disabled.
 */
void tsrw_count_step(const struct tsrw_net *tn, u8 group,
		     const struct tsrw_step *step)
{
	count_events(tn, step->events);
	count_fate(tn, group, step);
}

/**
 * tsrw_count_echo - count what the echo check said
 * @tn: the namespace's
 * @group: the id of the flow's group
 * @step: with its answer
 *
 * Context: RCU read side, bottom halves disabled.
 */
void tsrw_count_echo(const struct tsrw_net *tn, u8 group,
		     const struct tsrw_step *step)
{
	if (likely(step->verified)) {
		tsrw_stats_inc(tn->stats, TSREWRITE_A_STATS_ECHO_VERIFIED);
		count_for_group(tn, group, step,
				TSREWRITE_A_GROUP_STATS_ECHO_VERIFIED);
		return;
	}
	tsrw_stats_inc(tn->stats, TSREWRITE_A_STATS_ECHO_IMPOSSIBLE);
	tsrw_stats_inc(tn->stats, step->future ?
		       TSREWRITE_A_STATS_ECHO_FUTURE :
		       TSREWRITE_A_STATS_ECHO_PAST);
	count_for_group(tn, group, step,
			TSREWRITE_A_GROUP_STATS_ECHO_IMPOSSIBLE);
}

/**
 * tsrw_count_echo_zero - count a TSecr of 0, which echoes nothing
 * @tn: the namespace's
 * @group: the id of the flow's group
 * @step: of its segment
 *
 * Context: RCU read side, bottom halves disabled.
 */
void tsrw_count_echo_zero(const struct tsrw_net *tn, u8 group,
			  const struct tsrw_step *step)
{
	count_for_group(tn, group, step, TSREWRITE_A_GROUP_STATS_ECHO_ZERO);
}

/**
 * tsrw_count_unreachable - count an ICMP error that answers a flow's SYN
 * @tn: the namespace's
 * @flow: the flow
 *
 * Context: RCU read side, bottom halves disabled.
 */
void tsrw_count_unreachable(const struct tsrw_net *tn,
			    const struct tsrw_flow *flow)
{
	struct tsrw_life life;

	tsrw_flow_snapshot(flow, &life);
	tsrw_group_count(tsrw_group_by_id(&tn->groups, READ_ONCE(flow->group)),
			 tsrw_group_arm(life.hs.mode_candidate),
			 tsrw_has(&life.hs, TSRW_CANDIDATE_INBOUND),
			 TSREWRITE_A_GROUP_STATS_REFUSED_BY_PEER);
}

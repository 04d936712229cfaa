// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is counted of a segment besides its verdict: for the network namespace, and for
 * the group of its connection.
 */
#include <linux/bitops.h>

#include "count.h"

static void count_for_group(const struct tsrw_net *tn, u8 group,
			    const struct tsrw_result *result, unsigned int what)
{
	tsrw_group_count_conn(tsrw_group_by_id(&tn->groups, group), result->mode,
			      result->inbound, what);
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
		TSREWRITE_A_STATS_FLOW_ASYMMETRIC,
	};
	unsigned int i;

	for_each_set_bit(i, &events, ARRAY_SIZE(counter))
		tsrw_stats_inc(tn->stats, counter[i]);
}

static void count_outcome(const struct tsrw_net *tn, u8 group,
			  const struct tsrw_result *result)
{
	static const u8 what[] = {
		TSREWRITE_A_GROUP_STATS_ATTEMPTS,
		TSREWRITE_A_GROUP_STATS_RETRANSMITTED,
		TSREWRITE_A_GROUP_STATS_ANSWERED,
		TSREWRITE_A_GROUP_STATS_ESTABLISHED,
		TSREWRITE_A_GROUP_STATS_REFUSED_BY_PEER,
		TSREWRITE_A_GROUP_STATS_REFUSED_BY_US,
		TSREWRITE_A_GROUP_STATS_ANSWERS_UNSEEN,
	};
	unsigned long outcome = result->outcome;
	unsigned int i;

	for_each_set_bit(i, &outcome, ARRAY_SIZE(what))
		count_for_group(tn, group, result, what[i]);
}

/**
 * tsrw_count_result - count what a segment did to its flow and to its connection
 * @tn: state of the network namespace
 * @group: id of the flow's group
 * @result: what the segment did
 *
 * Context: RCU read side, bottom halves disabled.
 */
void tsrw_count_result(const struct tsrw_net *tn, u8 group,
		       const struct tsrw_result *result)
{
	unsigned long events = result->events;

	if (tsrw_mode_passes(result->mode))
		events &= ~(TSRW_EVENT_RETRANSMIT | TSRW_EVENT_ASYMMETRIC);
	count_events(tn, events);
	count_outcome(tn, group, result);
}

/**
 * tsrw_count_echo - count the result of the echo check
 * @tn: state of the network namespace
 * @group: id of the flow's group
 * @result: result of the segment, which has that of the echo check
 *
 * Context: RCU read side, bottom halves disabled.
 */
void tsrw_count_echo(const struct tsrw_net *tn, u8 group,
		     const struct tsrw_result *result)
{
	if (likely(result->verified)) {
		tsrw_stats_inc(tn->stats, TSREWRITE_A_STATS_ECHO_VERIFIED);
		count_for_group(tn, group, result,
				TSREWRITE_A_GROUP_STATS_ECHO_VERIFIED);
		return;
	}
	tsrw_stats_inc(tn->stats, TSREWRITE_A_STATS_ECHO_IMPOSSIBLE);
	tsrw_stats_inc(tn->stats, result->future ?
		       TSREWRITE_A_STATS_ECHO_FUTURE :
		       TSREWRITE_A_STATS_ECHO_PAST);
	count_for_group(tn, group, result,
			TSREWRITE_A_GROUP_STATS_ECHO_IMPOSSIBLE);
}

/**
 * tsrw_count_echo_zero - count a TSecr of 0, which echoes nothing
 * @tn: state of the network namespace
 * @group: id of the flow's group
 * @result: result of the segment
 *
 * Context: RCU read side, bottom halves disabled.
 */
void tsrw_count_echo_zero(const struct tsrw_net *tn, u8 group,
			  const struct tsrw_result *result)
{
	count_for_group(tn, group, result, TSREWRITE_A_GROUP_STATS_ECHO_ZERO);
}

/**
 * tsrw_count_unreachable - count an ICMP error that answers the SYN or SYN-ACK of a flow
 * @tn: state of the network namespace
 * @flow: the flow
 *
 * Context: RCU read side, bottom halves disabled.
 */
void tsrw_count_unreachable(const struct tsrw_net *tn,
			    const struct tsrw_flow *flow)
{
	struct tsrw_conn conn;

	tsrw_flow_snapshot(flow, &conn);
	tsrw_group_count_conn(tsrw_group_by_id(&tn->groups, READ_ONCE(flow->group)),
			      conn.mode_candidate,
			      tsrw_conn_has(&conn, TSRW_CANDIDATE_INBOUND),
			      TSREWRITE_A_GROUP_STATS_REFUSED_BY_PEER);
}

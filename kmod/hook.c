// SPDX-License-Identifier: GPL-2.0-only
/*
 * A packet's whole route: packet -> flow -> rewrite -> verdict.  Every packet
 * adds one to exactly one of its direction's counters.
 */
#include "hook.h"
#include "rewrite.h"

#define COUNT(dir, what)						\
	((dir) == TSRW_EGRESS ? TSREWRITE_A_STATS_EGRESS_##what :	\
				TSREWRITE_A_STATS_INGRESS_##what)

static_assert(TSREWRITE_A_STATS_EGRESS_BAD_OPTION ==
	      TSREWRITE_A_STATS_EGRESS_NOT_IP + TSRW_PACKET_BAD_OPTION);
static_assert(TSREWRITE_A_STATS_INGRESS_BAD_OPTION ==
	      TSREWRITE_A_STATS_INGRESS_NOT_IP + TSRW_PACKET_BAD_OPTION);

static unsigned int accept(const struct tsrw_hook *hook, unsigned int counter)
{
	tsrw_stats_inc(hook->tn->stats, counter);
	return NF_ACCEPT;
}

static unsigned int drop(const struct tsrw_hook *hook, unsigned int counter)
{
	tsrw_stats_inc(hook->tn->stats, counter);
	return NF_DROP;
}

static void count_events(const struct tsrw_hook *hook, unsigned int events)
{
	static const unsigned int counter[] = {
		TSREWRITE_A_STATS_FLOW_REUSED,
		TSREWRITE_A_STATS_SYN_RETRANSMITTED,
		TSREWRITE_A_STATS_FLOW_ESTABLISHED,
		TSREWRITE_A_STATS_FLOW_REFUSED,
		TSREWRITE_A_STATS_FLOW_CLOSED,
		TSREWRITE_A_STATS_FLOW_NO_TSOPT,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(counter); i++)
		if (events & BIT(i))
			tsrw_stats_inc(hook->tn->stats, counter[i]);
}

/* A rewritten flow's header in two pieces cannot be rewritten (RFC 1858) */
static unsigned int judge_short_fragment(const struct tsrw_hook *hook,
					 enum tsrw_direction dir,
					 const struct tsrw_packet *pkt)
{
	const struct tsrw_table *table = &hook->tn->table;
	u32 hash = tsrw_table_hash(table, &pkt->key);

	if (tsrw_table_find(table, &pkt->key, hash))
		return drop(hook, COUNT(dir, DROPPED_FRAGMENT));
	return accept(hook, COUNT(dir, FRAGMENT));
}

static unsigned int write_and_accept(const struct tsrw_hook *hook,
				     struct sk_buff *skb,
				     const struct tsrw_packet *pkt,
				     enum tsrw_direction dir,
				     const struct tsrw_step *step,
				     unsigned int counter)
{
	if (pkt->options.ts_count > 1)
		tsrw_stats_inc(hook->tn->stats,
			       TSREWRITE_A_STATS_DUPLICATE_TSOPT);
	if (tsrw_rewrite(skb, pkt, dir, step))
		return drop(hook, COUNT(dir, DROPPED_NO_MEMORY));
	return accept(hook, counter);
}

static unsigned int finish_egress(const struct tsrw_hook *hook,
				  struct sk_buff *skb,
				  const struct tsrw_packet *pkt,
				  const struct tsrw_step *step)
{
	count_events(hook, step->events);
	if (step->action == TSRW_PASS_NO_TSOPT)
		return accept(hook, TSREWRITE_A_STATS_EGRESS_NO_TSOPT);
	if (step->action == TSRW_PASS_MODE_OFF)
		return accept(hook, TSREWRITE_A_STATS_EGRESS_MODE_OFF);
	return write_and_accept(hook, skb, pkt, TSRW_EGRESS, step,
				TSREWRITE_A_STATS_EGRESS_REWRITTEN);
}

static unsigned int begin_flow(const struct tsrw_hook *hook,
			       struct sk_buff *skb,
			       const struct tsrw_packet *pkt, u32 hash,
			       const struct tsrw_place *place)
{
	struct tsrw_step step;

	if (place->mode == TSREWRITE_MODE_OFF)
		return accept(hook, TSREWRITE_A_STATS_EGRESS_MODE_OFF);

	switch (tsrw_table_begin(&hook->tn->table, &pkt->key, hash, place,
				 &pkt->seg, &step)) {
	case 0:
		tsrw_stats_inc(hook->tn->stats, TSREWRITE_A_STATS_FLOW_CREATED);
		fallthrough;
	case 1:
		return finish_egress(hook, skb, pkt, &step);
	case -ENOMEM:
		return accept(hook, TSREWRITE_A_STATS_EGRESS_NO_MEMORY);
	case -EDQUOT:
		return accept(hook, TSREWRITE_A_STATS_EGRESS_INBOUND_LIMIT);
	default:
		return accept(hook, TSREWRITE_A_STATS_EGRESS_TABLE_FULL);
	}
}

static struct tsrw_place place_of(const struct tsrw_hook *hook,
				  enum tsrw_direction dir)
{
	const struct tsrw_group *group = &hook->tn->group;

	return (struct tsrw_place){
		.dir = dir, .device = hook->device,
		.group = group->id, .mode = tsrw_group_mode(group),
	};
}

static bool begins_flow(const struct tsrw_segment *seg)
{
	return seg->syn && seg->has_tsopt && !seg->rst;
}

/* Segments without TSopt matter where they begin or end a connection */
static bool is_of_no_interest(const struct tsrw_segment *seg)
{
	return !seg->has_tsopt && !seg->syn && !seg->fin && !seg->rst;
}

/**
 * tsrw_hook_egress - a packet leaves through an attached device
 * @priv: struct tsrw_hook
 * @skb: the packet; skb->data is its link layer header
 * @state: unused
 *
 * Return: the verdict. Context: RCU read side, bottom halves disabled.
 */
unsigned int tsrw_hook_egress(void *priv, struct sk_buff *skb,
			      const struct nf_hook_state *state)
{
	const struct tsrw_hook *hook = priv;
	struct tsrw_place place = place_of(hook, TSRW_EGRESS);
	struct tsrw_table *table = &hook->tn->table;
	enum tsrw_packet_kind kind;
	struct tsrw_packet pkt;
	struct tsrw_flow *flow;
	struct tsrw_step step;
	u32 hash;

	kind = tsrw_packet_read(skb, TSRW_EGRESS, hook->zone, &pkt);
	if (kind == TSRW_PACKET_SHORT_FRAGMENT)
		return judge_short_fragment(hook, TSRW_EGRESS, &pkt);
	if (kind != TSRW_PACKET_TCP)
		return accept(hook, TSREWRITE_A_STATS_EGRESS_NOT_IP + kind);
	if (is_of_no_interest(&pkt.seg))
		return accept(hook, TSREWRITE_A_STATS_EGRESS_NO_TSOPT);

	hash = tsrw_table_hash(table, &pkt.key);
	flow = tsrw_table_find(table, &pkt.key, hash);
	if (flow &&
	    tsrw_table_step(table, flow, hash, &place, &pkt.seg, &step))
		return finish_egress(hook, skb, &pkt, &step);
	if (begins_flow(&pkt.seg))
		return begin_flow(hook, skb, &pkt, hash, &place);
	return accept(hook, pkt.seg.has_tsopt ?
			    TSREWRITE_A_STATS_EGRESS_NO_FLOW :
			    TSREWRITE_A_STATS_EGRESS_NO_TSOPT);
}

static void count_echo(const struct tsrw_hook *hook, bool verified)
{
	tsrw_stats_inc(hook->tn->stats, verified ?
		       TSREWRITE_A_STATS_ECHO_VERIFIED :
		       TSREWRITE_A_STATS_ECHO_IMPOSSIBLE);
}

static unsigned int finish_ingress(const struct tsrw_hook *hook,
				   struct sk_buff *skb,
				   const struct tsrw_packet *pkt,
				   const struct tsrw_step *step)
{
	count_events(hook, step->events);
	switch (step->action) {
	case TSRW_PASS_NO_ACK:
		return accept(hook, TSREWRITE_A_STATS_INGRESS_NO_ACK);
	case TSRW_PASS_ECHO_ZERO:
		return accept(hook, TSREWRITE_A_STATS_INGRESS_ECHO_ZERO);
	case TSRW_PASS_MODE_OFF:
		return accept(hook, TSREWRITE_A_STATS_INGRESS_NO_FLOW);
	case TSRW_PASS_UNRESTORED:
		count_echo(hook, step->verified);
		return accept(hook, TSREWRITE_A_STATS_INGRESS_UNRESTORED);
	case TSRW_PASS_FOREIGN:
		return accept(hook, TSREWRITE_A_STATS_INGRESS_FOREIGN);
	case TSRW_TRANSLATE:
	case TSRW_ZERO:
		count_echo(hook, step->verified);
		return write_and_accept(hook, skb, pkt, TSRW_INGRESS, step,
					step->action == TSRW_ZERO ?
					TSREWRITE_A_STATS_INGRESS_ZEROED :
					TSREWRITE_A_STATS_INGRESS_RESTORED);
	default:
		return accept(hook, TSREWRITE_A_STATS_INGRESS_NO_TSOPT);
	}
}

/**
 * tsrw_hook_ingress - a packet arrives on an attached device
 * @priv: struct tsrw_hook
 * @skb: the packet; skb->data is its network header
 * @state: unused
 *
 * Return: the verdict. Context: RCU read side, bottom halves disabled.
 */
unsigned int tsrw_hook_ingress(void *priv, struct sk_buff *skb,
			       const struct nf_hook_state *state)
{
	const struct tsrw_hook *hook = priv;
	struct tsrw_place place = place_of(hook, TSRW_INGRESS);
	struct tsrw_table *table = &hook->tn->table;
	enum tsrw_packet_kind kind;
	struct tsrw_packet pkt;
	struct tsrw_flow *flow;
	struct tsrw_step step;
	u32 hash;

	kind = tsrw_packet_read(skb, TSRW_INGRESS, hook->zone, &pkt);
	if (kind == TSRW_PACKET_SHORT_FRAGMENT)
		return judge_short_fragment(hook, TSRW_INGRESS, &pkt);
	if (kind != TSRW_PACKET_TCP)
		return accept(hook, TSREWRITE_A_STATS_INGRESS_NOT_IP + kind);
	if (is_of_no_interest(&pkt.seg))
		return accept(hook, TSREWRITE_A_STATS_INGRESS_NO_TSOPT);

	hash = tsrw_table_hash(table, &pkt.key);
	flow = tsrw_table_find(table, &pkt.key, hash);
	if (flow &&
	    tsrw_table_step(table, flow, hash, &place, &pkt.seg, &step))
		return finish_ingress(hook, skb, &pkt, &step);
	return accept(hook, pkt.seg.has_tsopt ?
			    TSREWRITE_A_STATS_INGRESS_NO_FLOW :
			    TSREWRITE_A_STATS_INGRESS_NO_TSOPT);
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * A packet's whole route: packet -> flow -> rewrite -> verdict.  Every packet
 * adds one to exactly one of its direction's counters.
 */
#include "count.h"
#include "hook.h"
#include "rewrite.h"

static_assert(TSREWRITE_A_STATS_EGRESS_BAD_OPTION ==
	      TSREWRITE_A_STATS_EGRESS_NOT_IP + TSRW_PACKET_BAD_OPTION);
static_assert(TSREWRITE_A_STATS_INGRESS_BAD_OPTION ==
	      TSREWRITE_A_STATS_INGRESS_NOT_IP + TSRW_PACKET_BAD_OPTION);

static unsigned int accept(const struct tsrw_hook *hook, unsigned int counter)
{
	tsrw_stats_inc(hook->stats, counter);
	return NF_ACCEPT;
}

static unsigned int drop(const struct tsrw_hook *hook, unsigned int counter)
{
	tsrw_stats_inc(hook->stats, counter);
	return NF_DROP;
}

/**
 * struct route - a packet on its way through a hook
 * @hook: the hook's
 * @skb: the packet
 * @place: where it passes
 * @pkt: its segment
 * @hash: of its flow's key; of a segment only
 * @step: what its flow makes of it
 */
struct route {
	const struct tsrw_hook *hook;
	struct sk_buff *skb;
	struct tsrw_place place;
	struct tsrw_packet pkt;
	u32 hash;
	struct tsrw_step step;
};

static bool is_rewritten(const struct tsrw_flow *flow)
{
	struct tsrw_life life;

	tsrw_flow_snapshot(flow, &life);
	return tsrw_life_newest(&life);
}

/* A rewritten flow's header in two pieces cannot be rewritten (RFC 1858) */
static unsigned int judge_short_fragment(const struct route *route)
{
	const struct tsrw_table *table = &route->hook->tn->table;
	const struct tsrw_flow_key *key = &route->pkt.key;
	enum tsrw_direction dir = route->place.dir;
	const struct tsrw_flow *flow;

	flow = tsrw_table_find(table, key, tsrw_table_hash(table, key));
	if (flow && is_rewritten(flow))
		return drop(route->hook, TSRW_COUNTER(dir, DROPPED_FRAGMENT));
	return accept(route->hook, TSRW_COUNTER(dir, FRAGMENT));
}

static void note_unreachable(const struct route *route, struct tsrw_flow *flow)
{
	const struct tsrw_packet *pkt = &route->pkt;
	struct tsrw_net *tn = route->hook->tn;

	if (route->place.dir == TSRW_INGRESS && pkt->unreachable &&
	    tsrw_table_note_unreachable(&tn->table, flow,
					tsrw_table_hash(&tn->table, &pkt->key),
					pkt->seg.seq))
		tsrw_count_unreachable(tn, flow);
}

/* Of a quote too short to have a TSopt */
static unsigned int judge_short_quote(const struct route *route)
{
	const struct tsrw_table *table = &route->hook->tn->table;
	const struct tsrw_flow_key *key = &route->pkt.key;
	struct tsrw_flow *flow;

	flow = tsrw_table_find(table, key, tsrw_table_hash(table, key));
	if (flow)
		note_unreachable(route, flow);
	return accept(route->hook, TSRW_COUNTER(route->place.dir, NOT_TCP));
}

/* The flow goes on as it did: a forged error must not keep it alive */
static unsigned int judge_quote(const struct route *route)
{
	const struct tsrw_table *table = &route->hook->tn->table;
	const struct tsrw_packet *pkt = &route->pkt;
	enum tsrw_direction dir = route->place.dir;
	struct tsrw_flow *flow;
	struct tsrw_life life;
	struct tsrw_span span;

	flow = tsrw_table_find(table, &pkt->key,
			       tsrw_table_hash(table, &pkt->key));
	if (!flow)
		return accept(route->hook, TSRW_COUNTER(dir, NOT_TCP));
	note_unreachable(route, flow);
	tsrw_flow_snapshot(flow, &life);
	if (!tsrw_life_quoted(&life, &pkt->seg, tsrw_other(dir), &span))
		return accept(route->hook, TSRW_COUNTER(dir, NOT_TCP));
	if (tsrw_rewrite_quote(route->skb, pkt, dir, &span))
		return drop(route->hook, TSRW_COUNTER(dir, DROPPED_NO_MEMORY));
	return accept(route->hook, dir == TSRW_EGRESS ?
		      TSREWRITE_A_STATS_EGRESS_QUOTE_REWRITTEN :
		      TSREWRITE_A_STATS_INGRESS_QUOTE_RESTORED);
}

/* Segments without TSopt matter where they begin or end a connection */
static bool is_of_no_interest(const struct tsrw_segment *seg)
{
	return !seg->has_tsopt && !seg->syn && !seg->fin && !seg->rst;
}

static void begin_route(struct route *route, const struct tsrw_hook *hook,
			struct sk_buff *skb, enum tsrw_direction dir)
{
	route->hook = hook;
	route->skb = skb;
	route->place = (struct tsrw_place){ .dir = dir, .device = hook->device };
}

static bool begins_none(const struct tsrw_hook *hook)
{
	return READ_ONCE(hook->draining) || READ_ONCE(hook->unconfirmed);
}

/* What becomes of a connection that begins with this segment */
static void choose_mode(struct route *route)
{
	const struct tsrw_hook *hook = route->hook;
	const struct tsrw_groups *groups = &hook->tn->groups;
	const struct tsrw_group *group;

	group = route->place.dir == TSRW_EGRESS ?
		tsrw_group_of_mark(groups, &route->skb->mark) :
		tsrw_group_by_id(groups, 0);
	route->place.group = group->id;
	route->place.mode = begins_none(hook) ?
		TSREWRITE_MODE_OFF : tsrw_group_mode(group, route->hash);
}

/* Whatever is no segment */
static unsigned int judge_other(const struct route *route,
				enum tsrw_packet_kind kind)
{
	switch (kind) {
	case TSRW_PACKET_SHORT_FRAGMENT:
		return judge_short_fragment(route);
	case TSRW_PACKET_QUOTE:
		return judge_quote(route);
	case TSRW_PACKET_SHORT_QUOTE:
		return judge_short_quote(route);
	default:
		return accept(route->hook,
			      TSRW_COUNTER(route->place.dir, NOT_IP) + kind);
	}
}

static void look_up(struct route *route)
{
	route->hash = tsrw_table_hash(&route->hook->tn->table, &route->pkt.key);
	if (route->pkt.seg.syn)
		choose_mode(route);
}

/* False where there is no flow, or a dead one */
static bool ask_flow(struct route *route)
{
	struct tsrw_table *table = &route->hook->tn->table;
	const struct tsrw_packet *pkt = &route->pkt;
	struct tsrw_flow *flow;

	flow = tsrw_table_find(table, &pkt->key, route->hash);
	if (!flow || !tsrw_table_step(table, flow, route->hash, &route->place,
				      &pkt->seg, &route->step))
		return false;
	route->place.group = READ_ONCE(flow->group);
	return true;
}

/* An inside server answers a SYN that came with its TSopt */
static bool is_too_late_to_strip(const struct route *route)
{
	return route->pkt.seg.syn &&
	       route->place.mode == TSREWRITE_MODE_STRIP &&
	       route->pkt.seg.has_ack;
}

static unsigned int pass_without_flow(const struct route *route)
{
	enum tsrw_direction dir = route->place.dir;

	return accept(route->hook, route->pkt.seg.has_tsopt ?
				   TSRW_COUNTER(dir, NO_FLOW) :
				   TSRW_COUNTER(dir, NO_TSOPT));
}

static void count_duplicates(const struct route *route)
{
	if (route->pkt.options.ts_count > 1)
		tsrw_stats_inc(route->hook->stats,
			       TSREWRITE_A_STATS_DUPLICATE_TSOPT);
}

static unsigned int observe_and_accept(const struct route *route,
				       unsigned int counter)
{
	count_duplicates(route);
	return accept(route->hook, counter);
}

static unsigned int write_and_accept(const struct route *route,
				     unsigned int counter)
{
	const struct tsrw_hook *hook = route->hook;
	enum tsrw_direction dir = route->place.dir;

	count_duplicates(route);
	if (tsrw_rewrite(route->skb, &route->pkt, dir, &route->step))
		return drop(hook, TSRW_COUNTER(dir, DROPPED_NO_MEMORY));
	return accept(hook, counter);
}

static unsigned int finish_egress(const struct route *route)
{
	const struct tsrw_hook *hook = route->hook;

	tsrw_count_step(hook->tn, route->place.group, &route->step);
	switch (route->step.action) {
	case TSRW_PASS_NO_TSOPT:
		return accept(hook, TSREWRITE_A_STATS_EGRESS_NO_TSOPT);
	case TSRW_PASS_MODE_OFF:
		return accept(hook, TSREWRITE_A_STATS_EGRESS_MODE_OFF);
	case TSRW_PASS_OBSERVED:
		return observe_and_accept(route,
					  TSREWRITE_A_STATS_EGRESS_OBSERVED);
	case TSRW_STRIP:
		return write_and_accept(route,
					TSREWRITE_A_STATS_EGRESS_STRIPPED);
	default:
		return write_and_accept(route,
					TSREWRITE_A_STATS_EGRESS_REWRITTEN);
	}
}

static bool begins_flow(const struct tsrw_segment *seg)
{
	return seg->syn && seg->has_tsopt && !seg->rst;
}

static unsigned int begin_flow(struct route *route)
{
	const struct tsrw_hook *hook = route->hook;

	if (route->place.mode == TSREWRITE_MODE_OFF)
		return accept(hook, TSREWRITE_A_STATS_EGRESS_MODE_OFF);

	switch (tsrw_table_begin(&hook->tn->table, &route->pkt.key, route->hash,
				 &route->place, &route->pkt.seg,
				 &route->step)) {
	case 0:
		tsrw_stats_inc(hook->stats, TSREWRITE_A_STATS_FLOW_CREATED);
		fallthrough;
	case 1:
		return finish_egress(route);
	case -ENOMEM:
		return accept(hook, TSREWRITE_A_STATS_EGRESS_NO_MEMORY);
	case -EDQUOT:
		return accept(hook, TSREWRITE_A_STATS_EGRESS_INBOUND_LIMIT);
	default:
		return accept(hook, TSREWRITE_A_STATS_EGRESS_TABLE_FULL);
	}
}

static unsigned int leave(struct route *route, enum tsrw_packet_kind kind)
{
	if (kind != TSRW_PACKET_TCP)
		return judge_other(route, kind);
	if (is_of_no_interest(&route->pkt.seg))
		return pass_without_flow(route);
	look_up(route);
	if (is_too_late_to_strip(route))
		route->place.mode = TSREWRITE_MODE_OFF;
	if (ask_flow(route))
		return finish_egress(route);
	if (begins_flow(&route->pkt.seg))
		return begin_flow(route);
	return pass_without_flow(route);
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
	struct route route;

	begin_route(&route, hook, skb, TSRW_EGRESS);
	return leave(&route, tsrw_packet_read(skb, TSRW_EGRESS, hook->zone,
					      &route.pkt));
}

static void count_echo(const struct route *route)
{
	tsrw_count_echo(route->hook->tn, route->place.group, &route->step);
}

static unsigned int finish_ingress(const struct route *route)
{
	const struct tsrw_hook *hook = route->hook;

	tsrw_count_step(hook->tn, route->place.group, &route->step);
	switch (route->step.action) {
	case TSRW_PASS_NO_ACK:
		return accept(hook, TSREWRITE_A_STATS_INGRESS_NO_ACK);
	case TSRW_PASS_ECHO_ZERO:
		tsrw_count_echo_zero(hook->tn, route->place.group, &route->step);
		return accept(hook, TSREWRITE_A_STATS_INGRESS_ECHO_ZERO);
	case TSRW_PASS_MODE_OFF:
		return accept(hook, TSREWRITE_A_STATS_INGRESS_NO_FLOW);
	case TSRW_PASS_FOREIGN:
		return accept(hook, TSREWRITE_A_STATS_INGRESS_FOREIGN);
	case TSRW_PASS_OBSERVED:
		count_echo(route);
		return observe_and_accept(route,
					  TSREWRITE_A_STATS_INGRESS_OBSERVED);
	case TSRW_STRIP:
		return write_and_accept(route,
					TSREWRITE_A_STATS_INGRESS_STRIPPED);
	case TSRW_PASS_UNRESTORED:
		count_echo(route);
		return accept(hook, TSREWRITE_A_STATS_INGRESS_UNRESTORED);
	case TSRW_TRANSLATE:
		count_echo(route);
		return write_and_accept(route,
					TSREWRITE_A_STATS_INGRESS_RESTORED);
	case TSRW_ZERO:
		count_echo(route);
		return write_and_accept(route,
					TSREWRITE_A_STATS_INGRESS_ZEROED);
	default:
		return accept(hook, TSREWRITE_A_STATS_INGRESS_NO_TSOPT);
	}
}

/* Its flow would begin with the SYN-ACK, which is to have no TSopt either */
static bool asks_stripped(const struct route *route)
{
	const struct tsrw_segment *seg = &route->pkt.seg;

	return begins_flow(seg) && !seg->has_ack &&
	       route->place.mode == TSREWRITE_MODE_STRIP;
}

static unsigned int strip_syn(struct route *route)
{
	route->step = (struct tsrw_step){ .action = TSRW_STRIP };
	return write_and_accept(route, TSREWRITE_A_STATS_INGRESS_STRIPPED);
}

static unsigned int arrive(struct route *route, enum tsrw_packet_kind kind)
{
	if (kind != TSRW_PACKET_TCP)
		return judge_other(route, kind);
	if (is_of_no_interest(&route->pkt.seg))
		return pass_without_flow(route);
	look_up(route);
	if (ask_flow(route))
		return finish_ingress(route);
	if (asks_stripped(route))
		return strip_syn(route);
	return pass_without_flow(route);
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
	struct route route;

	begin_route(&route, hook, skb, TSRW_INGRESS);
	return arrive(&route, tsrw_packet_read(skb, TSRW_INGRESS, hook->zone,
					       &route.pkt));
}

/**
 * tsrw_hook_plain - a packet passes whose IP header has been read
 * @hook: the hook's
 * @skb: the packet
 * @dir: which way it goes
 * @link: tsrw_link() of it
 * @th: its TCP header; as for tsrw_packet_read_plain()
 * @len: bytes that the IP header says follow it
 *
 * Return: the verdict. Context: RCU read side, bottom halves disabled.
 */
unsigned int tsrw_hook_plain(const struct tsrw_hook *hook, struct sk_buff *skb,
			     enum tsrw_direction dir, u32 link,
			     const struct tcphdr *th, unsigned int len)
{
	enum tsrw_packet_kind kind;
	struct route route;

	begin_route(&route, hook, skb, dir);
	kind = tsrw_packet_read_plain(skb, dir, link, th, len, &route.pkt);
	return dir == TSRW_EGRESS ? leave(&route, kind) : arrive(&route, kind);
}

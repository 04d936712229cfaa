// SPDX-License-Identifier: GPL-2.0-only
/*
 * The whole way of a packet through a hook: packet -> flow -> rewrite -> verdict.
 * Every packet adds one to exactly one of the counters of its direction.
 */
#include "answers.h"
#include "count.h"
#include "expiry.h"
#include "hook.h"
#include "key.h"
#include "labels.h"
#include "packet_read.h"
#include "rewrite.h"
#include "track.h"

static_assert(TSREWRITE_A_STATS_EGRESS_TCP_AO ==
	      TSREWRITE_A_STATS_EGRESS_NOT_IP + TSRW_PACKET_TCP_AO);
static_assert(TSREWRITE_A_STATS_INGRESS_TCP_AO ==
	      TSREWRITE_A_STATS_INGRESS_NOT_IP + TSRW_PACKET_TCP_AO);

static unsigned int accept_packet(const struct tsrw_hook *hook, unsigned int counter)
{
	tsrw_stats_inc(hook->stats, counter);
	return NF_ACCEPT;
}

static unsigned int drop_packet(const struct tsrw_hook *hook, unsigned int counter)
{
	tsrw_stats_inc(hook->stats, counter);
	return NF_DROP;
}

/**
 * struct packet_context - a packet on its way through a hook
 * @hook: what the hook knows of its device
 * @skb: the packet
 * @info: where it passes
 * @pkt: the segment in it
 * @hash: hash of the flow's key; of a segment only
 * @draw: what decides by canaries whether the connection is treated; of a SYN only
 * @egress_device: id of the attachment by which the flow leaves, 0 if that was detached
 * @counts_untouched: a connection that the segment would begin is counted even if it passes
 *	untouched
 * @result: what the segment did to its flow, and what to do with the segment
 */
struct packet_context {
	const struct tsrw_hook *hook;
	struct sk_buff *skb;
	struct tsrw_hook_info info;
	struct tsrw_packet pkt;
	u32 hash;
	u32 draw;
	u8 egress_device;
	bool counts_untouched;
	struct tsrw_result result;
};

static bool is_rewritten(const struct tsrw_flow *flow)
{
	struct tsrw_conn conn;

	tsrw_flow_snapshot(flow, &conn);
	return tsrw_conn_newest_span(&conn);
}

/* A TCP header that is split over two fragments cannot be rewritten: in a rewritten flow,
 * its first fragment is dropped (RFC 1858 has such fragments dropped anyway)
 */
static unsigned int pass_short_fragment(const struct packet_context *ctx)
{
	const struct tsrw_table *table = &ctx->hook->tn->table;
	const struct tsrw_flow_key *key = &ctx->pkt.key;
	enum tsrw_direction dir = ctx->info.dir;
	const struct tsrw_flow *flow;

	flow = tsrw_table_find(table, key, tsrw_table_hash(table, key));
	if (flow && is_rewritten(flow))
		return drop_packet(ctx->hook, TSRW_COUNTER(dir, DROPPED_FRAGMENT));
	return accept_packet(ctx->hook, TSRW_COUNTER(dir, FRAGMENT));
}

static void note_unreachable(const struct packet_context *ctx, struct tsrw_flow *flow)
{
	const struct tsrw_packet *pkt = &ctx->pkt;
	struct tsrw_net *tn = ctx->hook->tn;

	if (ctx->info.dir == TSRW_INGRESS && pkt->unreachable &&
	    tsrw_track_unreachable(&tn->table, flow,
				   tsrw_table_hash(&tn->table, &pkt->key),
				   pkt->seg.seq))
		tsrw_count_unreachable(tn, flow);
}

/* There is nothing to translate, but the error may say that the peer is unreachable */
static unsigned int pass_short_quote(const struct packet_context *ctx)
{
	const struct tsrw_table *table = &ctx->hook->tn->table;
	const struct tsrw_flow_key *key = &ctx->pkt.key;
	struct tsrw_flow *flow;

	flow = tsrw_table_find(table, key, tsrw_table_hash(table, key));
	if (flow)
		note_unreachable(ctx, flow);
	return accept_packet(ctx->hook, TSRW_COUNTER(ctx->info.dir, NOT_TCP));
}

/* The stamp of the flow stays, so that a forged ICMP error cannot keep it alive */
static unsigned int pass_quote(const struct packet_context *ctx)
{
	const struct tsrw_table *table = &ctx->hook->tn->table;
	const struct tsrw_packet *pkt = &ctx->pkt;
	enum tsrw_direction dir = ctx->info.dir;
	struct tsrw_flow *flow;
	struct tsrw_conn conn;
	struct tsrw_span span;

	flow = tsrw_table_find(table, &pkt->key,
			       tsrw_table_hash(table, &pkt->key));
	if (!flow)
		return accept_packet(ctx->hook, TSRW_COUNTER(dir, NOT_TCP));
	note_unreachable(ctx, flow);
	tsrw_flow_snapshot(flow, &conn);
	if (!tsrw_conn_quoted_span(&conn, &pkt->seg, tsrw_other(dir), &span))
		return accept_packet(ctx->hook, TSRW_COUNTER(dir, NOT_TCP));
	if (tsrw_rewrite_quote(ctx->skb, pkt, dir, &span))
		return drop_packet(ctx->hook, TSRW_COUNTER(dir, DROPPED_NO_MEMORY));
	return accept_packet(ctx->hook, dir == TSRW_EGRESS ?
			     TSREWRITE_A_STATS_EGRESS_QUOTE_REWRITTEN :
			     TSREWRITE_A_STATS_INGRESS_QUOTE_RESTORED);
}

/* A connection that is authenticated has no flow. If a segment of one that is not claims to
 * be, the inside host may refuse it for another reason than that its echo is wrong.
 */
static unsigned int pass_authenticated(const struct packet_context *ctx)
{
	struct tsrw_table *table = &ctx->hook->tn->table;
	const struct tsrw_flow_key *key = &ctx->pkt.key;
	u32 hash = tsrw_table_hash(table, key);
	struct tsrw_flow *flow = tsrw_table_find(table, key, hash);

	if (flow && ctx->info.dir == TSRW_INGRESS)
		tsrw_track_unread(table, flow, hash);
	return accept_packet(ctx->hook, TSRW_COUNTER(ctx->info.dir, TCP_AO));
}

/* Whether a segment can be left alone: it has no TSopt, there is no flow that it could be
 * of, and it does not begin a connection that may be counted
 */
static bool is_negligible(const struct packet_context *ctx)
{
	const struct tsrw_segment *seg = &ctx->pkt.seg;

	return !seg->has_tsopt && !(seg->syn && ctx->info.dir == TSRW_EGRESS) &&
	       tsrw_table_is_empty(&ctx->hook->tn->table);
}

static void init_context(struct packet_context *ctx, const struct tsrw_hook *hook,
			 struct sk_buff *skb, enum tsrw_direction dir)
{
	ctx->hook = hook;
	ctx->skb = skb;
	ctx->egress_device = hook->device;
	ctx->counts_untouched = false;
	ctx->info = (struct tsrw_hook_info){
		.dir = dir, .device = hook->device,
		.raw_lately = dir == TSRW_INGRESS && tsrw_net_is_raw_lately(hook->tn),
	};
}

static bool passes_new_untouched(const struct tsrw_hook *hook)
{
	return READ_ONCE(hook->draining);
}

/* Without the rules of groups, it is not known whose connection it is. If it would be hidden
 * in any group, it does without TSopt.
 */
static enum tsrewrite_mode mode_without_rules(const struct tsrw_groups *groups, u32 draw)
{
	return tsrw_groups_any_hides(groups, draw) ? TSREWRITE_MODE_STRIP : TSREWRITE_MODE_OFF;
}

/* Mode of a connection of a group that begins now */
static enum tsrewrite_mode mode_to_begin(const struct packet_context *ctx,
					 const struct tsrw_group *group)
{
	const struct tsrw_hook *hook = ctx->hook;

	if (passes_new_untouched(hook))
		return TSREWRITE_MODE_OFF;
	if (unlikely(READ_ONCE(hook->rules_unconfirmed)))
		return mode_without_rules(&hook->tn->groups, ctx->draw);
	return tsrw_group_mode(group, ctx->draw);
}

/* Whether the SYN that leaves begins a connection whose answer would not be restored */
static bool loses_tsopt(const struct packet_context *ctx)
{
	return ctx->info.dir == TSRW_EGRESS && !ctx->pkt.seg.has_ack &&
	       ctx->info.mode == TSREWRITE_MODE_REWRITE &&
	       tsrw_answers_are_missing(&ctx->hook->tn->answers[ctx->hook->device],
					&ctx->pkt.key);
}

/* Whether a SYN-ACK without TSopt may answer a SYN that has lost its own here, so that its
 * connection is not one that passes untouched
 */
static bool may_answer_stripped_syn(const struct packet_context *ctx)
{
	const struct tsrw_table *table = &ctx->hook->tn->table;
	const struct tsrw_group *group = tsrw_group_by_id(&ctx->hook->tn->groups, 0);

	return ctx->pkt.seg.has_ack && !ctx->pkt.seg.has_tsopt &&
	       (tsrw_group_mode(group, ctx->draw) == TSREWRITE_MODE_STRIP ||
		tsrw_limit_is_short(&table->limits, &table->usage));
}

/* Without the rules of groups, it is not known whose connection it is */
static bool counts_untouched(const struct packet_context *ctx,
			     const struct tsrw_group *group)
{
	return ctx->info.dir == TSRW_EGRESS && !ctx->pkt.seg.rst &&
	       !READ_ONCE(ctx->hook->rules_unconfirmed) &&
	       tsrw_group_counts_untouched(group) && !may_answer_stripped_syn(ctx);
}

/* Choose group and mode of a connection that this segment would begin. Only packets that
 * leave are marked for groups.
 */
static void choose_mode(struct packet_context *ctx)
{
	const struct tsrw_hook *hook = ctx->hook;
	const struct tsrw_groups *groups = &hook->tn->groups;
	const struct tsrw_group *group;

	group = ctx->info.dir == TSRW_EGRESS ?
		tsrw_group_of_mark(groups, &ctx->skb->mark) :
		tsrw_group_by_id(groups, 0);
	ctx->info.group = group->id;
	ctx->info.mode = mode_to_begin(ctx, group);
	if (unlikely(loses_tsopt(ctx)))
		ctx->info.mode = TSREWRITE_MODE_STRIP;
	ctx->counts_untouched = counts_untouched(ctx, group);
	if (!ctx->pkt.seg.has_tsopt && ctx->counts_untouched)
		ctx->info.mode = TSRW_MODE_BARE;
}

/* The verdict on a packet that is no segment */
static unsigned int pass_other(const struct packet_context *ctx,
			       enum tsrw_packet_kind kind)
{
	switch (kind) {
	case TSRW_PACKET_SHORT_FRAGMENT:
		return pass_short_fragment(ctx);
	case TSRW_PACKET_TCP_AO:
		return pass_authenticated(ctx);
	case TSRW_PACKET_QUOTE:
		return pass_quote(ctx);
	case TSRW_PACKET_SHORT_QUOTE:
		return pass_short_quote(ctx);
	case TSRW_PACKET_NOT_IP:
	case TSRW_PACKET_UNTRACKED:
		if (ctx->info.dir == TSRW_EGRESS)
			tsrw_unread_note(ctx->hook->unread, ctx->pkt.proto);
		fallthrough;
	default:
		return accept_packet(ctx->hook,
				     TSRW_COUNTER(ctx->info.dir, NOT_IP) + kind);
	}
}

static u32 draw_canary(const struct packet_context *ctx)
{
	return tsrw_key_draw_canary(rcu_dereference(ctx->hook->tn->table.key), &ctx->pkt.key);
}

static void prepare_lookup(struct packet_context *ctx)
{
	ctx->hash = tsrw_table_hash(&ctx->hook->tn->table, &ctx->pkt.key);
	if (!ctx->pkt.seg.syn)
		return;
	ctx->draw = draw_canary(ctx);
	choose_mode(ctx);
}

/* Let the flow of the segment decide what to do. Return: false without a live flow. */
static bool track_in_flow(struct packet_context *ctx)
{
	struct tsrw_table *table = &ctx->hook->tn->table;
	const struct tsrw_packet *pkt = &ctx->pkt;
	struct tsrw_flow *flow;

	flow = tsrw_table_find(table, &pkt->key, ctx->hash);
	if (!flow || !tsrw_track_segment(table, flow, ctx->hash, &ctx->info,
					 &pkt->seg, &ctx->result))
		return false;
	ctx->info.group = READ_ONCE(flow->group);
	ctx->egress_device = READ_ONCE(flow->device[TSRW_EGRESS]);
	return true;
}

/* Mode strip takes TSopt out of SYNs that arrive. If a SYN-ACK has one nevertheless, the
 * SYN had arrived with its own, and the inside host expects TSopts from then on: to hide
 * its clock, its connection is rewritten.
 */
static bool is_too_late_to_strip(const struct packet_context *ctx)
{
	return ctx->pkt.seg.syn &&
	       ctx->info.mode == TSREWRITE_MODE_STRIP &&
	       ctx->pkt.seg.has_ack;
}

/* A segment in which no TSopt was found; malformed options may hide one from whoever reads
 * them in another way
 */
static unsigned int accept_without_tsopt(const struct packet_context *ctx)
{
	enum tsrw_direction dir = ctx->info.dir;

	return accept_packet(ctx->hook, ctx->pkt.options.malformed ?
			     TSRW_COUNTER(dir, BAD_OPTION) : TSRW_COUNTER(dir, NO_TSOPT));
}

static unsigned int pass_without_flow(const struct packet_context *ctx)
{
	return ctx->pkt.seg.has_tsopt ?
		accept_packet(ctx->hook, TSRW_COUNTER(ctx->info.dir, NO_FLOW)) :
		accept_without_tsopt(ctx);
}

static void count_duplicates(const struct packet_context *ctx)
{
	if (ctx->pkt.options.ts_count > 1)
		tsrw_stats_inc(ctx->hook->stats,
			       TSREWRITE_A_STATS_DUPLICATE_TSOPT);
}

static unsigned int observe_and_accept(const struct packet_context *ctx,
				       unsigned int counter)
{
	count_duplicates(ctx);
	return accept_packet(ctx->hook, counter);
}

static unsigned int write_and_accept(const struct packet_context *ctx,
				     unsigned int counter)
{
	const struct tsrw_hook *hook = ctx->hook;
	enum tsrw_direction dir = ctx->info.dir;

	count_duplicates(ctx);
	if (tsrw_rewrite(ctx->skb, &ctx->pkt, dir, &ctx->result))
		return drop_packet(hook, TSRW_COUNTER(dir, DROPPED_NO_MEMORY));
	return accept_packet(hook, counter);
}

static void note_result(const struct packet_context *ctx)
{
	struct tsrw_net *tn = ctx->hook->tn;

	tsrw_count_result(tn, ctx->info.group, &ctx->result);
	tsrw_answers_note(&tn->answers[ctx->egress_device], &ctx->pkt.key, &ctx->result);
}

/* Whether to strip an RST that leaves without a flow, or on one that only counts. It may
 * answer a SYN that arrived, and its TSval is of the inside clock. It bears no mark, so that
 * it may be of any group. No host needs the TSopt of an RST (RFC 7323 section 3.2), so that
 * those of connections that pass untouched may lose it as well.
 */
static bool must_strip_rst(const struct packet_context *ctx)
{
	const struct tsrw_hook *hook = ctx->hook;

	return ctx->pkt.seg.rst && ctx->pkt.seg.has_tsopt && !passes_new_untouched(hook) &&
	       tsrw_groups_any_hides(&hook->tn->groups, draw_canary(ctx));
}

static unsigned int strip_without_flow(struct packet_context *ctx, unsigned int counter)
{
	ctx->result = (struct tsrw_result){ .action = TSRW_STRIP };
	return write_and_accept(ctx, counter);
}

/* Whether a flow of this packet's connection could go on elsewhere, by an offset in a label */
static bool is_kept_in_label(const struct packet_context *ctx)
{
	return ctx->pkt.seg.syn && ctx->result.action == TSRW_TRANSLATE &&
	       ctx->result.mode == TSREWRITE_MODE_REWRITE &&
	       tsrw_labels_are_used(ctx->hook->tn);
}

static void keep_in_label(const struct packet_context *ctx)
{
	const struct tsrw_hook *hook = ctx->hook;

	switch (tsrw_labels_store(hook->tn, ctx->skb, ctx->result.span.offset)) {
	case TSRW_LABELS_STORED:
		break;
	case TSRW_LABELS_NO_ROOM:
		tsrw_stats_inc(hook->stats, TSREWRITE_A_STATS_FLOW_WITHOUT_LABEL);
		break;
	case TSRW_LABELS_TAKEN:
		tsrw_stats_inc(hook->stats, TSREWRITE_A_STATS_FLOW_LABEL_TAKEN);
	}
}

/* Whether a segment that leaves is of a connection that began elsewhere, or whose flow is gone */
static bool has_offset_in_label(const struct packet_context *ctx, u32 *offset)
{
	const struct tsrw_segment *seg = &ctx->pkt.seg;

	return seg->has_tsopt && seg->has_ack && !seg->syn &&
	       tsrw_labels_recall_leaving(ctx->hook->tn, ctx->skb, offset);
}

static unsigned int finish_egress(struct packet_context *ctx)
{
	const struct tsrw_hook *hook = ctx->hook;

	note_result(ctx);
	if (is_kept_in_label(ctx))
		keep_in_label(ctx);
	switch (ctx->result.action) {
	case TSRW_PASS_NO_TSOPT:
		return accept_without_tsopt(ctx);
	case TSRW_PASS_MODE_OFF:
		if (must_strip_rst(ctx))
			return strip_without_flow(ctx, TSREWRITE_A_STATS_EGRESS_STRIPPED);
		/* The flow of a SYN without TSopt is none for segments that have one */
		return accept_packet(hook, ctx->result.mode == TSRW_MODE_BARE ?
				     TSREWRITE_A_STATS_EGRESS_NO_FLOW :
				     TSREWRITE_A_STATS_EGRESS_MODE_OFF);
	case TSRW_PASS_OBSERVED:
		return observe_and_accept(ctx,
					  TSREWRITE_A_STATS_EGRESS_OBSERVED);
	case TSRW_STRIP:
		return write_and_accept(ctx,
					TSREWRITE_A_STATS_EGRESS_STRIPPED);
	default:
		return write_and_accept(ctx,
					TSREWRITE_A_STATS_EGRESS_REWRITTEN);
	}
}

/* If there is no room for the flow, the segment is translated all the same. Some hosts fill the
 * TSval of an RST with anything, so that it says nothing of the clock: it does without.
 */
static unsigned int resume_flow(struct packet_context *ctx, u32 offset)
{
	struct tsrw_table *table = &ctx->hook->tn->table;
	const struct tsrw_segment *seg = &ctx->pkt.seg;

	if (seg->rst || !seg->tsval)
		return strip_without_flow(ctx, TSREWRITE_A_STATS_EGRESS_STRIPPED);
	ctx->info.group = 0;
	ctx->info.mode = TSREWRITE_MODE_REWRITE;
	if (!tsrw_track_resume(table, &ctx->pkt.key, ctx->hash, &ctx->info, seg, offset,
			       &ctx->result))
		tsrw_stats_inc(ctx->hook->stats, TSREWRITE_A_STATS_FLOW_RESUMED);
	return finish_egress(ctx);
}

/* Whether a SYN or SYN-ACK begins a flow, unless its connection passes uncounted */
static bool begins_flow(const struct tsrw_segment *seg)
{
	return seg->syn && seg->has_tsopt && !seg->rst;
}

static unsigned int counter_of_refusal(int err)
{
	switch (err) {
	case -ENOMEM:
		return TSREWRITE_A_STATS_EGRESS_NO_MEMORY;
	case -EDQUOT:
		return TSREWRITE_A_STATS_EGRESS_INBOUND_LIMIT;
	default:
		return TSREWRITE_A_STATS_EGRESS_TABLE_FULL;
	}
}

/* No room for a flow. A SYN does without its TSopt. With a SYN-ACK it is too late for
 * that, because the inside host had got the SYN with its TSopt, and would go on to show
 * its clock: the SYN-ACK is dropped, and comes again. pass_arriving_syn() makes that rare.
 */
static unsigned int begin_without_flow(struct packet_context *ctx, int err)
{
	const struct tsrw_hook *hook = ctx->hook;

	if (ctx->info.mode == TSREWRITE_MODE_STRIP)
		return strip_without_flow(ctx, TSREWRITE_A_STATS_EGRESS_STRIPPED);
	if (!tsrw_limit_fails_closed(&hook->tn->table.limits, ctx->info.mode)) {
		/* If it is sent again, there may be room */
		if (tsrw_mode_writes(ctx->info.mode))
			tsrw_net_note_raw(hook->tn);
		return accept_packet(hook, counter_of_refusal(err));
	}
	if (ctx->pkt.seg.has_ack)
		return drop_packet(hook, TSREWRITE_A_STATS_EGRESS_DROPPED_NO_ROOM);
	return strip_without_flow(ctx, TSREWRITE_A_STATS_EGRESS_STRIPPED_NO_ROOM);
}

/* Whether a SYN or SYN-ACK without TSopt begins a connection that is counted */
static bool begins_bare(const struct packet_context *ctx)
{
	return ctx->pkt.seg.syn && !ctx->pkt.seg.has_tsopt && ctx->counts_untouched;
}

static unsigned int pass_uncounted(const struct packet_context *ctx)
{
	return ctx->pkt.seg.has_tsopt ?
		accept_packet(ctx->hook, TSREWRITE_A_STATS_EGRESS_MODE_OFF) :
		accept_without_tsopt(ctx);
}

/* A flow would be counted in a group that may not be its own. Only a SYN-ACK which has TSopt
 * although its SYN was to lose it needs one.
 */
static bool is_of_unknown_group(const struct packet_context *ctx)
{
	return READ_ONCE(ctx->hook->rules_unconfirmed) && !ctx->pkt.seg.has_ack;
}

static unsigned int begin_flow(struct packet_context *ctx)
{
	const struct tsrw_hook *hook = ctx->hook;
	bool passes = tsrw_mode_passes(ctx->info.mode);
	int ret;

	if (passes && !ctx->counts_untouched)
		return pass_uncounted(ctx);
	if (is_of_unknown_group(ctx))
		return strip_without_flow(ctx, TSREWRITE_A_STATS_EGRESS_STRIPPED);
	ret = tsrw_track_begin(&hook->tn->table, &ctx->pkt.key, ctx->hash,
			       &ctx->info, &ctx->pkt.seg, &ctx->result);
	if (ret < 0)
		return passes ? pass_uncounted(ctx) : begin_without_flow(ctx, ret);
	if (!ret)
		tsrw_stats_inc(hook->stats, passes ? TSREWRITE_A_STATS_FLOW_COUNTED :
						     TSREWRITE_A_STATS_FLOW_CREATED);
	return finish_egress(ctx);
}

static unsigned int pass_leaving(struct packet_context *ctx, enum tsrw_packet_kind kind)
{
	u32 offset;

	if (kind != TSRW_PACKET_TCP)
		return pass_other(ctx, kind);
	if (is_negligible(ctx))
		return pass_without_flow(ctx);
	prepare_lookup(ctx);
	if (is_too_late_to_strip(ctx))
		ctx->info.mode = TSREWRITE_MODE_REWRITE;
	if (track_in_flow(ctx))
		return finish_egress(ctx);
	if (begins_flow(&ctx->pkt.seg) || begins_bare(ctx))
		return begin_flow(ctx);
	if (has_offset_in_label(ctx, &offset))
		return resume_flow(ctx, offset);
	if (must_strip_rst(ctx))
		return strip_without_flow(ctx, TSREWRITE_A_STATS_EGRESS_STRIPPED);
	return pass_without_flow(ctx);
}

/**
 * tsrw_hook_egress - handle a packet that leaves through an attached device
 * @priv: struct tsrw_hook of the device
 * @skb: the packet; skb->data is its link layer header
 * @state: unused
 *
 * Return: the verdict. Context: RCU read side, bottom halves disabled.
 */
unsigned int tsrw_hook_egress(void *priv, struct sk_buff *skb,
			      const struct nf_hook_state *state)
{
	const struct tsrw_hook *hook = priv;
	struct packet_context ctx;

	init_context(&ctx, hook, skb, TSRW_EGRESS);
	return pass_leaving(&ctx, tsrw_packet_read(skb, TSRW_EGRESS, hook->zone,
						   &ctx.pkt));
}

/* So many ticks later than all that has left here, TSvals may have left elsewhere: a clock of
 * 1 kHz advances by so many in 18 hours, and one of 1 MHz in a minute
 */
#define ELSEWHERE_MAX	0x4000000u

/* Whether the inside host may have sent what is echoed by another firewall, from which the
 * connection has come back here
 */
static bool may_have_left_elsewhere(const struct packet_context *ctx)
{
	const struct tsrw_result *result = &ctx->result;

	return result->future && result->action == TSRW_TRANSLATE &&
	       tsrw_labels_are_used(ctx->hook->tn) &&
	       tsrw_result_restore(result, ctx->pkt.seg.tsecr) - result->span.last <=
	       ELSEWHERE_MAX;
}

static void count_echo(const struct packet_context *ctx)
{
	if (may_have_left_elsewhere(ctx))
		return;
	tsrw_count_echo(ctx->hook->tn, ctx->info.group, &ctx->result);
}

static unsigned int finish_ingress(const struct packet_context *ctx)
{
	const struct tsrw_hook *hook = ctx->hook;

	note_result(ctx);
	switch (ctx->result.action) {
	case TSRW_PASS_NO_ACK:
		return accept_packet(hook, TSREWRITE_A_STATS_INGRESS_NO_ACK);
	case TSRW_PASS_ECHO_ZERO:
		tsrw_count_echo_zero(hook->tn, ctx->info.group, &ctx->result);
		return accept_packet(hook, TSREWRITE_A_STATS_INGRESS_ECHO_ZERO);
	case TSRW_PASS_MODE_OFF:
		return accept_packet(hook, TSREWRITE_A_STATS_INGRESS_NO_FLOW);
	case TSRW_PASS_OTHER:
		return accept_packet(hook, TSREWRITE_A_STATS_INGRESS_OTHER_CONNECTION);
	case TSRW_PASS_FOREIGN:
		return accept_packet(hook, TSREWRITE_A_STATS_INGRESS_FOREIGN);
	case TSRW_PASS_OBSERVED:
		count_echo(ctx);
		return observe_and_accept(ctx,
					  TSREWRITE_A_STATS_INGRESS_OBSERVED);
	case TSRW_STRIP:
		return write_and_accept(ctx,
					TSREWRITE_A_STATS_INGRESS_STRIPPED);
	case TSRW_PASS_UNRESTORED:
		count_echo(ctx);
		return accept_packet(hook, TSREWRITE_A_STATS_INGRESS_UNRESTORED);
	case TSRW_TRANSLATE:
		count_echo(ctx);
		return write_and_accept(ctx,
					TSREWRITE_A_STATS_INGRESS_RESTORED);
	case TSRW_ZERO:
		count_echo(ctx);
		return write_and_accept(ctx,
					TSREWRITE_A_STATS_INGRESS_ZEROED);
	default:
		return accept_without_tsopt(ctx);
	}
}

/* Whether a SYN that arrives may begin a connection that is to be rewritten. It bears no
 * mark yet, so that it may be of any group.
 */
static bool may_be_rewritten(const struct packet_context *ctx)
{
	return !passes_new_untouched(ctx->hook) &&
	       tsrw_groups_any_writes(&ctx->hook->tn->groups, ctx->draw);
}

/* A SYN will find no room for its flow, or a SYN-ACK may have lost its own: it would echo a
 * TSval that the inside host has not sent, and who takes it goes on to show its clock
 */
static bool lacks_room(const struct packet_context *ctx)
{
	const struct tsrw_table *table = &ctx->hook->tn->table;

	return (ctx->pkt.seg.has_ack ? tsrw_expiry_has_evicted(table) :
		tsrw_limit_is_short(&table->limits, &table->usage)) &&
	       READ_ONCE(table->limits.when_full) == TSREWRITE_WHEN_FULL_STRIP &&
	       may_be_rewritten(ctx);
}

/* A SYN that arrives has no flow: that would begin with the SYN-ACK, which has no TSopt
 * either if it is taken out of the SYN
 */
static unsigned int pass_arriving_syn(struct packet_context *ctx)
{
	if (ctx->info.mode == TSREWRITE_MODE_STRIP && !ctx->pkt.seg.has_ack)
		return strip_without_flow(ctx, TSREWRITE_A_STATS_INGRESS_STRIPPED);
	if (lacks_room(ctx))
		return strip_without_flow(ctx, TSREWRITE_A_STATS_INGRESS_STRIPPED_NO_ROOM);
	return pass_without_flow(ctx);
}

/* Whether a segment that arrives, which may be a SYN-ACK, echoes what left rewritten on a
 * connection that has no flow here
 */
static bool echoes_by_label(const struct packet_context *ctx, u32 *offset)
{
	const struct tsrw_segment *seg = &ctx->pkt.seg;

	return seg->has_tsopt && seg->has_ack && seg->tsecr &&
	       tsrw_labels_recall_arriving(ctx->hook->tn, &ctx->pkt.key, offset);
}

/* It begins no flow, as it may be forged. The echo cannot be checked. */
static unsigned int restore_by_label(struct packet_context *ctx, u32 offset)
{
	ctx->result = (struct tsrw_result){
		.action = TSRW_TRANSLATE, .mode = TSREWRITE_MODE_REWRITE,
		.span = { .offset = offset, .last = ctx->pkt.seg.tsecr - offset },
	};
	return write_and_accept(ctx, TSREWRITE_A_STATS_INGRESS_RESTORED);
}

static unsigned int pass_arriving(struct packet_context *ctx, enum tsrw_packet_kind kind)
{
	u32 offset;

	if (kind != TSRW_PACKET_TCP)
		return pass_other(ctx, kind);
	if (is_negligible(ctx))
		return pass_without_flow(ctx);
	prepare_lookup(ctx);
	if (track_in_flow(ctx))
		return finish_ingress(ctx);
	if (echoes_by_label(ctx, &offset))
		return restore_by_label(ctx, offset);
	if (begins_flow(&ctx->pkt.seg))
		return pass_arriving_syn(ctx);
	return pass_without_flow(ctx);
}

/**
 * tsrw_hook_ingress - handle a packet that arrives on an attached device
 * @priv: struct tsrw_hook of the device
 * @skb: the packet; skb->data is its network header
 * @state: unused
 *
 * Return: the verdict. Context: RCU read side, bottom halves disabled.
 */
unsigned int tsrw_hook_ingress(void *priv, struct sk_buff *skb,
			       const struct nf_hook_state *state)
{
	const struct tsrw_hook *hook = priv;
	struct packet_context ctx;

	init_context(&ctx, hook, skb, TSRW_INGRESS);
	return pass_arriving(&ctx, tsrw_packet_read(skb, TSRW_INGRESS, hook->zone,
						    &ctx.pkt));
}

/**
 * tsrw_hook_plain - handle a packet whose IP header has been read
 * @hook: what the hook knows of its device
 * @skb: the packet
 * @dir: which way it goes
 * @link: tsrw_link() of the packet
 * @th: its TCP header, as for tsrw_packet_read_plain()
 * @len: how many bytes follow the IP header, as that says
 *
 * Return: the verdict. Context: RCU read side, bottom halves disabled.
 */
unsigned int tsrw_hook_plain(const struct tsrw_hook *hook, struct sk_buff *skb,
			     enum tsrw_direction dir, u32 link,
			     const struct tcphdr *th, unsigned int len)
{
	enum tsrw_packet_kind kind;
	struct packet_context ctx;

	init_context(&ctx, hook, skb, dir);
	kind = tsrw_packet_read_plain(skb, dir, link, th, len, &ctx.pkt);
	return dir == TSRW_EGRESS ? pass_leaving(&ctx, kind) : pass_arriving(&ctx, kind);
}

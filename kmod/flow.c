// SPDX-License-Identifier: GPL-2.0-only
/*
 * One flow: how segments read and move it.
 */
#include "anchor.h"
#include "flow.h"

/**
 * tsrw_flow_answer_quiet - answer a segment that changes nothing but maxima
 * @flow: the flow
 * @dir: which way the segment goes
 * @seg: the segment
 * @idle: seconds since the flow's segment before
 * @step: filled in if true is returned
 *
 * Return: false if the segment may change the flow's life: tsrw_flow_change().
 * Context: RCU read side, bottom halves disabled; takes no lock.
 */
bool tsrw_flow_answer_quiet(struct tsrw_flow *flow, enum tsrw_direction dir,
			    const struct tsrw_segment *seg, u32 idle,
			    struct tsrw_step *step)
{
	enum tsrewrite_mode mode;
	struct tsrw_span span;
	bool acks_more, inbound;
	unsigned int seq;

	do {
		seq = read_seqcount_begin(&flow->seq);
		if (!tsrw_life_is_quiet(&flow->life.hs, seg))
			return false;
		span = flow->life.map.committed;
		mode = flow->life.hs.mode;
		inbound = tsrw_has(&flow->life.hs, TSRW_INBOUND);
	} while (read_seqcount_retry(&flow->seq, seq));

	*step = (struct tsrw_step){ .mode = mode, .inbound = inbound };
	if (dir == TSRW_INGRESS) {
		tsrw_step_ingress(step, &span, mode, seg);
	} else if (seg->has_tsopt) {
		if (!tsrw_flow_note_sent(flow, seq, seg->tsval, idle))
			return false;
		tsrw_step_egress(step, &span, mode);
	}
	acks_more = seg->has_ack && tsrw_flow_note_ack(flow, dir, seg->ack);
	if (tsrw_flow_note_sides(flow, dir, seg, acks_more, idle))
		step->events |= TSRW_EVENT_ONE_SIDED;
	return true;
}

/**
 * tsrw_flow_begin - a flow's first segment leaves
 * @flow: the flow, zeroed but for what finds it; not linked yet
 * @seg: its SYN or SYN-ACK, with TSopt
 * @mode: of the connection; not off
 * @step: filled in
 */
void tsrw_flow_begin(struct tsrw_flow *flow, const struct tsrw_segment *seg,
		     enum tsrewrite_mode mode, struct tsrw_step *step)
{
	struct tsrw_handshake *hs = &flow->life.hs;

	tsrw_life_begin(&flow->life, seg, mode, tsrw_anchor(&flow->key), step);
	hs->sides = tsrw_sides_note(0, TSRW_EGRESS, hs->ack[TSRW_EGRESS]);
}

/**
 * tsrw_flow_change - answer a segment that may change the flow's life
 * @flow: the flow
 * @dir: which way the segment goes
 * @seg: the segment
 * @mode: of a connection that begins now; used with SYN only
 * @idle: seconds since the flow's segment before
 * @step: filled in
 *
 * Context: the bucket's lock is held, bottom halves disabled.
 */
void tsrw_flow_change(struct tsrw_flow *flow, enum tsrw_direction dir,
		      const struct tsrw_segment *seg, enum tsrewrite_mode mode,
		      u32 idle, struct tsrw_step *step)
{
	u32 anchor = dir == TSRW_EGRESS && seg->syn ?
			tsrw_anchor(&flow->key) : 0;
	u32 acked = flow->life.hs.ack[dir];

	write_seqcount_begin(&flow->seq);
	if (dir == TSRW_EGRESS)
		tsrw_life_egress(&flow->life, seg, mode, anchor, idle, step);
	else
		tsrw_life_ingress(&flow->life, seg, mode, step);
	if (tsrw_flow_note_sides(flow, dir, seg,
				 flow->life.hs.ack[dir] != acked, idle))
		step->events |= TSRW_EVENT_ONE_SIDED;
	write_seqcount_end(&flow->seq);
}

/**
 * tsrw_flow_note_unreachable - an ICMP error answers a SYN
 * @flow: the flow
 * @seq: the SYN's sequence number, as the error quotes it
 *
 * Return: true if it is the flow's, and nothing else has answered it before.
 * Context: the bucket's lock is held, bottom halves disabled.
 */
bool tsrw_flow_note_unreachable(struct tsrw_flow *flow, u32 seq)
{
	struct tsrw_handshake *hs = &flow->life.hs;

	if (!tsrw_has(hs, TSRW_HAS_CANDIDATE) || hs->isn_candidate != seq ||
	    hs->unreachable)
		return false;
	write_seqcount_begin(&flow->seq);
	hs->unreachable = true;
	write_seqcount_end(&flow->seq);
	return true;
}

/**
 * tsrw_flow_snapshot - a consistent copy of a flow's life
 * @flow: the flow
 * @life: filled in
 *
 * Context: RCU read side.
 */
void tsrw_flow_snapshot(const struct tsrw_flow *flow, struct tsrw_life *life)
{
	unsigned int seq;

	do {
		seq = read_seqcount_begin(&flow->seq);
		*life = flow->life;
	} while (read_seqcount_retry(&flow->seq, seq));
}

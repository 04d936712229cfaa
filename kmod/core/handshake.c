// SPDX-License-Identifier: GPL-2.0-only
/*
 * A flow's life over the facts of its segments.
 *
 *   SYN or SYN-ACK out: a candidate; it replaces an earlier candidate, never
 *   the committed connection.
 *   It commits when the SYN-ACK acknowledges it, or, if it is a SYN-ACK
 *   itself, when the third segment does.
 *   FINs acknowledged both ways, or an RST at the very number that the other
 *   side expects, close what is committed.
 *   A candidate whose mode is off ends the flow where it would commit: its
 *   connection passes as if there had never been one.
 *
 * Sequence numbers guard every change, so that what is forged without seeing
 * the connection changes nothing (RFC 5961 in spirit).
 */
#include "handshake.h"

/* What a SYN may carry (RFC 7413), so that more than itself is acknowledged */
#define SYN_PAYLOAD_MAX	0xffffu

static bool has(const struct tsrw_handshake *hs, unsigned int flags)
{
	return hs->flags & flags;
}

static void commit(struct tsrw_life *life, struct tsrw_step *step)
{
	struct tsrw_handshake *hs = &life->hs;

	life->map.committed = life->map.candidate;
	hs->isn_committed = hs->isn_candidate;
	hs->flags = TSRW_HAS_COMMITTED |
		    (has(hs, TSRW_CANDIDATE_INBOUND) ? TSRW_INBOUND : 0);
	hs->state = TSRW_ESTABLISHED;
	hs->mode = hs->mode_candidate;
	hs->sides = 0;
	step->events |= hs->mode == TSREWRITE_MODE_OFF ?
			TSRW_EVENT_END : TSRW_EVENT_ESTABLISHED;
}

/* Committed only to be over */
static void commit_unestablished(struct tsrw_life *life, struct tsrw_step *step)
{
	struct tsrw_step committed = {};

	commit(life, &committed);
	step->events |= committed.events & TSRW_EVENT_END;
}

/* What an RST or the last FIN ends: a candidate begun from outside has taken
 * the 4-tuple over; one begun from inside has only asked for it.
 */
static void close_connection(struct tsrw_life *life, struct tsrw_step *step)
{
	struct tsrw_handshake *hs = &life->hs;

	if (has(hs, TSRW_HAS_CANDIDATE) &&
	    (has(hs, TSRW_CANDIDATE_INBOUND) || !has(hs, TSRW_HAS_COMMITTED)))
		commit_unestablished(life, step);
	if (hs->state != TSRW_CLOSED)
		step->events |= TSRW_EVENT_CLOSED;
	hs->state = TSRW_CLOSED;
}

/* RFC 5961 section 3: only the number that is expected next resets.  An @ack of
 * 0 is one that was not seen yet.
 */
static bool rst_is_valid(const struct tsrw_handshake *hs,
			 const struct tsrw_segment *seg,
			 enum tsrw_direction dir)
{
	u32 expected = hs->ack[tsrw_other(dir)];

	return seg->rst && expected && seg->seq == expected;
}

static void note_fin(struct tsrw_handshake *hs, const struct tsrw_segment *seg,
		     enum tsrw_direction dir)
{
	if (has(hs, TSRW_FIN << dir) && hs->fin_end[dir] == seg->end)
		return;
	hs->fin_end[dir] = seg->end;
	hs->flags |= TSRW_FIN << dir;
	hs->flags &= ~(TSRW_FIN_ACKED << dir);
}

static void note_ack(struct tsrw_handshake *hs, const struct tsrw_segment *seg,
		     enum tsrw_direction dir)
{
	hs->ack[dir] = seg->ack;
	if (has(hs, TSRW_FIN << tsrw_other(dir)) &&
	    seg->ack == hs->fin_end[tsrw_other(dir)])
		hs->flags |= TSRW_FIN_ACKED << tsrw_other(dir);
}

static bool fins_are_acked(const struct tsrw_handshake *hs)
{
	const u8 both = TSRW_FIN_ACKED << TSRW_EGRESS |
			TSRW_FIN_ACKED << TSRW_INGRESS;

	return (hs->flags & both) == both;
}

/* FIN, RST and ACK of a segment that is no SYN */
static void note_progress(struct tsrw_life *life,
			  const struct tsrw_segment *seg,
			  enum tsrw_direction dir, struct tsrw_step *step)
{
	struct tsrw_handshake *hs = &life->hs;

	if (seg->rst) {
		if (rst_is_valid(hs, seg, dir))
			close_connection(life, step);
		return;
	}
	if (seg->has_ack)
		note_ack(hs, seg, dir);
	if (seg->fin)
		note_fin(hs, seg, dir);
	if (hs->state == TSRW_CLOSED || !fins_are_acked(hs))
		return;
	/* FINs are the committed connection's, not the candidate's */
	if (has(hs, TSRW_HAS_COMMITTED)) {
		hs->state = TSRW_CLOSED;
		step->events |= TSRW_EVENT_CLOSED;
	} else {
		close_connection(life, step);
	}
}

static void begin_candidate(struct tsrw_life *life,
			    const struct tsrw_segment *seg,
			    enum tsrewrite_mode mode, u32 anchor,
			    struct tsrw_step *step)
{
	struct tsrw_handshake *hs = &life->hs;
	u32 start = tsrw_outside_start(anchor, tsrw_life_newest(life));

	if (hs->flags & (TSRW_HAS_COMMITTED | TSRW_HAS_CANDIDATE))
		step->events |= TSRW_EVENT_REUSED;
	tsrw_span_begin(&life->map.candidate, seg->tsval, start);
	hs->isn_candidate = seg->seq;
	hs->mode_candidate = mode;
	hs->flags &= ~TSRW_CANDIDATE_INBOUND;
	hs->flags |= TSRW_HAS_CANDIDATE |
		     (seg->has_ack ? TSRW_CANDIDATE_INBOUND : 0);
}

/* A SYN sent again after the connection was refused asks anew */
static void ask_again(struct tsrw_life *life)
{
	life->map.candidate = life->map.committed;
	life->hs.isn_candidate = life->hs.isn_committed;
	life->hs.mode_candidate = life->hs.mode;
	life->hs.flags = TSRW_HAS_CANDIDATE;
	life->hs.state = TSRW_EMBRYONIC;
}

/* SYN cookies hold the minute: an answer to the same SYN, sent again, may have
 * another number, and the peer may take either (RFC 4987 section 3.6)
 */
static bool answers_same_syn(const struct tsrw_handshake *hs,
			     const struct tsrw_segment *seg)
{
	return !has(hs, TSRW_HAS_COMMITTED) && has(hs, TSRW_CANDIDATE_INBOUND) &&
	       seg->has_ack && seg->ack == hs->ack[TSRW_EGRESS];
}

static struct tsrw_span *egress_syn(struct tsrw_life *life,
				    const struct tsrw_segment *seg,
				    enum tsrewrite_mode mode, u32 anchor,
				    struct tsrw_step *step)
{
	struct tsrw_handshake *hs = &life->hs;

	if (has(hs, TSRW_HAS_CANDIDATE) && seg->seq == hs->isn_candidate) {
		step->events |= TSRW_EVENT_RETRANSMIT;
		return &life->map.candidate;
	}
	if (has(hs, TSRW_HAS_COMMITTED) && seg->seq == hs->isn_committed) {
		step->events |= TSRW_EVENT_RETRANSMIT;
		if (hs->state != TSRW_CLOSED || seg->has_ack ||
		    has(hs, TSRW_HAS_CANDIDATE))
			return &life->map.committed;
		ask_again(life);
		return &life->map.candidate;
	}
	if (!seg->has_tsopt)
		return NULL;
	if (answers_same_syn(hs, seg)) {
		hs->isn_committed = hs->isn_candidate;
		hs->isn_candidate = seg->seq;
		step->events |= TSRW_EVENT_RETRANSMIT;
		return &life->map.candidate;
	}
	begin_candidate(life, seg, mode, anchor, step);
	return &life->map.candidate;
}

/* The inside host acknowledges a SYN-ACK that did not pass here */
static bool confirms_unseen(const struct tsrw_handshake *hs,
			    const struct tsrw_segment *seg)
{
	return has(hs, TSRW_HAS_CANDIDATE) &&
	       !has(hs, TSRW_CANDIDATE_INBOUND) && seg->has_ack && !seg->rst &&
	       tsrw_follows(seg->seq, hs->isn_candidate, SYN_PAYLOAD_MAX) &&
	       !tsrw_life_continues(hs, seg);
}

/* But a plain ACK of the SYN may have come, in a simultaneous open */
static void commit_unseen(struct tsrw_life *life, struct tsrw_step *step)
{
	struct tsrw_handshake *hs = &life->hs;

	commit(life, step);
	if (tsrw_follows(hs->ack[TSRW_INGRESS], hs->isn_committed,
			 SYN_PAYLOAD_MAX))
		return;
	hs->ack[TSRW_INGRESS] = 0; /* what was seen was the old one's */
	hs->sides = TSRW_ONE_SIDED;
	step->events |= TSRW_EVENT_ONE_SIDED;
}

static struct tsrw_span *egress_other(struct tsrw_life *life,
				      const struct tsrw_segment *seg,
				      struct tsrw_step *step)
{
	struct tsrw_handshake *hs = &life->hs;

	if (confirms_unseen(hs, seg))
		commit_unseen(life, step);
	note_progress(life, seg, TSRW_EGRESS, step);
	return tsrw_life_leaves_as_candidate(hs, seg) ? &life->map.candidate :
							&life->map.committed;
}

/**
 * tsrw_life_egress - a segment leaves
 * @life: the flow's; zeroed, with a SYN or SYN-ACK that has a TSopt, to begin
 * @seg: the segment
 * @mode: of a connection that begins now; used with SYN only; not off to begin
 * @anchor: where the 4-tuple's clock stands, in ms; used with SYN only
 * @idle: seconds since the flow's segment before
 * @step: filled in
 *
 * Context: any; the caller keeps other writers of @life away.
 */
void tsrw_life_egress(struct tsrw_life *life, const struct tsrw_segment *seg,
		      enum tsrewrite_mode mode, u32 anchor, u32 idle,
		      struct tsrw_step *step)
{
	struct tsrw_span *span;

	*step = (struct tsrw_step){};
	if (seg->syn) {
		span = egress_syn(life, seg, mode, anchor, step);
		if (span && seg->has_ack)
			note_ack(&life->hs, seg, TSRW_EGRESS);
	} else {
		span = egress_other(life, seg, step);
	}

	if (!span || !seg->has_tsopt)
		return;
	span->last = tsrw_span_later(span->last, seg->tsval, idle);
	span->first = tsrw_span_floor(span->first, span->last);
	tsrw_step_egress(step, span, tsrw_life_mode(life, span));
}

static bool echoes_candidate(const struct tsrw_life *life,
			     const struct tsrw_segment *seg)
{
	const struct tsrw_span *span = &life->map.candidate;
	u32 echo = seg->tsecr;

	if (!seg->has_tsopt || !echo)
		return false;
	if (tsrw_mode_writes(life->hs.mode_candidate))
		echo = tsrw_span_restore(span, echo);
	return tsrw_span_sent(span, echo);
}

/* The candidate's SYN alone by its number; with data, which may have been more
 * segments by the time that one comes through, by its echo as well
 */
static bool acks_candidate(const struct tsrw_life *life,
			   const struct tsrw_segment *seg, u32 data)
{
	const struct tsrw_handshake *hs = &life->hs;

	if (!has(hs, TSRW_HAS_CANDIDATE) || !seg->has_ack)
		return false;
	return seg->ack == hs->isn_candidate + 1 ||
	       (tsrw_follows(seg->ack, hs->isn_candidate, data) &&
		echoes_candidate(life, seg));
}

/* By its echo as well, since most flows have had no answer before */
static bool acks_answer_before(const struct tsrw_life *life,
			       const struct tsrw_segment *seg)
{
	return !has(&life->hs, TSRW_HAS_COMMITTED) && seg->has_ack &&
	       seg->ack == life->hs.isn_committed + 1 &&
	       echoes_candidate(life, seg);
}

static void third_segment(struct tsrw_life *life, const struct tsrw_segment *seg,
			  struct tsrw_step *step)
{
	struct tsrw_handshake *hs = &life->hs;

	if (acks_answer_before(life, seg))
		hs->isn_candidate = hs->isn_committed;
	if (acks_candidate(life, seg, TSRW_FIRST_WINDOW))
		commit(life, step);
}

static bool refuses_syn(const struct tsrw_life *life,
			const struct tsrw_segment *seg)
{
	return seg->rst && acks_candidate(life, seg, 0) &&
	       !has(&life->hs, TSRW_CANDIDATE_INBOUND);
}

static void ingress_syn_ack(struct tsrw_life *life,
			    const struct tsrw_segment *seg,
			    struct tsrw_step *step)
{
	struct tsrw_handshake *hs = &life->hs;

	if (!acks_candidate(life, seg, SYN_PAYLOAD_MAX) ||
	    has(hs, TSRW_CANDIDATE_INBOUND))
		return;
	commit(life, step);
	hs->ack[TSRW_INGRESS] = seg->ack;
	hs->ack[TSRW_EGRESS] = seg->seq + 1; /* as the third segment will say */
	if (!seg->has_tsopt)
		step->events |= TSRW_EVENT_NO_TSOPT | TSRW_EVENT_END;
}

static void ingress_other(struct tsrw_life *life,
			  const struct tsrw_segment *seg,
			  struct tsrw_step *step)
{
	if (refuses_syn(life, seg)) {
		commit_unestablished(life, step);
		life->hs.state = TSRW_CLOSED;
		step->events |= TSRW_EVENT_REFUSED;
		return;
	}
	if (!seg->rst && has(&life->hs, TSRW_CANDIDATE_INBOUND))
		third_segment(life, seg, step);
	note_progress(life, seg, TSRW_INGRESS, step);
}

/* The peer saw the SYN before its retransmission was rewritten */
static bool is_foreign(const struct tsrw_segment *seg,
		       const struct tsrw_step *step)
{
	return step->events & TSRW_EVENT_ESTABLISHED &&
	       step->action == TSRW_TRANSLATE && !step->verified &&
	       tsrw_span_echoes_raw(&step->span, seg->tsecr);
}

/* A SYN that arrives asks for a new connection, or, crossing one that left, for
 * the same
 */
static enum tsrewrite_mode mode_of_syn(const struct tsrw_handshake *hs,
				       enum tsrewrite_mode mode)
{
	return has(hs, TSRW_HAS_CANDIDATE) && !has(hs, TSRW_CANDIDATE_INBOUND) ?
		hs->mode_candidate : mode;
}

/**
 * tsrw_life_ingress - a segment arrives
 * @life: the flow's
 * @seg: the segment
 * @mode: of a connection that begins now; used with SYN only
 * @step: filled in
 *
 * Context: any; the caller keeps other writers of @life away.
 */
void tsrw_life_ingress(struct tsrw_life *life, const struct tsrw_segment *seg,
		       enum tsrewrite_mode mode, struct tsrw_step *step)
{
	const struct tsrw_span *span;

	*step = (struct tsrw_step){};
	if (seg->syn && seg->has_ack)
		ingress_syn_ack(life, seg, step);
	else if (!seg->syn)
		ingress_other(life, seg, step);

	/* What a candidate's peer sends commits it first */
	span = tsrw_life_shown(life);
	if (!seg->syn || seg->has_ack)
		mode = tsrw_life_mode(life, span);
	else
		mode = mode_of_syn(&life->hs, mode);
	tsrw_step_ingress(step, span, mode, seg);

	if (is_foreign(seg, step)) {
		step->action = TSRW_PASS_FOREIGN;
		step->events |= TSRW_EVENT_END;
	} else if (seg->syn && step->action == TSRW_TRANSLATE &&
		   !step->verified) {
		step->action = TSRW_ZERO;
	}
}

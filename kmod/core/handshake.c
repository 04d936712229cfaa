// SPDX-License-Identifier: GPL-2.0-only
/*
 * How connections begin on a flow, and to which of them a segment belongs.
 *
 *   SYN or SYN-ACK out: a candidate; it replaces an earlier candidate, never
 *   the committed connection.
 *   It commits when the SYN-ACK acknowledges it, or, if it is a SYN-ACK
 *   itself, when the third segment does.
 *   What becomes of it then is connection.c.
 *
 * Sequence numbers guard every change, so that what is forged without seeing
 * the connection changes nothing (RFC 5961 in spirit).
 */
#include "connection.h"
#include "handshake.h"

/* What a SYN may carry (RFC 7413), so that more than itself is acknowledged */
#define SYN_PAYLOAD_MAX	0xffffu

static void begin_candidate(struct tsrw_life *life,
			    const struct tsrw_segment *seg,
			    enum tsrewrite_mode mode, u32 start)
{
	struct tsrw_handshake *hs = &life->hs;

	tsrw_span_begin(&life->map.candidate, seg->tsval, start);
	hs->isn_candidate = seg->seq;
	hs->mode_candidate = mode;
	hs->unreachable = false;
	hs->flags &= ~TSRW_CANDIDATE_INBOUND;
	hs->flags |= TSRW_HAS_CANDIDATE |
		     (seg->has_ack ? TSRW_CANDIDATE_INBOUND : 0);
}

/* Whose connection a segment is of */
static void note_connection(struct tsrw_step *step,
			    const struct tsrw_life *life,
			    const struct tsrw_span *span)
{
	bool candidate = span == &life->map.candidate;

	step->mode = tsrw_life_mode(life, span);
	step->inbound = tsrw_has(&life->hs, candidate ? TSRW_CANDIDATE_INBOUND :
							TSRW_INBOUND);
}

/**
 * tsrw_life_begin - a flow's first segment leaves
 * @life: the flow's, zeroed
 * @seg: a SYN or SYN-ACK with TSopt
 * @mode: of the connection; not off
 * @anchor: where the 4-tuple's clock stands, in ms
 * @step: filled in
 *
 * Context: any; nobody else can see @life yet.
 */
void tsrw_life_begin(struct tsrw_life *life, const struct tsrw_segment *seg,
		     enum tsrewrite_mode mode, u32 anchor,
		     struct tsrw_step *step)
{
	*step = (struct tsrw_step){
		.fate = TSRW_FATE_BEGUN, .mode = mode, .inbound = seg->has_ack,
	};
	begin_candidate(life, seg, mode, tsrw_outside_start(anchor, NULL));
	if (seg->has_ack)
		life->hs.ack[TSRW_EGRESS] = seg->ack;
	tsrw_step_egress(step, &life->map.candidate, mode);
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
	return !tsrw_has(hs, TSRW_HAS_COMMITTED) &&
	       tsrw_has(hs, TSRW_CANDIDATE_INBOUND) &&
	       seg->has_ack && seg->ack == hs->ack[TSRW_EGRESS];
}

static void note_retransmission(struct tsrw_step *step)
{
	step->events |= TSRW_EVENT_RETRANSMIT;
	step->fate |= TSRW_FATE_AGAIN;
}

static struct tsrw_span *egress_syn(struct tsrw_life *life,
				    const struct tsrw_segment *seg,
				    enum tsrewrite_mode mode, u32 anchor,
				    struct tsrw_step *step)
{
	struct tsrw_handshake *hs = &life->hs;

	if (tsrw_has(hs, TSRW_HAS_CANDIDATE) && seg->seq == hs->isn_candidate) {
		note_retransmission(step);
		return &life->map.candidate;
	}
	if (tsrw_has(hs, TSRW_HAS_COMMITTED) && seg->seq == hs->isn_committed) {
		note_retransmission(step);
		if (hs->state != TSRW_CLOSED || seg->has_ack ||
		    tsrw_has(hs, TSRW_HAS_CANDIDATE))
			return &life->map.committed;
		ask_again(life);
		return &life->map.candidate;
	}
	if (!seg->has_tsopt)
		return NULL;
	if (answers_same_syn(hs, seg)) {
		hs->isn_committed = hs->isn_candidate;
		hs->isn_candidate = seg->seq;
		note_retransmission(step);
		return &life->map.candidate;
	}
	if (tsrw_has(hs, TSRW_HAS_COMMITTED | TSRW_HAS_CANDIDATE))
		step->events |= TSRW_EVENT_REUSED;
	step->fate |= TSRW_FATE_BEGUN;
	begin_candidate(life, seg, mode,
			tsrw_outside_start(anchor, tsrw_life_newest(life)));
	return &life->map.candidate;
}

/* The inside host acknowledges a SYN-ACK that did not pass here */
static bool confirms_unseen(const struct tsrw_handshake *hs,
			    const struct tsrw_segment *seg)
{
	return tsrw_has(hs, TSRW_HAS_CANDIDATE) &&
	       !tsrw_has(hs, TSRW_CANDIDATE_INBOUND) && seg->has_ack && !seg->rst &&
	       tsrw_follows(seg->seq, hs->isn_candidate, SYN_PAYLOAD_MAX) &&
	       !tsrw_life_continues(hs, seg);
}

/* But a plain ACK of the SYN may have come, in a simultaneous open */
static void commit_unseen(struct tsrw_life *life, struct tsrw_step *step)
{
	struct tsrw_handshake *hs = &life->hs;

	tsrw_connection_commit(life, step);
	hs->unconfirmed = true;
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
	tsrw_connection_progress(life, seg, TSRW_EGRESS, step);
	return tsrw_life_leaves_as_candidate(hs, seg) ? &life->map.candidate :
							&life->map.committed;
}

/**
 * tsrw_life_egress - a segment leaves
 * @life: the flow's
 * @seg: the segment
 * @mode: of a connection that begins now; used with SYN only
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
			tsrw_connection_note_ack(&life->hs, seg, TSRW_EGRESS);
	} else {
		span = egress_other(life, seg, step);
	}

	if (!span)
		return;
	note_connection(step, life, span);
	if (!seg->has_tsopt)
		return;
	span->last = tsrw_span_later(span->last, seg->tsval, idle);
	span->first = tsrw_span_floor(span->first, span->last);
	tsrw_step_egress(step, span, step->mode);
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

	if (!tsrw_has(hs, TSRW_HAS_CANDIDATE) || !seg->has_ack)
		return false;
	return seg->ack == hs->isn_candidate + 1 ||
	       (tsrw_follows(seg->ack, hs->isn_candidate, data) &&
		echoes_candidate(life, seg));
}

/* By its echo as well, since most flows have had no answer before */
static bool acks_answer_before(const struct tsrw_life *life,
			       const struct tsrw_segment *seg)
{
	return !tsrw_has(&life->hs, TSRW_HAS_COMMITTED) && seg->has_ack &&
	       seg->ack == life->hs.isn_committed + 1 &&
	       echoes_candidate(life, seg);
}

static void third_segment(struct tsrw_life *life, const struct tsrw_segment *seg,
			  struct tsrw_step *step)
{
	struct tsrw_handshake *hs = &life->hs;

	if (acks_answer_before(life, seg))
		hs->isn_candidate = hs->isn_committed;
	if (!acks_candidate(life, seg, TSRW_FIRST_WINDOW))
		return;
	tsrw_connection_commit(life, step);
	step->fate |= TSRW_FATE_ANSWERED | TSRW_FATE_CONFIRMED;
}

static bool refuses_syn(const struct tsrw_life *life,
			const struct tsrw_segment *seg)
{
	return seg->rst && acks_candidate(life, seg, 0) &&
	       !tsrw_has(&life->hs, TSRW_CANDIDATE_INBOUND);
}

static void ingress_syn_ack(struct tsrw_life *life,
			    const struct tsrw_segment *seg,
			    struct tsrw_step *step)
{
	struct tsrw_handshake *hs = &life->hs;

	if (!acks_candidate(life, seg, SYN_PAYLOAD_MAX) ||
	    tsrw_has(hs, TSRW_CANDIDATE_INBOUND))
		return;
	tsrw_connection_commit(life, step);
	step->fate |= TSRW_FATE_ANSWERED;
	hs->unconfirmed = true;
	hs->ack[TSRW_INGRESS] = seg->ack;
	hs->ack[TSRW_EGRESS] = seg->seq + 1; /* as the third segment will say */
	if (seg->has_tsopt)
		return;
	step->events |= TSRW_EVENT_NO_TSOPT | TSRW_EVENT_END;
	step->fate |= TSRW_FATE_CONFIRMED; /* which nobody will be there to see */
}

static void ingress_other(struct tsrw_life *life,
			  const struct tsrw_segment *seg,
			  struct tsrw_step *step)
{
	if (refuses_syn(life, seg)) {
		tsrw_connection_refuse(life, step);
		return;
	}
	if (!seg->rst && tsrw_has(&life->hs, TSRW_CANDIDATE_INBOUND))
		third_segment(life, seg, step);
	tsrw_connection_progress(life, seg, TSRW_INGRESS, step);
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
	return tsrw_has(hs, TSRW_HAS_CANDIDATE) &&
	       !tsrw_has(hs, TSRW_CANDIDATE_INBOUND) ?
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
	note_connection(step, life, span);
	if (seg->syn && !seg->has_ack)
		step->mode = mode_of_syn(&life->hs, mode);
	tsrw_step_ingress(step, span, step->mode, seg);

	if (is_foreign(seg, step)) {
		step->action = TSRW_PASS_FOREIGN;
		step->events |= TSRW_EVENT_END;
	} else if (seg->syn && step->action == TSRW_TRANSLATE &&
		   !step->verified) {
		step->action = TSRW_ZERO;
	}
}

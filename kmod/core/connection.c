// SPDX-License-Identifier: GPL-2.0-only
/*
 * From commit to close.
 *
 *   FINs acknowledged both ways, or an RST at the very number that the other
 *   side expects, close what is committed.
 *   A candidate whose mode is off ends the flow where it would commit: its
 *   connection passes as if there had never been one.
 */
#include "connection.h"

/**
 * tsrw_connection_commit - the other side has confirmed the candidate
 * @life: the flow's, which has one
 * @step: gets the events
 */
void tsrw_connection_commit(struct tsrw_life *life, struct tsrw_step *step)
{
	struct tsrw_handshake *hs = &life->hs;

	life->map.committed = life->map.candidate;
	hs->isn_committed = hs->isn_candidate;
	hs->flags = TSRW_HAS_COMMITTED |
		    (tsrw_has(hs, TSRW_CANDIDATE_INBOUND) ? TSRW_INBOUND : 0);
	hs->state = TSRW_ESTABLISHED;
	hs->mode = hs->mode_candidate;
	hs->unconfirmed = false;
	hs->sides = 0;
	step->events |= hs->mode == TSREWRITE_MODE_OFF ?
			TSRW_EVENT_END : TSRW_EVENT_ESTABLISHED;
}

/* Committed only to be over */
static void commit_unestablished(struct tsrw_life *life, struct tsrw_step *step)
{
	struct tsrw_step committed = {};

	tsrw_connection_commit(life, &committed);
	step->events |= committed.events & TSRW_EVENT_END;
}

/**
 * tsrw_connection_refuse - the other side has refused the candidate
 * @life: the flow's, which has one
 * @step: gets the events
 */
void tsrw_connection_refuse(struct tsrw_life *life, struct tsrw_step *step)
{
	commit_unestablished(life, step);
	life->hs.state = TSRW_CLOSED;
	step->events |= TSRW_EVENT_REFUSED;
	step->fate |= TSRW_FATE_REFUSED;
}

/* What an RST or the last FIN ends: a candidate begun from outside has taken
 * the 4-tuple over; one begun from inside has only asked for it.
 */
static void close_connection(struct tsrw_life *life, struct tsrw_step *step)
{
	struct tsrw_handshake *hs = &life->hs;

	if (tsrw_has(hs, TSRW_HAS_CANDIDATE) &&
	    (tsrw_has(hs, TSRW_CANDIDATE_INBOUND) ||
	     !tsrw_has(hs, TSRW_HAS_COMMITTED)))
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
	if (tsrw_has(hs, TSRW_FIN << dir) && hs->fin_end[dir] == seg->end)
		return;
	hs->fin_end[dir] = seg->end;
	hs->flags |= TSRW_FIN << dir;
	hs->flags &= ~(TSRW_FIN_ACKED << dir);
}

/**
 * tsrw_connection_note_ack - remember what an end has acknowledged
 * @hs: the flow's
 * @seg: a segment with ACK
 * @dir: which way it goes
 */
void tsrw_connection_note_ack(struct tsrw_handshake *hs,
			      const struct tsrw_segment *seg,
			      enum tsrw_direction dir)
{
	hs->ack[dir] = seg->ack;
	if (tsrw_has(hs, TSRW_FIN << tsrw_other(dir)) &&
	    seg->ack == hs->fin_end[tsrw_other(dir)])
		hs->flags |= TSRW_FIN_ACKED << tsrw_other(dir);
}

static bool fins_are_acked(const struct tsrw_handshake *hs)
{
	const u8 both = TSRW_FIN_ACKED << TSRW_EGRESS |
			TSRW_FIN_ACKED << TSRW_INGRESS;

	return (hs->flags & both) == both;
}

/* What the inside host makes of the SYN-ACK: an RST has the number that it
 * acknowledged (RFC 9293 section 3.10.7.3)
 */
static void note_third_segment(struct tsrw_handshake *hs,
			       const struct tsrw_segment *seg,
			       struct tsrw_step *step)
{
	if (seg->rst ? seg->seq != hs->ack[TSRW_INGRESS] : !seg->has_ack)
		return;
	hs->unconfirmed = false;
	step->fate |= seg->rst ? TSRW_FATE_REJECTED : TSRW_FATE_CONFIRMED;
}

/**
 * tsrw_connection_progress - FIN, RST and ACK of a segment
 * @life: the flow's
 * @seg: the segment, no SYN
 * @dir: which way it goes
 * @step: gets the events
 */
void tsrw_connection_progress(struct tsrw_life *life,
			      const struct tsrw_segment *seg,
			      enum tsrw_direction dir, struct tsrw_step *step)
{
	struct tsrw_handshake *hs = &life->hs;

	if (hs->unconfirmed && dir == TSRW_EGRESS)
		note_third_segment(hs, seg, step);
	if (seg->rst) {
		if (!rst_is_valid(hs, seg, dir))
			return;
		if (dir == TSRW_INGRESS && tsrw_has(hs, TSRW_CANDIDATE_INBOUND))
			step->fate |= TSRW_FATE_REFUSED;
		close_connection(life, step);
		return;
	}
	if (seg->has_ack)
		tsrw_connection_note_ack(hs, seg, dir);
	if (seg->fin)
		note_fin(hs, seg, dir);
	if (hs->state == TSRW_CLOSED || !fins_are_acked(hs))
		return;
	/* FINs are the committed connection's, not the candidate's */
	if (tsrw_has(hs, TSRW_HAS_COMMITTED)) {
		hs->state = TSRW_CLOSED;
		step->events |= TSRW_EVENT_CLOSED;
	} else {
		close_connection(life, step);
	}
}

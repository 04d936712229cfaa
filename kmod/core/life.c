// SPDX-License-Identifier: GPL-2.0-only
/*
 * Questions about a flow's life, which change nothing.
 */
#include "life.h"

/**
 * tsrw_life_mode - the mode of the connection that a span is of
 * @life: the flow's
 * @span: one of its two
 */
enum tsrewrite_mode tsrw_life_mode(const struct tsrw_life *life,
				   const struct tsrw_span *span)
{
	return span == &life->map.candidate ? life->hs.mode_candidate :
					      life->hs.mode;
}

/**
 * tsrw_life_shown - the connection that an operator wants to see
 * @life: the flow's
 *
 * Return: the committed one's span, or the candidate's as long as there is none.
 */
const struct tsrw_span *tsrw_life_shown(const struct tsrw_life *life)
{
	return tsrw_has(&life->hs, TSRW_HAS_COMMITTED) ?
		&life->map.committed : &life->map.candidate;
}

static const struct tsrw_span *written(const struct tsrw_life *life,
				       const struct tsrw_span *span,
				       unsigned int flag)
{
	return tsrw_has(&life->hs, flag) &&
	       tsrw_mode_writes(tsrw_life_mode(life, span)) ? span : NULL;
}

/**
 * tsrw_life_newest - the span with the flow's last outside TSval
 * @life: the flow's
 *
 * What passed untouched, or without its TSopt, leaves nothing to go on from: to
 * begin behind an inside clock's value would show that clock.
 *
 * Return: the candidate's or the committed one's, or NULL. A committed
 * connection may go on past where its candidate began.
 */
const struct tsrw_span *tsrw_life_newest(const struct tsrw_life *life)
{
	const struct tsrw_span *committed =
		written(life, &life->map.committed, TSRW_HAS_COMMITTED);
	const struct tsrw_span *candidate =
		written(life, &life->map.candidate, TSRW_HAS_CANDIDATE);

	if (!committed || !candidate)
		return committed ? committed : candidate;
	return tsrw_after(tsrw_span_rewrite(committed, committed->last),
			  tsrw_span_rewrite(candidate, candidate->last)) ?
		committed : candidate;
}

/**
 * tsrw_life_breaks - would a connection break if nobody translated it any more?
 * @life: the flow's
 *
 * Return: true if one that is not over is rewritten.
 */
bool tsrw_life_breaks(const struct tsrw_life *life)
{
	return (life->hs.state != TSRW_CLOSED &&
		written(life, &life->map.committed, TSRW_HAS_COMMITTED)) ||
	       written(life, &life->map.candidate, TSRW_HAS_CANDIDATE);
}

/**
 * tsrw_life_may_be_forgotten - is there nothing to remember?
 * @life: the flow's
 * @anchor: where the 4-tuple's clock stands, in ms
 *
 * Return: true if all is over, and a new connection on the 4-tuple would begin
 * later than this one ended even if nobody remembered it.
 */
bool tsrw_life_may_be_forgotten(const struct tsrw_life *life, u32 anchor)
{
	const struct tsrw_span *last = tsrw_life_newest(life);

	if (life->hs.state != TSRW_CLOSED ||
	    tsrw_has(&life->hs, TSRW_HAS_CANDIDATE))
		return false;
	return !last || tsrw_after(anchor, tsrw_span_rewrite(last, last->last));
}

/**
 * tsrw_life_continues - can the inside host have said it on the connection that lives?
 * @hs: the flow's
 * @seg: a segment that leaves
 *
 * A forged SYN may have any number, the one that the connection says next as well.
 *
 * Return: true if there is a committed connection, and @seg is within the window
 * that its peer's last acknowledgment opens.
 */
bool tsrw_life_continues(const struct tsrw_handshake *hs,
			 const struct tsrw_segment *seg)
{
	u32 acked = hs->ack[TSRW_INGRESS];

	return tsrw_has(hs, TSRW_HAS_COMMITTED) && hs->state == TSRW_ESTABLISHED &&
	       acked && seg->seq - (acked - TSRW_FIRST_WINDOW) <=
				TSRW_FIRST_WINDOW + TSRW_WINDOW_MAX;
}

/**
 * tsrw_life_leaves_as_candidate - whose is a segment that leaves?
 * @hs: the flow's
 * @seg: the segment, no SYN
 *
 * Return: true if it is the candidate's; false if it is the committed one's.
 */
bool tsrw_life_leaves_as_candidate(const struct tsrw_handshake *hs,
				   const struct tsrw_segment *seg)
{
	if (!tsrw_has(hs, TSRW_HAS_COMMITTED))
		return true;
	return tsrw_has(hs, TSRW_CANDIDATE_INBOUND) &&
	       tsrw_follows(seg->seq, hs->isn_candidate, TSRW_FIRST_WINDOW) &&
	       !tsrw_life_continues(hs, seg);
}

static bool is_candidate_out(const struct tsrw_handshake *hs,
			     const struct tsrw_segment *seg)
{
	if (!seg->syn)
		return tsrw_life_leaves_as_candidate(hs, seg);
	return !tsrw_has(hs, TSRW_HAS_COMMITTED) ||
	       (tsrw_has(hs, TSRW_HAS_CANDIDATE) && seg->seq == hs->isn_candidate);
}

/**
 * tsrw_life_quoted - whose timestamps does a segment carry that is quoted?
 * @life: the flow's
 * @seg: the segment, which has passed here before
 * @dir: which way it went
 * @span: filled in if true is returned
 *
 * An ICMP error quotes what it answers (RFC 792, RFC 4443). One that arrives
 * quotes what had left, its TSval rewritten; one that leaves quotes what had
 * arrived, its TSecr restored.
 *
 * Return: false if the segment passed untouched.
 */
bool tsrw_life_quoted(const struct tsrw_life *life,
		      const struct tsrw_segment *seg, enum tsrw_direction dir,
		      struct tsrw_span *span)
{
	const struct tsrw_handshake *hs = &life->hs;
	bool candidate = dir == TSRW_EGRESS ? is_candidate_out(hs, seg) :
					      !tsrw_has(hs, TSRW_HAS_COMMITTED);
	enum tsrewrite_mode mode = candidate ? hs->mode_candidate : hs->mode;

	*span = candidate ? life->map.candidate : life->map.committed;
	if (dir == TSRW_EGRESS)
		return tsrw_mode_writes(mode);
	return mode == TSREWRITE_MODE_REWRITE && seg->has_ack && seg->tsecr;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the state of a flow's connections says, and the commit of a candidate.
 */
#include "conn.h"

/**
 * tsrw_conn_phase - get the state of a flow with how far its connection has closed
 * @conn: state of the flow's connections
 */
enum tsrw_conn_phase tsrw_conn_phase(const struct tsrw_conn *conn)
{
	bool out = tsrw_conn_has(conn, TSRW_FIN << TSRW_EGRESS);
	bool in = tsrw_conn_has(conn, TSRW_FIN << TSRW_INGRESS);

	switch (conn->state) {
	case TSRW_EMBRYONIC:
		return TSRW_PHASE_EMBRYONIC;
	case TSRW_CLOSED:
		return TSRW_PHASE_CLOSED;
	}
	if (tsrw_mode_passes(conn->mode))
		return TSRW_PHASE_EMBRYONIC; /* until the third segment */
	if ((out && in) || conn->reset_in_flight)
		return TSRW_PHASE_CLOSING;
	return out || in ? TSRW_PHASE_HALF_CLOSED : TSRW_PHASE_ESTABLISHED;
}

/**
 * tsrw_conn_mode - get the mode of the connection that a span belongs to
 * @conn: state of the flow's connections
 * @span: one of the two spans in @conn->map
 */
enum tsrewrite_mode tsrw_conn_mode(const struct tsrw_conn *conn,
				   const struct tsrw_span *span)
{
	return span == &conn->map.candidate ? conn->mode_candidate :
					      conn->mode;
}

/**
 * tsrw_conn_from_zero - whether @first of a span stands for a TSval of 0
 * @conn: state of the flow's connections
 * @span: one of the two spans in @conn->map
 */
bool tsrw_conn_from_zero(const struct tsrw_conn *conn, const struct tsrw_span *span)
{
	return span == &conn->map.candidate ? conn->candidate_from_zero :
					      conn->committed_from_zero;
}

/**
 * tsrw_conn_note_tsval - note the TSval of a segment that leaves
 * @conn: state of the flow's connections
 * @span: span of the segment's connection, one of the two in @conn->map
 * @seg: the segment, with TSopt
 * @idle: seconds since the segment of the flow before
 */
void tsrw_conn_note_tsval(struct tsrw_conn *conn, struct tsrw_span *span,
			  const struct tsrw_segment *seg, u32 idle)
{
	if (!tsrw_span_note(span, seg->tsval, idle, seg->rst))
		return;
	if (span == &conn->map.candidate)
		conn->candidate_from_zero = true;
	else
		conn->committed_from_zero = true;
}

/**
 * tsrw_conn_shown_span - get the span of the connection that the flow stands for
 * @conn: state of the flow's connections
 *
 * Return: the committed span, or the candidate's while no connection is committed.
 */
const struct tsrw_span *tsrw_conn_shown_span(const struct tsrw_conn *conn)
{
	return tsrw_conn_has(conn, TSRW_HAS_COMMITTED) ?
		&conn->map.committed : &conn->map.candidate;
}

/**
 * tsrw_conn_shown_mode - get the mode of the connection that the flow stands for
 * @conn: state of the flow's connections
 *
 * Return: the mode as user space knows it.
 */
enum tsrewrite_mode tsrw_conn_shown_mode(const struct tsrw_conn *conn)
{
	enum tsrewrite_mode mode = tsrw_conn_mode(conn, tsrw_conn_shown_span(conn));

	return tsrw_mode_passes(mode) ? TSREWRITE_MODE_OFF : mode;
}

static const struct tsrw_span *span_if_written(const struct tsrw_conn *conn,
					       const struct tsrw_span *span,
					       unsigned int flag)
{
	return tsrw_conn_has(conn, flag) &&
	       tsrw_mode_writes(tsrw_conn_mode(conn, span)) ? span : NULL;
}

/**
 * tsrw_conn_newest_span - get the span with the last outside TSval of a flow
 * @conn: state of the flow's connections
 *
 * A connection that passed untouched or without its TSopt does not count: to begin
 * just after a value of the inside clock would disclose that clock. The committed
 * connection may have sent TSvals later than the candidate's since the candidate began.
 *
 * Return: the span of the candidate or of the committed connection, or NULL.
 */
const struct tsrw_span *tsrw_conn_newest_span(const struct tsrw_conn *conn)
{
	const struct tsrw_span *committed =
		span_if_written(conn, &conn->map.committed, TSRW_HAS_COMMITTED);
	const struct tsrw_span *candidate =
		span_if_written(conn, &conn->map.candidate, TSRW_HAS_CANDIDATE);

	if (!committed || !candidate)
		return committed ? committed : candidate;
	return tsrw_after(tsrw_span_rewrite(committed, committed->last),
			  tsrw_span_rewrite(candidate, candidate->last)) ?
		committed : candidate;
}

/**
 * tsrw_conn_breaks - whether a connection would break without translation
 * @conn: state of the flow's connections
 *
 * Return: true if a connection that is not closed is rewritten.
 */
bool tsrw_conn_breaks(const struct tsrw_conn *conn)
{
	return (conn->state != TSRW_CLOSED &&
		span_if_written(conn, &conn->map.committed, TSRW_HAS_COMMITTED)) ||
	       span_if_written(conn, &conn->map.candidate, TSRW_HAS_CANDIDATE);
}

/**
 * tsrw_conn_only_counts - whether a flow is there only for the counters of its group
 * @conn: state of the flow's connections
 *
 * Return: true if all its connections pass as if there were no flow.
 */
bool tsrw_conn_only_counts(const struct tsrw_conn *conn)
{
	return (!tsrw_conn_has(conn, TSRW_HAS_COMMITTED) || tsrw_mode_passes(conn->mode)) &&
	       (!tsrw_conn_has(conn, TSRW_HAS_CANDIDATE) ||
		tsrw_mode_passes(conn->mode_candidate));
}

/**
 * tsrw_conn_may_be_forgotten - whether a flow may be removed before its timeout
 * @conn: state of the flow's connections
 * @anchor: the clock of the 4-tuple now, in ms
 *
 * Return: true if the connection is closed without a candidate to follow it, and a new
 * one on the 4-tuple would begin after its last outside TSval even without the flow; or if
 * the flow only counts.
 */
bool tsrw_conn_may_be_forgotten(const struct tsrw_conn *conn, u32 anchor)
{
	const struct tsrw_span *last = tsrw_conn_newest_span(conn);

	if (tsrw_conn_only_counts(conn))
		return true;
	if (conn->state != TSRW_CLOSED ||
	    tsrw_conn_has(conn, TSRW_HAS_CANDIDATE))
		return false;
	return !last || tsrw_after(anchor, tsrw_span_rewrite(last, last->last));
}

/**
 * tsrw_conn_continues - whether a segment can belong to the established connection
 * @conn: state of the flow's connections
 * @seg: a segment that leaves
 *
 * A forged SYN may have any sequence number, so that the segments of the established
 * connection may lie just behind it. But the number of a true one may well be one that the
 * window of the established connection allows: it follows a clock (RFC 6528), and after an
 * hour is less than 2^30 ahead.
 *
 * Return: true if the committed connection is established, and @seg is close to what it
 * has sent and the peer has not acknowledged: TSRW_FIRST_WINDOW before, TSRW_GAP_MAX behind.
 */
bool tsrw_conn_continues(const struct tsrw_conn *conn,
			 const struct tsrw_segment *seg)
{
	u32 acked = conn->ack[TSRW_INGRESS];
	u32 in_flight = conn->end[TSRW_EGRESS] - acked;

	if (in_flight > TSRW_WINDOW_MAX)
		in_flight = 0; /* more was acknowledged than has passed */
	return tsrw_conn_has(conn, TSRW_HAS_COMMITTED) && conn->state == TSRW_ESTABLISHED &&
	       acked && seg->seq - (acked - TSRW_FIRST_WINDOW) <=
				TSRW_FIRST_WINDOW + in_flight + TSRW_GAP_MAX;
}

/**
 * tsrw_conn_leaves_as_candidate - whether a segment that leaves is the candidate's
 * @conn: state of the flow's connections
 * @seg: the segment, not a SYN
 *
 * Return: true if so; false if it belongs to the committed connection.
 */
bool tsrw_conn_leaves_as_candidate(const struct tsrw_conn *conn,
				   const struct tsrw_segment *seg)
{
	if (!tsrw_conn_has(conn, TSRW_HAS_COMMITTED))
		return true;
	return tsrw_conn_has(conn, TSRW_CANDIDATE_INBOUND) &&
	       tsrw_seq_follows(seg->seq, conn->isn_candidate, TSRW_FIRST_WINDOW) &&
	       !tsrw_conn_continues(conn, seg);
}

/* Whether a segment, which may be a SYN, had left as the candidate's */
static bool left_as_candidate(const struct tsrw_conn *conn,
			      const struct tsrw_segment *seg)
{
	if (!seg->syn)
		return tsrw_conn_leaves_as_candidate(conn, seg);
	return !tsrw_conn_has(conn, TSRW_HAS_COMMITTED) ||
	       (tsrw_conn_has(conn, TSRW_HAS_CANDIDATE) && seg->seq == conn->isn_candidate);
}

/**
 * tsrw_conn_is_other - whether a segment answers another connection than the one that
 *	begins
 * @conn: state of the flow's connections
 * @seg: a segment that arrives
 *
 * A challenge ACK that is sent in TIME-WAIT does so: it acknowledges nothing of the SYN.
 * Hosts look at the acknowledgment number first (RFC 9293 section 3.10.7.3).
 *
 * Return: true if a SYN has left, no connection is established, and @seg does not
 * acknowledge that SYN.
 */
bool tsrw_conn_is_other(const struct tsrw_conn *conn, const struct tsrw_segment *seg)
{
	return seg->has_ack && conn->state != TSRW_ESTABLISHED &&
	       tsrw_conn_has(conn, TSRW_HAS_CANDIDATE) &&
	       !tsrw_conn_has(conn, TSRW_CANDIDATE_INBOUND) &&
	       !tsrw_seq_follows(seg->ack, conn->isn_candidate, TSRW_SYN_DATA_MAX);
}

/**
 * tsrw_conn_quoted_span - get the span by which a quoted segment was translated
 * @conn: state of the flow's connections
 * @seg: the segment, which has passed here before
 * @dir: which way the segment went
 * @span: filled in; valid if true is returned
 *
 * An ICMP error quotes the segment that it answers (RFC 792, RFC 4443). An error that
 * arrives quotes a segment that had left with its TSval rewritten; an error that leaves
 * quotes one that had arrived and whose TSecr was restored.
 *
 * Return: false if the segment was not translated.
 */
bool tsrw_conn_quoted_span(const struct tsrw_conn *conn,
			   const struct tsrw_segment *seg, enum tsrw_direction dir,
			   struct tsrw_span *span)
{
	bool candidate = dir == TSRW_EGRESS ? left_as_candidate(conn, seg) :
					      !tsrw_conn_has(conn, TSRW_HAS_COMMITTED);
	enum tsrewrite_mode mode = candidate ? conn->mode_candidate : conn->mode;

	*span = candidate ? conn->map.candidate : conn->map.committed;
	if (dir == TSRW_EGRESS)
		return tsrw_mode_writes(mode);
	if (tsrw_conn_is_other(conn, seg) && !tsrw_span_sent(span, seg->tsecr))
		return false;
	return mode == TSREWRITE_MODE_REWRITE && seg->has_ack && seg->tsecr;
}

/**
 * tsrw_conn_commit - commit the candidate, which the other side has confirmed
 * @conn: state of the flow's connections, with a candidate
 * @result: gets the event
 */
void tsrw_conn_commit(struct tsrw_conn *conn, struct tsrw_result *result)
{
	conn->map.committed = conn->map.candidate;
	conn->committed_from_zero = conn->candidate_from_zero;
	conn->isn_committed = conn->isn_candidate;
	conn->answered_twice = false;
	conn->reset_in_flight = false;
	conn->flags = TSRW_HAS_COMMITTED |
		    (tsrw_conn_has(conn, TSRW_CANDIDATE_INBOUND) ? TSRW_INBOUND : 0);
	conn->state = TSRW_ESTABLISHED;
	conn->mode = conn->mode_candidate;
	conn->awaits_third_segment = false;
	conn->asymmetry = 0;
	if (!tsrw_mode_passes(conn->mode))
		result->events |= TSRW_EVENT_ESTABLISHED;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * How connections end.
 *
 *   FINs that are acknowledged in both directions close the connection, and so does
 *   an RST with exactly the sequence number that the other side expects.
 *   An RST behind data in flight closes it as well, until the side that received it
 *   goes on: the RST may have been forged (RFC 5961 section 3). Until the side that sent
 *   it goes on as well, the connection is as good as closing.
 *   A connection that passes untouched ends the flow with its third segment, or when it is
 *   closed.
 */
#include "close.h"

/* Commit a candidate that is closed at once, so that it does not count as established */
static void commit_unestablished(struct tsrw_conn *conn)
{
	struct tsrw_result unused = {};

	tsrw_conn_commit(conn, &unused);
}

/* What passes untouched is no flow's event */
static void note_event(const struct tsrw_conn *conn, struct tsrw_result *result, u8 event)
{
	if (!tsrw_mode_passes(conn->mode))
		result->events |= event;
}

/**
 * tsrw_close_refused - close the candidate, which the other side has refused
 * @conn: state of the flow's connections, with a candidate
 * @result: gets the events and the outcome
 */
void tsrw_close_refused(struct tsrw_conn *conn, struct tsrw_result *result)
{
	commit_unestablished(conn);
	conn->state = TSRW_CLOSED;
	note_event(conn, result, TSRW_EVENT_REFUSED);
	result->outcome |= TSRW_OUTCOME_REFUSED_BY_PEER;
}

/* Close the connection that an RST or the last FIN ends. That is the candidate if there
 * is no other connection, or if it was begun from outside: with its SYN-ACK the inside
 * host has given up the committed connection. A candidate begun from inside is only a
 * request as yet.
 */
static void close_connection(struct tsrw_conn *conn, struct tsrw_result *result)
{
	if (tsrw_conn_has(conn, TSRW_HAS_CANDIDATE) &&
	    (tsrw_conn_has(conn, TSRW_CANDIDATE_INBOUND) ||
	     !tsrw_conn_has(conn, TSRW_HAS_COMMITTED)))
		commit_unestablished(conn);
	if (conn->state != TSRW_CLOSED)
		note_event(conn, result, TSRW_EVENT_CLOSED);
	conn->state = TSRW_CLOSED;
}

/* An RST with exactly the next expected sequence number resets (RFC 5961 section 3).
 * That number is not known while @conn->ack is 0.
 */
static bool rst_is_expected(const struct tsrw_conn *conn,
			    const struct tsrw_segment *seg, enum tsrw_direction dir)
{
	u32 expected = conn->ack[tsrw_other(dir)];

	return expected && seg->seq == expected;
}

/* A host that gives up its connection sends the RST behind all that it has sent, of
 * which the other side may not have acknowledged all yet
 */
static bool rst_is_in_flight(const struct tsrw_conn *conn,
			     const struct tsrw_segment *seg, enum tsrw_direction dir)
{
	u32 acked = conn->ack[tsrw_other(dir)];
	u32 in_flight = conn->end[dir] - acked;

	return acked && conn->state == TSRW_ESTABLISHED &&
	       in_flight <= TSRW_WINDOW_MAX && seg->seq - acked <= in_flight;
}

static void close_by_rst(struct tsrw_conn *conn, const struct tsrw_segment *seg,
			 enum tsrw_direction dir, struct tsrw_result *result)
{
	bool expected = rst_is_expected(conn, seg, dir);

	if (!expected && !rst_is_in_flight(conn, seg, dir))
		return;
	if (dir == TSRW_INGRESS && tsrw_conn_has(conn, TSRW_CANDIDATE_INBOUND))
		result->outcome |= TSRW_OUTCOME_REFUSED_BY_PEER;
	close_connection(conn, result);
	conn->reset_in_flight = !expected;
	conn->reset_from = dir;
}

/* The side that received the RST goes on: it has not taken it, or has not received it yet.
 * If the side that sent it goes on, the RST was none of its own.
 */
static void reopen_if_alive(struct tsrw_conn *conn, enum tsrw_direction dir)
{
	if (!conn->reset_in_flight)
		return;
	conn->state = TSRW_ESTABLISHED;
	conn->reset_in_flight = conn->reset_from != dir;
}

/* Note where what was sent ends, and whether it ends with a FIN. A FIN behind which its
 * sender goes on was none of its own, nor was what seemed to lie behind a FIN. One that
 * overtakes data is known by its acknowledgment.
 */
static void note_end(struct tsrw_conn *conn, const struct tsrw_segment *seg,
		     enum tsrw_direction dir)
{
	u32 acked = conn->ack[tsrw_other(dir)], end = conn->end[dir], next;
	bool fin = seg->fin && !tsrw_after(seg->seq, end);
	struct tsrw_segment sent = *seg;

	if (seg->end == seg->seq)
		return;
	sent.end -= seg->fin && !fin;
	next = tsrw_seq_end_after(end, acked, &sent);
	if (fin && acked && end - acked <= TSRW_WINDOW_MAX && seg->seq - acked <= end - acked)
		next = seg->end;
	if (next != end)
		conn->flags &= ~((TSRW_FIN | TSRW_FIN_ACKED) << dir);
	conn->end[dir] = next;
	if (fin && seg->end == next)
		conn->flags |= TSRW_FIN << dir;
}

/* Note what is acknowledged of a FIN of direction @dir. If it is one more than all that was
 * sent, there was a FIN that overtook data; if it is more than the FIN, there was none.
 */
static void note_fin_ack(struct tsrw_conn *conn, const struct tsrw_segment *seg,
			 enum tsrw_direction dir)
{
	u8 fin = TSRW_FIN << dir, fin_acked = TSRW_FIN_ACKED << dir;
	u32 end = conn->end[dir], from = conn->end[tsrw_other(dir)] - TSRW_GAP_MAX;
	bool near = seg->seq - from <= 2 * TSRW_GAP_MAX;

	if (tsrw_conn_has(conn, fin) && seg->ack == end) {
		conn->flags |= fin_acked;
	} else if (tsrw_conn_has(conn, fin) && near && seg->ack - end <= TSRW_GAP_MAX) {
		conn->flags &= ~(fin | fin_acked);
	} else if (near && seg->ack == end + 1 && conn->state == TSRW_ESTABLISHED) {
		conn->end[dir] = seg->ack;
		conn->flags |= fin | fin_acked;
	}
}

/**
 * tsrw_close_note_ack - note the acknowledgment number of a segment
 * @conn: state of the flow's connections
 * @seg: the segment, with ACK
 * @dir: which way the segment goes
 */
void tsrw_close_note_ack(struct tsrw_conn *conn,
			 const struct tsrw_segment *seg,
			 enum tsrw_direction dir)
{
	conn->ack[dir] = seg->ack;
	if (!seg->syn)
		note_fin_ack(conn, seg, tsrw_other(dir));
}

static bool fins_are_acked(const struct tsrw_conn *conn)
{
	const u8 both = TSRW_FIN_ACKED << TSRW_EGRESS |
			TSRW_FIN_ACKED << TSRW_INGRESS;

	return (conn->flags & both) == both;
}

/* Note how the inside host answers the SYN-ACK. If by an RST, its sequence number is
 * the acknowledgment number of the SYN-ACK (RFC 9293 section 3.10.7.3).
 */
static void note_third_segment(struct tsrw_conn *conn,
			       const struct tsrw_segment *seg,
			       struct tsrw_result *result)
{
	if (seg->rst ? seg->seq != conn->ack[TSRW_INGRESS] : !seg->has_ack)
		return;
	conn->awaits_third_segment = false;
	result->outcome |= seg->rst ? TSRW_OUTCOME_REFUSED_BY_US : TSRW_OUTCOME_ESTABLISHED;
	if (!seg->rst && !seg->has_tsopt && conn->answer == TSRW_ANSWER_BARE &&
	    !tsrw_conn_has(conn, TSRW_HAS_CANDIDATE))
		result->events |= TSRW_EVENT_END;
}

/**
 * tsrw_close_progress - handle FIN, RST and ACK of a segment
 * @conn: state of the flow's connections
 * @seg: the segment, not a SYN
 * @dir: which way the segment goes
 * @result: gets the events and the outcome
 */
void tsrw_close_progress(struct tsrw_conn *conn,
			 const struct tsrw_segment *seg,
			 enum tsrw_direction dir, struct tsrw_result *result)
{
	if (conn->awaits_third_segment && dir == TSRW_EGRESS)
		note_third_segment(conn, seg, result);
	if (seg->rst) {
		close_by_rst(conn, seg, dir, result);
		return;
	}
	reopen_if_alive(conn, dir);
	if (seg->has_ack)
		tsrw_close_note_ack(conn, seg, dir);
	note_end(conn, seg, dir);
	if (conn->state == TSRW_CLOSED || !fins_are_acked(conn))
		return;
	/* If there is a committed connection, the FINs are its own */
	if (tsrw_conn_has(conn, TSRW_HAS_COMMITTED)) {
		conn->state = TSRW_CLOSED;
		conn->reset_in_flight = false;
		note_event(conn, result, TSRW_EVENT_CLOSED);
	} else {
		close_connection(conn, result);
	}
}

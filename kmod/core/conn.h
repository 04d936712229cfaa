/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_CORE_CONN_H
#define TSRW_CORE_CONN_H

#include "asymmetry.h"
#include "mode.h"

/**
 * enum tsrw_conn_state - the state of a flow; see enum tsrewrite_flow_state
 * @TSRW_EMBRYONIC: no connection is committed yet
 * @TSRW_ESTABLISHED: a connection is committed
 * @TSRW_CLOSED: the committed connection has ended
 * @TSRW_STATES: how many states there are
 */
enum tsrw_conn_state {
	TSRW_EMBRYONIC,
	TSRW_ESTABLISHED,
	TSRW_CLOSED,
	TSRW_STATES,
};

/**
 * enum tsrw_conn_phase - the state of a flow with how far its connection has closed, by
 *	which its timeout is chosen; see enum tsrewrite_flow_state
 * @TSRW_PHASE_EMBRYONIC: TSRW_EMBRYONIC
 * @TSRW_PHASE_ESTABLISHED: TSRW_ESTABLISHED, and neither side has sent a FIN
 * @TSRW_PHASE_CLOSED: TSRW_CLOSED
 * @TSRW_PHASE_HALF_CLOSED: TSRW_ESTABLISHED, and one side has sent a FIN
 * @TSRW_PHASE_CLOSING: TSRW_ESTABLISHED, and both sides have sent FINs, or one has sent
 *	an RST that the other has not taken yet
 * @TSRW_PHASES: how many there are
 */
enum tsrw_conn_phase {
	TSRW_PHASE_EMBRYONIC,
	TSRW_PHASE_ESTABLISHED,
	TSRW_PHASE_CLOSED,
	TSRW_PHASE_HALF_CLOSED,
	TSRW_PHASE_CLOSING,
	TSRW_PHASES,
};

/**
 * enum tsrw_answer - what is known of the answer to a SYN or SYN-ACK
 * @TSRW_ANSWER_NONE: nothing
 * @TSRW_ANSWER_HEARD: a segment has arrived since the SYN left that did not commit the
 *	candidate, and that the inside host may refuse or answer
 * @TSRW_ANSWER_UNREACHABLE: an ICMP error has answered it
 * @TSRW_ANSWER_BARE: the connection does without TSopts: the inside host has refused an
 *	answer that did not pass the hooks, so that the SYN loses its TSopt when it is
 *	sent again; or, once it is committed, the SYN-ACK had none
 */
enum tsrw_answer {
	TSRW_ANSWER_NONE,
	TSRW_ANSWER_HEARD,
	TSRW_ANSWER_UNREACHABLE,
	TSRW_ANSWER_BARE,
};

/* struct tsrw_conn, flags */
enum {
	TSRW_HAS_COMMITTED	= 1 << 0, /* there is a committed connection */
	TSRW_HAS_CANDIDATE	= 1 << 1, /* there is a candidate */
	TSRW_CANDIDATE_INBOUND	= 1 << 2, /* the candidate was begun from outside */
	TSRW_INBOUND		= 1 << 3, /* the committed connection was */
	TSRW_FIN		= 1 << 4, /* << direction: a FIN was sent */
	TSRW_FIN_ACKED		= 1 << 6, /* << direction: that FIN was acknowledged */
};

/* Until the other side has confirmed a connection, its segments lie at most so many
 * bytes behind its initial sequence number: more than any initial window.
 */
#define TSRW_FIRST_WINDOW	0x100000u

/* At most so many bytes of data in a SYN (RFC 7413) are acknowledged together with it */
#define TSRW_SYN_DATA_MAX	0xffffu

/* Segments that overtake others begin at most so many bytes behind what has passed */
#define TSRW_GAP_MAX		0x100000u

/**
 * struct tsrw_conn - the state of a flow's connections
 * @map: their spans
 * @isn_committed: initial sequence number of the inside end of the committed
 *	connection; valid with TSRW_HAS_COMMITTED and without @answered_twice
 * @isn_earlier_answer: initial sequence number of an earlier SYN-ACK that answered the
 *	same SYN as the candidate (SYN cookies); valid with @answered_twice
 * @isn_candidate: initial sequence number of the inside end of the candidate
 * @ack: last acknowledgment number sent, by enum tsrw_direction; 0 if none was seen
 * @end: sequence number that follows what was sent, by enum tsrw_direction; with
 *	TSRW_FIN, the acknowledgment number that acknowledges the FIN
 * @state: enum tsrw_conn_state
 * @committed_from_zero: @first of the committed span stands for a TSval of 0
 * @candidate_from_zero: @first of the candidate span does
 * @answered_twice: the candidate is the second SYN-ACK that answers its SYN
 * @reset_in_flight: an RST behind data in flight was sent, and its sender has not gone
 *	on since
 * @reset_from: enum tsrw_direction of that RST
 * @awaits_third_segment: the SYN of the committed connection was answered, and the
 *	third segment has not left yet
 * @flags: TSRW_HAS_COMMITTED and so on
 * @mode: enum tsrewrite_mode of the committed connection, or TSRW_MODE_BARE; if that
 *	passes untouched, the flow ends with the third segment
 * @mode_candidate: enum tsrewrite_mode of the candidate, or TSRW_MODE_BARE; if it passes
 *	untouched, it does so as if there were no flow
 * @answer: enum tsrw_answer of the candidate, or of the committed connection that awaits
 *	its third segment
 * @asymmetry: TSRW_DIRECTION_SEEN and so on; it begins anew when a candidate is
 *	committed
 */
struct tsrw_conn {
	struct tsrw_mapping map;
	union {
		u32 isn_committed;
		u32 isn_earlier_answer;
	};
	u32 isn_candidate;
	u32 ack[2];
	u32 end[2];
	u8 state : 2;
	u8 committed_from_zero : 1;
	u8 candidate_from_zero : 1;
	u8 answered_twice : 1;
	u8 reset_in_flight : 1;
	u8 reset_from : 1;
	u8 awaits_third_segment : 1;
	u8 flags;
	u8 mode : 3;
	u8 mode_candidate : 3;
	u8 answer : 2;
	u8 asymmetry;
};

/**
 * tsrw_conn_has - whether any of some flags is set
 * @conn: state of the flow's connections
 * @flags: TSRW_HAS_COMMITTED and so on
 */
static inline bool tsrw_conn_has(const struct tsrw_conn *conn, unsigned int flags)
{
	return conn->flags & flags;
}

/**
 * tsrw_seq_follows - whether a sequence number lies just behind a SYN
 * @seq: the sequence number
 * @isn: sequence number of the SYN
 * @reach: how far behind the SYN @seq may lie, including the data of the SYN
 */
static inline bool tsrw_seq_follows(u32 seq, u32 isn, u32 reach)
{
	return seq - isn - 1 <= reach;
}

/**
 * tsrw_conn_is_quiet - whether a segment leaves the state of the connections as it is
 * @conn: state of the flow's connections
 * @seg: the segment
 * @dir: which way it goes
 *
 * Return: true if @seg may change only @last and @first of the committed span,
 * @conn->ack, @conn->end and @conn->asymmetry, unless its TSval is an unusual one.
 */
static inline bool tsrw_conn_is_quiet(const struct tsrw_conn *conn,
				      const struct tsrw_segment *seg,
				      enum tsrw_direction dir)
{
	const u8 busy = TSRW_HAS_CANDIDATE | TSRW_FIN << TSRW_EGRESS |
			TSRW_FIN << TSRW_INGRESS;

	return !seg->syn && !seg->fin && !seg->rst && !conn->awaits_third_segment &&
	       !conn->reset_in_flight && seg->ack != conn->end[tsrw_other(dir)] + 1 &&
	       (conn->flags & (busy | TSRW_HAS_COMMITTED)) == TSRW_HAS_COMMITTED;
}

/**
 * tsrw_seq_end_after - get where what one side has sent ends, after one more segment
 * @end: where it ended before: @end of struct tsrw_conn
 * @acked: last acknowledgment number of the other side, 0 if none was seen
 * @seg: the segment, with data or FIN: the sequence number of any other may count a FIN
 *	that was not noted
 *
 * What was sent may have passed elsewhere: a segment that continues what the other side
 * has acknowledged counts as well. One that was forged without knowing the sequence
 * numbers changes nothing.
 */
static inline u32 tsrw_seq_end_after(u32 end, u32 acked, const struct tsrw_segment *seg)
{
	if (tsrw_after(seg->end, end) && !tsrw_after(seg->seq, end + TSRW_GAP_MAX))
		return seg->end;
	if (acked && seg->seq - acked <= TSRW_GAP_MAX && end - acked > TSRW_WINDOW_MAX)
		return seg->end;
	return end;
}

enum tsrw_conn_phase tsrw_conn_phase(const struct tsrw_conn *conn);
enum tsrewrite_mode tsrw_conn_mode(const struct tsrw_conn *conn,
				   const struct tsrw_span *span);
enum tsrewrite_mode tsrw_conn_shown_mode(const struct tsrw_conn *conn);
bool tsrw_conn_from_zero(const struct tsrw_conn *conn, const struct tsrw_span *span);
void tsrw_conn_note_tsval(struct tsrw_conn *conn, struct tsrw_span *span,
			  const struct tsrw_segment *seg, u32 idle);
const struct tsrw_span *tsrw_conn_shown_span(const struct tsrw_conn *conn);
const struct tsrw_span *tsrw_conn_newest_span(const struct tsrw_conn *conn);
bool tsrw_conn_breaks(const struct tsrw_conn *conn);
bool tsrw_conn_only_counts(const struct tsrw_conn *conn);
bool tsrw_conn_may_be_forgotten(const struct tsrw_conn *conn, u32 anchor);
bool tsrw_conn_continues(const struct tsrw_conn *conn,
			 const struct tsrw_segment *seg);
bool tsrw_conn_leaves_as_candidate(const struct tsrw_conn *conn,
				   const struct tsrw_segment *seg);
bool tsrw_conn_is_other(const struct tsrw_conn *conn,
			const struct tsrw_segment *seg);
bool tsrw_conn_quoted_span(const struct tsrw_conn *conn,
			   const struct tsrw_segment *seg, enum tsrw_direction dir,
			   struct tsrw_span *span);
void tsrw_conn_commit(struct tsrw_conn *conn, struct tsrw_result *result);

#endif /* TSRW_CORE_CONN_H */

// SPDX-License-Identifier: GPL-2.0-only
/*
 * How connections begin on a flow, and to which of them a segment belongs.
 *
 *   A SYN or SYN-ACK that leaves makes a candidate. It replaces an earlier candidate,
 *   but never the committed connection.
 *   The candidate is committed when a SYN-ACK acknowledges it or, if it began with a
 *   SYN-ACK itself, when the third segment does.
 *   How it ends is in close.c.
 *
 * A segment changes the committed connection only if its sequence numbers match, so
 * that one forged without knowing them changes nothing (in the spirit of RFC 5961).
 */
#include "close.h"
#include "handshake.h"
#include "unseen.h"

static void begin_candidate(struct tsrw_conn *conn,
			    const struct tsrw_segment *seg,
			    enum tsrewrite_mode mode, u32 start)
{
	tsrw_span_begin(&conn->map.candidate, seg->tsval, start);
	conn->candidate_from_zero = false;
	conn->answered_twice = false;
	conn->isn_candidate = seg->seq;
	conn->mode_candidate = mode;
	conn->answer = TSRW_ANSWER_NONE;
	conn->flags &= ~TSRW_CANDIDATE_INBOUND;
	conn->flags |= TSRW_HAS_CANDIDATE |
		     (seg->has_ack ? TSRW_CANDIDATE_INBOUND : 0);
}

/* Note the numbers of a SYN or SYN-ACK that leaves. The ends of what was sent are those of
 * an established connection until the candidate is committed.
 */
static void note_numbers(struct tsrw_conn *conn, const struct tsrw_segment *seg)
{
	if (seg->has_ack)
		tsrw_close_note_ack(conn, seg, TSRW_EGRESS);
	if (conn->state == TSRW_ESTABLISHED)
		return;
	conn->end[TSRW_EGRESS] = seg->end;
	if (seg->has_ack)
		conn->end[TSRW_INGRESS] = seg->ack;
}

/* Note the connection that the segment belongs to, which is that of @span */
static void note_connection(struct tsrw_result *result,
			    const struct tsrw_conn *conn,
			    const struct tsrw_span *span)
{
	bool candidate = span == &conn->map.candidate;

	result->first_is_zero = tsrw_conn_from_zero(conn, span);
	result->mode = tsrw_conn_mode(conn, span);
	result->inbound = tsrw_conn_has(conn, candidate ? TSRW_CANDIDATE_INBOUND :
							TSRW_INBOUND);
}

/**
 * tsrw_handshake_begin - handle the first segment of a flow, which leaves
 * @conn: state of the flow's connections, zeroed
 * @seg: a SYN or SYN-ACK, with TSopt unless @mode is TSRW_MODE_BARE
 * @mode: mode of the connection
 * @anchor: the clock of the 4-tuple now, in ms
 * @result: filled in
 *
 * Context: any; no other CPU can see @conn yet.
 */
void tsrw_handshake_begin(struct tsrw_conn *conn, const struct tsrw_segment *seg,
			  enum tsrewrite_mode mode, u32 anchor,
			  struct tsrw_result *result)
{
	*result = (struct tsrw_result){
		.outcome = TSRW_OUTCOME_ATTEMPT, .mode = mode, .inbound = seg->has_ack,
	};
	begin_candidate(conn, seg, mode, tsrw_outside_start(anchor, NULL));
	note_numbers(conn, seg);
	if (seg->has_tsopt)
		tsrw_mode_egress(result, &conn->map.candidate, mode);
}

/* A SYN is sent again after its connection was closed, as by an RST: the connection
 * becomes a candidate once more
 */
static void reopen_as_candidate(struct tsrw_conn *conn)
{
	conn->map.candidate = conn->map.committed;
	conn->candidate_from_zero = conn->committed_from_zero;
	conn->isn_candidate = conn->isn_committed;
	conn->mode_candidate = conn->mode;
	conn->flags = TSRW_HAS_CANDIDATE;
	conn->answer = TSRW_ANSWER_HEARD; /* that of the closed connection */
	conn->reset_in_flight = false;
	conn->state = TSRW_EMBRYONIC;
}

/* Whether a SYN or SYN-ACK has the number of an earlier one, but another clock: that of a
 * host that has booted since, and has no randomness for its initial sequence number. What
 * is sent again is no earlier than the first was. Where the connection is over, or nothing
 * has passed for a second, it is a copy of the first, or later than all that was sent.
 */
static bool has_other_clock(const struct tsrw_conn *conn, const struct tsrw_span *span,
			    const struct tsrw_segment *seg, u32 idle)
{
	bool over = span == &conn->map.committed && !seg->has_ack &&
		    (conn->state == TSRW_CLOSED || idle);

	if (!seg->has_tsopt || seg->tsval == span->first)
		return false;
	if (!seg->tsval && !over && tsrw_conn_from_zero(conn, span))
		return false;
	return tsrw_after(over ? span->last : span->first, seg->tsval);
}

/* Whether a SYN or SYN-ACK begins a connection of its own that is to be hidden, though it
 * looks like one of mode @before that is sent again: it has a TSopt and the earlier one had
 * none, or it is a SYN-ACK, which an outsider can have sent again for as long as he likes
 */
static bool is_to_be_hidden(enum tsrewrite_mode before, const struct tsrw_segment *seg,
			    enum tsrewrite_mode now)
{
	if (!seg->has_tsopt || !tsrw_mode_passes(before))
		return false;
	return (unsigned int)before == TSRW_MODE_BARE ||
	       (seg->has_ack && !tsrw_mode_passes(now));
}

/* Whether a SYN-ACK answers the same SYN as the candidate. A SYN cookie depends on the
 * minute, so that a SYN-ACK that is sent again may have another sequence number, and
 * the peer may acknowledge either (RFC 4987 section 3.6).
 */
static bool answers_same_syn(const struct tsrw_conn *conn,
			     const struct tsrw_segment *seg,
			     enum tsrewrite_mode mode, u32 idle)
{
	return tsrw_conn_has(conn, TSRW_CANDIDATE_INBOUND) &&
	       seg->has_ack && seg->ack == conn->ack[TSRW_EGRESS] &&
	       !is_to_be_hidden(conn->mode_candidate, seg, mode) &&
	       !has_other_clock(conn, &conn->map.candidate, seg, idle);
}

static bool is_candidate_again(const struct tsrw_conn *conn,
			       const struct tsrw_segment *seg,
			       enum tsrewrite_mode mode, u32 idle)
{
	return tsrw_conn_has(conn, TSRW_HAS_CANDIDATE) && seg->seq == conn->isn_candidate &&
	       !is_to_be_hidden(conn->mode_candidate, seg, mode) &&
	       !has_other_clock(conn, &conn->map.candidate, seg, idle);
}

static bool is_committed_again(const struct tsrw_conn *conn,
			       const struct tsrw_segment *seg,
			       enum tsrewrite_mode mode, u32 idle)
{
	return tsrw_conn_has(conn, TSRW_HAS_COMMITTED) && !conn->answered_twice &&
	       seg->seq == conn->isn_committed &&
	       !is_to_be_hidden(conn->mode, seg, mode) &&
	       !has_other_clock(conn, &conn->map.committed, seg, idle);
}

/* Whether a SYN or SYN-ACK without TSopt begins a connection: it must not take the place of
 * one that is more than counted
 */
static bool begins_bare(const struct tsrw_conn *conn, enum tsrewrite_mode mode)
{
	return (unsigned int)mode == TSRW_MODE_BARE && tsrw_conn_only_counts(conn);
}

static void note_retransmission(struct tsrw_result *result)
{
	result->events |= TSRW_EVENT_RETRANSMIT;
	result->outcome |= TSRW_OUTCOME_RETRANSMITTED;
}

static struct tsrw_span *egress_syn(struct tsrw_conn *conn,
				    const struct tsrw_segment *seg,
				    enum tsrewrite_mode mode, u32 anchor, u32 idle,
				    struct tsrw_result *result)
{
	if (is_candidate_again(conn, seg, mode, idle)) {
		note_retransmission(result);
		if (conn->answer == TSRW_ANSWER_HEARD)
			conn->answer = TSRW_ANSWER_NONE;
		return &conn->map.candidate;
	}
	if (is_committed_again(conn, seg, mode, idle)) {
		note_retransmission(result);
		if (conn->state != TSRW_CLOSED || seg->has_ack ||
		    tsrw_conn_has(conn, TSRW_HAS_CANDIDATE))
			return &conn->map.committed;
		reopen_as_candidate(conn);
		return &conn->map.candidate;
	}
	if (!seg->has_tsopt && !begins_bare(conn, mode))
		return NULL;
	if (answers_same_syn(conn, seg, mode, idle)) {
		conn->isn_earlier_answer = conn->isn_candidate;
		conn->answered_twice = true;
		conn->isn_candidate = seg->seq;
		note_retransmission(result);
		return &conn->map.candidate;
	}
	if (tsrw_conn_has(conn, TSRW_HAS_COMMITTED | TSRW_HAS_CANDIDATE))
		result->events |= TSRW_EVENT_REUSED;
	result->outcome |= TSRW_OUTCOME_ATTEMPT;
	begin_candidate(conn, seg, mode,
			tsrw_outside_start(anchor, tsrw_conn_newest_span(conn)));
	return &conn->map.candidate;
}

/* Whether the candidate has the number of the connection before: only TSecr tells which
 * of them is acknowledged
 */
static bool shares_number(const struct tsrw_conn *conn)
{
	return tsrw_conn_has(conn, TSRW_HAS_COMMITTED) && !conn->answered_twice &&
	       conn->isn_candidate == conn->isn_committed;
}

/* Whether the inside host acknowledges a SYN-ACK that did not pass the hooks */
static bool confirms_unseen(const struct tsrw_conn *conn,
			    const struct tsrw_segment *seg)
{
	return tsrw_conn_has(conn, TSRW_HAS_CANDIDATE) &&
	       !tsrw_conn_has(conn, TSRW_CANDIDATE_INBOUND) && seg->has_ack && !seg->rst &&
	       tsrw_seq_follows(seg->seq, conn->isn_candidate, TSRW_SYN_DATA_MAX) &&
	       !tsrw_conn_continues(conn, seg) && !shares_number(conn);
}

/* Commit a candidate whose SYN-ACK did not pass the hooks. The connection is asymmetric,
 * unless a plain ACK of its SYN has arrived, as in a simultaneous open.
 */
static void commit_unseen(struct tsrw_conn *conn, const struct tsrw_segment *seg,
			  struct tsrw_result *result)
{
	if (conn->answer == TSRW_ANSWER_BARE && !seg->has_tsopt)
		conn->mode_candidate = TSREWRITE_MODE_STRIP; /* its SYN lost its TSopt */
	tsrw_conn_commit(conn, result);
	conn->awaits_third_segment = true;
	conn->end[TSRW_EGRESS] = conn->isn_committed + 1;
	conn->end[TSRW_INGRESS] = seg->ack;
	if (tsrw_seq_follows(conn->ack[TSRW_INGRESS], conn->isn_committed,
			     TSRW_SYN_DATA_MAX))
		return;
	conn->ack[TSRW_INGRESS] = 0; /* it belongs to the connection before */
	if (conn->answer == TSRW_ANSWER_HEARD)
		return; /* what passed may be what the segment acknowledges */
	conn->asymmetry = TSRW_ASYMMETRIC;
	result->events |= TSRW_EVENT_ASYMMETRIC;
}

static struct tsrw_span *egress_other(struct tsrw_conn *conn,
				      const struct tsrw_segment *seg,
				      struct tsrw_result *result)
{
	if (confirms_unseen(conn, seg))
		commit_unseen(conn, seg, result);
	tsrw_close_progress(conn, seg, TSRW_EGRESS, result);
	return tsrw_conn_leaves_as_candidate(conn, seg) ? &conn->map.candidate :
							&conn->map.committed;
}

static void egress_tsopt(struct tsrw_conn *conn, struct tsrw_span *span,
			 const struct tsrw_segment *seg, u32 idle,
			 struct tsrw_result *result)
{
	tsrw_conn_note_tsval(conn, span, seg, idle);
	tsrw_mode_egress(result, span, result->mode);
	if (seg->syn && tsrw_unseen_strips(conn, span))
		result->action = TSRW_STRIP;
}

/* Count a connection that passes untouched as established if what shows that usually has not
 * passed: the inside host goes on behind its SYN-ACK, or the peer behind his own
 */
static void count_unseen_ack(struct tsrw_conn *conn, const struct tsrw_segment *seg,
			     struct tsrw_result *result)
{
	if (seg->rst || !seg->has_ack || tsrw_conn_has(conn, TSRW_HAS_COMMITTED) ||
	    !tsrw_conn_has(conn, TSRW_CANDIDATE_INBOUND) ||
	    !tsrw_mode_passes(conn->mode_candidate) ||
	    !tsrw_seq_follows(seg->seq, conn->isn_candidate, TSRW_FIRST_WINDOW))
		return;
	tsrw_conn_commit(conn, result);
	result->outcome |= TSRW_OUTCOME_ANSWERED | TSRW_OUTCOME_ESTABLISHED;
}

static void count_unseen_third_segment(struct tsrw_conn *conn,
				       const struct tsrw_segment *seg,
				       struct tsrw_result *result)
{
	if (seg->rst || !seg->has_ack || !conn->awaits_third_segment ||
	    !tsrw_mode_passes(conn->mode))
		return;
	conn->awaits_third_segment = false;
	result->outcome |= TSRW_OUTCOME_ESTABLISHED;
}

/* A connection that passes untouched has been counted when its third segment has passed, or
 * when it is closed before
 */
static void end_if_counted(const struct tsrw_conn *conn, struct tsrw_result *result)
{
	bool counted = !conn->awaits_third_segment || conn->state == TSRW_CLOSED;

	if (counted && tsrw_conn_has(conn, TSRW_HAS_COMMITTED) &&
	    tsrw_mode_passes(conn->mode) && !tsrw_conn_has(conn, TSRW_HAS_CANDIDATE))
		result->events |= TSRW_EVENT_END;
}

/**
 * tsrw_handshake_egress - handle a segment that leaves
 * @conn: state of the flow's connections
 * @seg: the segment
 * @mode: mode of a connection that begins now, TSRW_MODE_BARE if it has no TSopt and is to
 *	be counted; used with SYN only
 * @anchor: the clock of the 4-tuple now, in ms; used with SYN only
 * @idle: seconds since the segment of the flow before
 * @result: filled in
 *
 * Context: any; the caller excludes other writers of @conn.
 */
void tsrw_handshake_egress(struct tsrw_conn *conn, const struct tsrw_segment *seg,
			   enum tsrewrite_mode mode, u32 anchor, u32 idle,
			   struct tsrw_result *result)
{
	struct tsrw_span *span;

	*result = (struct tsrw_result){};
	if (seg->syn) {
		span = egress_syn(conn, seg, mode, anchor, idle, result);
		if (span)
			note_numbers(conn, seg);
	} else {
		tsrw_unseen_progress(conn, seg, idle, result);
		span = egress_other(conn, seg, result);
		count_unseen_ack(conn, seg, result);
	}
	end_if_counted(conn, result);

	if (!span)
		return;
	note_connection(result, conn, span);
	if (seg->has_tsopt)
		egress_tsopt(conn, span, seg, idle, result);
	/* Its number may make the RST the committed connection's, but not what it says */
	if (result->outcome & TSRW_OUTCOME_ANSWER_UNSEEN) {
		result->mode = conn->mode_candidate;
		result->inbound = false;
	}
}

static bool echoes_candidate(const struct tsrw_conn *conn,
			     const struct tsrw_segment *seg)
{
	const struct tsrw_span *span = &conn->map.candidate;
	u32 echo = seg->tsecr;

	if (!seg->has_tsopt || !echo)
		return false;
	if (tsrw_mode_writes(conn->mode_candidate))
		echo = tsrw_span_restore(span, echo);
	return tsrw_span_sent(span, echo);
}

/* How many bytes of data the candidate's SYN has (Fast Open, RFC 7413) */
static u32 data_of_syn(const struct tsrw_conn *conn)
{
	u32 len = conn->end[TSRW_EGRESS] - conn->isn_candidate - 1;

	if (conn->state == TSRW_ESTABLISHED || tsrw_conn_has(conn, TSRW_CANDIDATE_INBOUND))
		return 0; /* @end is of the committed connection, or of more than a SYN */
	return len <= TSRW_SYN_DATA_MAX ? len : 0;
}

/* Whether a segment acknowledges the candidate. If it acknowledges no more than the SYN
 * and its data, its acknowledgment number suffices. It may acknowledge more, because
 * acknowledgments before it may be lost; then its TSecr has to pass the echo check, too.
 */
static bool acks_candidate(const struct tsrw_conn *conn,
			   const struct tsrw_segment *seg, u32 data)
{
	if (!tsrw_conn_has(conn, TSRW_HAS_CANDIDATE) || !seg->has_ack)
		return false;
	return (tsrw_seq_follows(seg->ack, conn->isn_candidate, data_of_syn(conn)) &&
		(!shares_number(conn) || !seg->has_tsopt)) ||
	       (tsrw_seq_follows(seg->ack, conn->isn_candidate, data) &&
		echoes_candidate(conn, seg));
}

/* Whether a segment acknowledges an earlier SYN-ACK, by its TSecr as well */
static bool acks_earlier_answer(const struct tsrw_conn *conn,
				const struct tsrw_segment *seg)
{
	return conn->answered_twice && seg->has_ack &&
	       seg->ack == conn->isn_earlier_answer + 1 &&
	       (echoes_candidate(conn, seg) || tsrw_mode_passes(conn->mode_candidate));
}

/* Commit a candidate begun from outside if the segment acknowledges its SYN-ACK */
static void commit_if_acked(struct tsrw_conn *conn, const struct tsrw_segment *seg,
			    struct tsrw_result *result)
{
	if (acks_earlier_answer(conn, seg))
		conn->isn_candidate = conn->isn_earlier_answer;
	if (!acks_candidate(conn, seg, TSRW_FIRST_WINDOW))
		return;
	tsrw_conn_commit(conn, result);
	conn->end[TSRW_EGRESS] = seg->ack;
	conn->end[TSRW_INGRESS] = seg->seq;
	/* The connection before may have acknowledged more since the SYN-ACK */
	if (seg->seq - conn->ack[TSRW_EGRESS] > TSRW_FIRST_WINDOW)
		conn->ack[TSRW_EGRESS] = seg->seq;
	result->outcome |= TSRW_OUTCOME_ANSWERED | TSRW_OUTCOME_ESTABLISHED;
}

/* Linux takes no RST for an answer whose TSecr it has not sent */
static bool refuses_syn(const struct tsrw_conn *conn,
			const struct tsrw_segment *seg)
{
	bool echoes = seg->has_tsopt && seg->tsecr;

	return seg->rst && acks_candidate(conn, seg, 0) &&
	       !tsrw_conn_has(conn, TSRW_CANDIDATE_INBOUND) &&
	       (!echoes || echoes_candidate(conn, seg));
}

/* The inside host may not take such a SYN-ACK, and have another answer. So the flow stays
 * until the third segment shows that no TSopts are to come; should any, they are taken out
 * of what would be rewritten.
 */
static void answered_without_tsopt(struct tsrw_conn *conn, struct tsrw_result *result)
{
	result->events |= TSRW_EVENT_NO_TSOPT;
	conn->answer = TSRW_ANSWER_BARE;
	if (tsrw_mode_writes(conn->mode))
		conn->mode = TSREWRITE_MODE_STRIP;
}

static void ingress_syn_ack(struct tsrw_conn *conn,
			    const struct tsrw_segment *seg,
			    struct tsrw_result *result)
{
	if (!acks_candidate(conn, seg, TSRW_SYN_DATA_MAX) ||
	    tsrw_conn_has(conn, TSRW_CANDIDATE_INBOUND))
		return;
	tsrw_conn_commit(conn, result);
	result->outcome |= TSRW_OUTCOME_ANSWERED;
	conn->awaits_third_segment = true;
	conn->ack[TSRW_INGRESS] = seg->ack;
	conn->ack[TSRW_EGRESS] = seg->seq + 1; /* as in the third segment to come */
	conn->end[TSRW_INGRESS] = seg->end;
	conn->end[TSRW_EGRESS] = seg->ack;
	conn->answer = TSRW_ANSWER_NONE;
	if (!seg->has_tsopt && !tsrw_mode_passes(conn->mode))
		answered_without_tsopt(conn, result);
}

static void ingress_other(struct tsrw_conn *conn,
			  const struct tsrw_segment *seg,
			  struct tsrw_result *result)
{
	if (refuses_syn(conn, seg)) {
		tsrw_close_refused(conn, result);
		return;
	}
	if (tsrw_conn_is_other(conn, seg))
		return;
	if (!seg->rst && tsrw_conn_has(conn, TSRW_CANDIDATE_INBOUND))
		commit_if_acked(conn, seg, result);
	tsrw_close_progress(conn, seg, TSRW_INGRESS, result);
}

/* Whether the peer echoes a SYN that had left unrewritten, before a retransmission of
 * it was rewritten. Only where SYNs have left unrewritten lately can it be so.
 */
static bool is_foreign(const struct tsrw_segment *seg,
		       const struct tsrw_result *result)
{
	return result->events & TSRW_EVENT_ESTABLISHED &&
	       result->action == TSRW_TRANSLATE && !result->verified &&
	       tsrw_span_echoes_raw(&result->span, seg->tsecr);
}

/* The mode for a SYN that arrives: that of the candidate if its SYN has left, because the
 * two cross in a simultaneous open; else @mode, because it asks for a new connection
 */
static enum tsrewrite_mode mode_of_syn(const struct tsrw_conn *conn,
				       enum tsrewrite_mode mode)
{
	return tsrw_conn_has(conn, TSRW_HAS_CANDIDATE) &&
	       !tsrw_conn_has(conn, TSRW_CANDIDATE_INBOUND) ?
		conn->mode_candidate : mode;
}

/**
 * tsrw_handshake_ingress - handle a segment that arrives
 * @conn: state of the flow's connections
 * @seg: the segment
 * @mode: mode of a connection that begins now; used with SYN only
 * @raw_lately: SYNs may have left unrewritten so lately that one of them is answered now
 * @result: filled in
 *
 * Context: any; the caller excludes other writers of @conn.
 */
void tsrw_handshake_ingress(struct tsrw_conn *conn, const struct tsrw_segment *seg,
			    enum tsrewrite_mode mode, bool raw_lately,
			    struct tsrw_result *result)
{
	bool other = tsrw_conn_is_other(conn, seg);
	const struct tsrw_span *span;

	*result = (struct tsrw_result){};
	if (seg->syn && seg->has_ack)
		ingress_syn_ack(conn, seg, result);
	else if (!seg->syn)
		ingress_other(conn, seg, result);
	if (!seg->syn)
		count_unseen_third_segment(conn, seg, result);
	tsrw_unseen_note_heard(conn, seg);
	end_if_counted(conn, result);

	/* If the segment is the candidate's, it has committed the candidate by now */
	span = tsrw_conn_shown_span(conn);
	note_connection(result, conn, span);
	if (seg->syn && !seg->has_ack)
		result->mode = mode_of_syn(conn, mode);
	tsrw_mode_ingress(result, span, result->mode, seg);

	if (other && !result->verified && tsrw_mode_checks_echo(result->action)) {
		result->action = TSRW_PASS_OTHER;
		result->future = false;
	} else if (raw_lately && is_foreign(seg, result)) {
		result->action = TSRW_PASS_FOREIGN;
		result->events |= TSRW_EVENT_END;
	} else if (seg->syn && result->action == TSRW_TRANSLATE &&
		   !result->verified) {
		result->action = TSRW_ZERO;
	}
}

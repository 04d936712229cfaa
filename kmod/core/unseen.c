// SPDX-License-Identifier: GPL-2.0-only
/*
 * Answers that did not pass the hooks.
 *
 * A host that refuses a SYN-ACK sends an RST with the acknowledgment number of the
 * SYN-ACK as its sequence number (RFC 9293 section 3.10.7.3).  If nothing has passed that
 * it may refuse, the SYN-ACK took another path, or something carried it past the hooks:
 * its TSecr was not restored.
 */
#include "mode.h"
#include "unseen.h"

/* An RST so many seconds behind the SYN, or more, is that of a host or a firewall inside
 * that gives up
 */
#define TOO_LATE	3

/* Whether the candidate has the number of the connection before, so that an RST may be
 * that one's
 */
static bool shares_number(const struct tsrw_conn *conn)
{
	return tsrw_conn_has(conn, TSRW_HAS_COMMITTED) &&
	       conn->isn_candidate == conn->isn_committed;
}

/* Whether the candidate was begun from inside, and nothing is known of an answer to it */
static bool is_unanswered(const struct tsrw_conn *conn)
{
	return tsrw_conn_has(conn, TSRW_HAS_CANDIDATE) &&
	       !tsrw_conn_has(conn, TSRW_CANDIDATE_INBOUND) &&
	       conn->answer == TSRW_ANSWER_NONE;
}

/* Whether the inside host refuses an answer to the candidate's SYN that did not pass. If
 * the SYN left with its own TSval or without TSopt, the answer needed no restoring, and
 * the host has another reason. A host that gives up before it has heard anything may send
 * an RST that acknowledges 0 (lwIP).
 */
static bool refuses_unseen(const struct tsrw_conn *conn,
			   const struct tsrw_segment *seg, u32 idle)
{
	return seg->rst && (!seg->has_ack || seg->ack) && idle < TOO_LATE &&
	       is_unanswered(conn) && tsrw_mode_writes(conn->mode_candidate) &&
	       tsrw_seq_follows(seg->seq, conn->isn_candidate, TSRW_SYN_DATA_MAX) &&
	       !tsrw_conn_continues(conn, seg) && !shares_number(conn);
}

/**
 * tsrw_unseen_progress - find out whether a segment refuses an answer that did not pass
 * @conn: state of the flow's connections
 * @seg: a segment that leaves, not a SYN
 * @idle: seconds since the segment of the flow before
 * @result: gets the outcome
 *
 * Nobody outside can cause this with segments that are read.
 */
void tsrw_unseen_progress(struct tsrw_conn *conn, const struct tsrw_segment *seg,
			  u32 idle, struct tsrw_result *result)
{
	if (!refuses_unseen(conn, seg, idle))
		return;
	conn->answer = TSRW_ANSWER_BARE;
	result->outcome |= TSRW_OUTCOME_ANSWER_UNSEEN;
}

/**
 * tsrw_unseen_note_heard - note that something arrives which the inside host may refuse
 * @conn: state of the flow's connections
 * @seg: a segment that arrives, and has committed the candidate by now if it does so
 */
void tsrw_unseen_note_heard(struct tsrw_conn *conn, const struct tsrw_segment *seg)
{
	if ((seg->has_ack || seg->syn) && !seg->rst && is_unanswered(conn))
		conn->answer = TSRW_ANSWER_HEARD;
}

/**
 * tsrw_unseen_strips - whether a SYN that is sent again loses its TSopt
 * @conn: state of the flow's connections
 * @span: span of the SYN's connection
 *
 * Without one, its answer needs no restoring. Should the answer to the SYN before pass
 * after all, it is restored.
 */
bool tsrw_unseen_strips(const struct tsrw_conn *conn, const struct tsrw_span *span)
{
	return span == &conn->map.candidate && conn->answer == TSRW_ANSWER_BARE &&
	       conn->mode_candidate == TSREWRITE_MODE_REWRITE;
}

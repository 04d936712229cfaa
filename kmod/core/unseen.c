// SPDX-License-Identifier: GPL-2.0-only
/*
 * Answers that did not pass the hooks.
 *
 * A host that refuses a SYN-ACK sends an RST with the acknowledgment number of the
 * SYN-ACK as its sequence number (RFC 9293 section 3.10.7.3).  If no SYN-ACK has passed,
 * it took another path, or something carried it past the hooks: its TSecr was not
 * restored.
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

/* Whether the inside host refuses an answer to the candidate's SYN that did not pass. A
 * plain ACK may have passed, as in a simultaneous open. A host that gives up before it
 * has heard anything may send an RST that acknowledges 0 (lwIP).
 */
static bool refuses_unseen(const struct tsrw_conn *conn,
			   const struct tsrw_segment *seg, u32 idle)
{
	return seg->rst && (!seg->has_ack || seg->ack) && idle < TOO_LATE &&
	       tsrw_conn_has(conn, TSRW_HAS_CANDIDATE) &&
	       !tsrw_conn_has(conn, TSRW_CANDIDATE_INBOUND) &&
	       tsrw_seq_follows(seg->seq, conn->isn_candidate, TSRW_SYN_DATA_MAX) &&
	       seg->seq != conn->ack[TSRW_INGRESS] &&
	       !tsrw_conn_continues(conn, seg) && !shares_number(conn);
}

/**
 * tsrw_unseen_progress - find out whether a segment refuses an answer that did not pass
 * @conn: state of the flow's connections
 * @seg: a segment that leaves, not a SYN
 * @idle: seconds since the segment of the flow before
 * @result: gets the events and the outcome
 *
 * If the SYN is sent again, it loses its TSopt: without one, the answer needs no
 * restoring. Nobody outside can cause this without the initial sequence number. If the
 * SYN left with its own TSval or without TSopt, the answer needed no restoring either,
 * and the host has another reason to refuse it: that is no outcome.
 */
void tsrw_unseen_progress(struct tsrw_conn *conn, const struct tsrw_segment *seg,
			  u32 idle, struct tsrw_result *result)
{
	if (!refuses_unseen(conn, seg, idle))
		return;
	result->events |= TSRW_EVENT_ASYMMETRIC;
	if (!tsrw_mode_writes(conn->mode_candidate))
		return;
	result->outcome |= TSRW_OUTCOME_ANSWER_UNSEEN;
	if (conn->mode_candidate == TSREWRITE_MODE_REWRITE)
		conn->mode_candidate = TSREWRITE_MODE_STRIP;
}

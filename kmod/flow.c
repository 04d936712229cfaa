// SPDX-License-Identifier: GPL-2.0-only
/*
 * One flow: how segments read and change it.
 */
#include "core/unseen.h"
#include "flow.h"

/**
 * tsrw_flow_answer_quiet - handle a segment that leaves the connections as they are
 * @flow: the flow
 * @dir: which way the segment goes
 * @seg: the segment
 * @idle: seconds since the segment of the flow before
 * @result: filled in if true is returned
 *
 * Return: false if the segment may change the state of the flow's connections, and has
 * to be handled by tsrw_flow_change().
 * Context: RCU read side, bottom halves disabled; takes no lock.
 */
bool tsrw_flow_answer_quiet(struct tsrw_flow *flow, enum tsrw_direction dir,
			    const struct tsrw_segment *seg, u32 idle,
			    struct tsrw_result *result)
{
	enum tsrewrite_mode mode;
	struct tsrw_span span;
	bool acks_more, inbound, from_zero;
	unsigned int seq;

	do {
		seq = read_seqcount_begin(&flow->seq);
		if (!tsrw_conn_is_quiet(&flow->conn, seg, dir))
			return false;
		span = flow->conn.map.committed;
		mode = flow->conn.mode;
		inbound = tsrw_conn_has(&flow->conn, TSRW_INBOUND);
		from_zero = flow->conn.committed_from_zero;
	} while (read_seqcount_retry(&flow->seq, seq));

	*result = (struct tsrw_result){
		.mode = mode, .inbound = inbound, .first_is_zero = from_zero,
	};
	if (dir == TSRW_INGRESS) {
		tsrw_mode_ingress(result, &span, mode, seg);
	} else if (seg->has_tsopt) {
		if (!tsrw_span_is_usual(&span, seg->tsval) ||
		    !tsrw_flow_note_sent(flow, seq, &span, seg->tsval, idle))
			return false;
		span.last = tsrw_span_later(span.last, seg->tsval, idle);
		tsrw_mode_egress(result, &span, mode);
	}
	tsrw_flow_note_end(flow, dir, seg);
	acks_more = seg->has_ack && tsrw_flow_note_ack(flow, dir, seg->ack);
	if (tsrw_flow_note_asymmetry(flow, dir, seg, acks_more, idle))
		result->events |= TSRW_EVENT_ASYMMETRIC;
	return true;
}

/**
 * tsrw_flow_begin - handle the first segment of a flow, which leaves
 * @flow: the flow, not linked yet, with the state of its connections zeroed
 * @seg: its SYN or SYN-ACK, with TSopt unless @mode is TSRW_MODE_BARE
 * @mode: mode of the connection
 * @anchor: the clock of the 4-tuple now, in ms
 * @result: filled in
 */
void tsrw_flow_begin(struct tsrw_flow *flow, const struct tsrw_segment *seg,
		     enum tsrewrite_mode mode, u32 anchor, struct tsrw_result *result)
{
	struct tsrw_conn *conn = &flow->conn;

	tsrw_handshake_begin(&flow->conn, seg, mode, anchor, result);
	conn->asymmetry = tsrw_asymmetry_note(0, TSRW_EGRESS, conn->ack[TSRW_EGRESS]);
}

/**
 * tsrw_flow_change - handle a segment that may change the state of the connections
 * @flow: the flow
 * @info: where the segment passes
 * @seg: the segment
 * @anchor: the clock of the 4-tuple now, in ms; used with a SYN that leaves only
 * @idle: seconds since the segment of the flow before
 * @result: filled in
 *
 * Context: the chain's lock is held, bottom halves disabled.
 */
void tsrw_flow_change(struct tsrw_flow *flow, const struct tsrw_hook_info *info,
		      const struct tsrw_segment *seg, u32 anchor, u32 idle,
		      struct tsrw_result *result)
{
	enum tsrw_direction dir = info->dir;
	u32 acked = flow->conn.ack[dir];

	write_seqcount_begin(&flow->seq);
	/* Either this sees what a quiet segment has noted, or that sees @flow->seq changed:
	 * pairs with the cmpxchg in tsrw_flow_note_sent()
	 */
	smp_mb();
	if (dir == TSRW_EGRESS)
		tsrw_handshake_egress(&flow->conn, seg, info->mode, anchor, idle, result);
	else
		tsrw_handshake_ingress(&flow->conn, seg, info->mode, info->raw_lately,
				       result);
	if (tsrw_flow_note_asymmetry(flow, dir, seg,
				     flow->conn.ack[dir] != acked, idle))
		result->events |= TSRW_EVENT_ASYMMETRIC;
	write_seqcount_end(&flow->seq);
}

/**
 * tsrw_flow_note_unreachable - note that an ICMP error answers a SYN or SYN-ACK
 * @flow: the flow
 * @seq: sequence number that the error quotes
 *
 * Return: true if it is that of the candidate, whose answer is neither known to be unseen
 * nor was such an error before. Context: the chain's lock is held, bottom halves disabled.
 */
bool tsrw_flow_note_unreachable(struct tsrw_flow *flow, u32 seq)
{
	struct tsrw_conn *conn = &flow->conn;

	if (!tsrw_conn_has(conn, TSRW_HAS_CANDIDATE) || conn->isn_candidate != seq ||
	    conn->answer >= TSRW_ANSWER_UNREACHABLE)
		return false;
	write_seqcount_begin(&flow->seq);
	conn->answer = TSRW_ANSWER_UNREACHABLE;
	write_seqcount_end(&flow->seq);
	return true;
}

/**
 * tsrw_flow_note_unread - note that a segment arrives which is passed without being read
 * @flow: the flow
 *
 * Context: the chain's lock is held, bottom halves disabled.
 */
void tsrw_flow_note_unread(struct tsrw_flow *flow)
{
	const struct tsrw_segment seg = { .has_ack = true };

	write_seqcount_begin(&flow->seq);
	tsrw_unseen_note_heard(&flow->conn, &seg);
	write_seqcount_end(&flow->seq);
}

/**
 * tsrw_flow_snapshot - copy the state of a flow's connections consistently
 * @flow: the flow
 * @conn: filled in
 *
 * Context: RCU read side.
 */
void tsrw_flow_snapshot(const struct tsrw_flow *flow, struct tsrw_conn *conn)
{
	unsigned int seq;

	do {
		seq = read_seqcount_begin(&flow->seq);
		*conn = flow->conn;
	} while (read_seqcount_retry(&flow->seq, seq));
}

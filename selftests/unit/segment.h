/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Segments to drive the core with, and what a step does to their TSopt.
 */
#ifndef TSRW_UNIT_SEGMENT_H
#define TSRW_UNIT_SEGMENT_H

#include "core/handshake.h"

static inline struct tsrw_segment seg_syn(u32 isn, u32 tsval)
{
	return (struct tsrw_segment){
		.seq = isn, .end = isn + 1, .tsval = tsval,
		.syn = true, .has_tsopt = true,
	};
}

static inline struct tsrw_segment seg_data(u32 seq, u32 len, u32 ack, u32 tsval,
					   u32 tsecr)
{
	return (struct tsrw_segment){
		.seq = seq, .end = seq + len, .ack = ack, .tsval = tsval,
		.tsecr = tsecr, .has_ack = true, .has_tsopt = true,
	};
}

static inline struct tsrw_segment seg_syn_ack(u32 isn, u32 ack, u32 tsval,
					      u32 tsecr)
{
	struct tsrw_segment seg = seg_data(isn, 1, ack, tsval, tsecr);

	seg.syn = true;
	return seg;
}

static inline struct tsrw_segment seg_fin(u32 seq, u32 ack, u32 tsval,
					  u32 tsecr)
{
	struct tsrw_segment seg = seg_data(seq, 1, ack, tsval, tsecr);

	seg.fin = true;
	return seg;
}

/* In its usual form: no ACK, no TSopt */
static inline struct tsrw_segment seg_rst(u32 seq)
{
	return (struct tsrw_segment){ .seq = seq, .end = seq, .rst = true };
}

/* Answers a SYN (RFC 9293 section 3.10.7.1) */
static inline struct tsrw_segment seg_rst_ack(u32 seq, u32 ack)
{
	struct tsrw_segment seg = seg_rst(seq);

	seg.ack = ack;
	seg.has_ack = true;
	return seg;
}

static inline struct tsrw_segment without_tsopt(struct tsrw_segment seg)
{
	seg.has_tsopt = false;
	seg.tsval = 0;
	seg.tsecr = 0;
	return seg;
}

/* The harness cannot compare a bit-field */
static inline enum tsrw_conn_state state_of(const struct tsrw_conn *conn)
{
	return conn->state;
}

/* As the hooks have it: the first segment of a flow begins it */
static inline void leave_after(struct tsrw_conn *conn,
			       const struct tsrw_segment *seg,
			       enum tsrewrite_mode mode, u32 anchor, u32 idle,
			       struct tsrw_result *result)
{
	if (conn->flags)
		tsrw_handshake_egress(conn, seg, mode, anchor, idle, result);
	else
		tsrw_handshake_begin(conn, seg, mode, anchor, result);
}

/* @mode and @anchor matter to what begins with it */
static inline struct tsrw_result leave_by(struct tsrw_conn *conn,
					  struct tsrw_segment seg,
					enum tsrewrite_mode mode, u32 anchor)
{
	struct tsrw_result result;

	leave_after(conn, &seg, mode, anchor, 0, &result);
	return result;
}

static inline struct tsrw_result leave_at(struct tsrw_conn *conn,
					  struct tsrw_segment seg, u32 anchor)
{
	return leave_by(conn, seg, TSREWRITE_MODE_REWRITE, anchor);
}

/* @mode matters to a SYN. SYNs may have left unrewritten a moment ago. */
static inline struct tsrw_result arrive_by(struct tsrw_conn *conn,
					   struct tsrw_segment seg,
					 enum tsrewrite_mode mode)
{
	struct tsrw_result result;

	tsrw_handshake_ingress(conn, &seg, mode, true, &result);
	return result;
}

static inline struct tsrw_result arrive_segment(struct tsrw_conn *conn,
						struct tsrw_segment seg)
{
	return arrive_by(conn, seg, TSREWRITE_MODE_REWRITE);
}

/* What the outside sees */
static inline u32 seen_outside(const struct tsrw_result *result, u32 tsval)
{
	return result->action == TSRW_TRANSLATE ?
		tsrw_span_outside(&result->span, tsval) : tsval;
}

/* What the inside is told */
static inline u32 told_inside(const struct tsrw_result *result, u32 tsecr)
{
	if (result->action == TSRW_ZERO)
		return 0;
	return result->action == TSRW_TRANSLATE ?
		tsrw_result_restore(result, tsecr) : tsecr;
}

#endif /* TSRW_UNIT_SEGMENT_H */

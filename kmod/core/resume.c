// SPDX-License-Identifier: GPL-2.0-only
/*
 * A connection that is taken up in its middle, by an offset that is known from elsewhere.
 */
#include "resume.h"

static void note_egress(struct tsrw_conn *conn, const struct tsrw_segment *seg)
{
	conn->isn_committed = seg->seq;
	conn->end[TSRW_EGRESS] = seg->end;
	conn->end[TSRW_INGRESS] = seg->ack;
	conn->ack[TSRW_EGRESS] = seg->ack;
	conn->map.committed.last = seg->tsval;
}

static void note_ingress(struct tsrw_conn *conn, const struct tsrw_segment *seg, u32 echoed)
{
	conn->isn_committed = seg->ack;
	conn->end[TSRW_INGRESS] = seg->end;
	conn->end[TSRW_EGRESS] = seg->ack;
	conn->ack[TSRW_INGRESS] = seg->ack;
	conn->map.committed.last = echoed + TSRW_LATER_MAX;
}

/**
 * tsrw_resume - take up an established connection that is rewritten
 * @conn: state of a flow's connections, zeroed
 * @seg: the first segment of it that passes here, with TSopt and ACK, not a SYN; of what
 *	arrives, its TSecr is not 0
 * @dir: which way it goes
 * @offset: outside TSval less inside TSval
 *
 * @seg is handled afterwards, as any other one of the flow. Its initial sequence number is not
 * known: no SYN has one that lies so far away from what is sent.
 */
void tsrw_resume(struct tsrw_conn *conn, const struct tsrw_segment *seg,
		 enum tsrw_direction dir, u32 offset)
{
	struct tsrw_span *span = &conn->map.committed;

	span->offset = offset;
	conn->state = TSRW_ESTABLISHED;
	conn->flags = TSRW_HAS_COMMITTED;
	conn->mode = TSREWRITE_MODE_REWRITE;
	if (dir == TSRW_EGRESS)
		note_egress(conn, seg);
	else
		note_ingress(conn, seg, seg->tsecr - offset);
	conn->isn_committed += 0x80000000u;
	span->first = span->last - TSRW_ECHO_REACH;
}

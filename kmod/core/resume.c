// SPDX-License-Identifier: GPL-2.0-only
/*
 * A connection that is taken up in its middle, by an offset that is known from elsewhere.
 */
#include "resume.h"

/**
 * tsrw_resume - take up an established connection that is rewritten
 * @conn: state of a flow's connections, zeroed
 * @seg: the first segment of it that leaves here, with ACK and a TSopt whose TSval is not 0,
 *	neither SYN nor RST
 * @offset: outside TSval less inside TSval
 *
 * @seg is handled afterwards, as any other one of the flow. A segment that arrives does not
 * take a connection up: it may be forged, and its TSecr would be what echoes are measured by.
 * The initial sequence number is not known: no SYN has one that lies so far away.
 */
void tsrw_resume(struct tsrw_conn *conn, const struct tsrw_segment *seg, u32 offset)
{
	struct tsrw_span *span = &conn->map.committed;

	span->offset = offset;
	span->last = seg->tsval;
	span->first = span->last - TSRW_ECHO_REACH;
	conn->isn_committed = seg->seq + 0x80000000u;
	conn->end[TSRW_EGRESS] = seg->end;
	conn->end[TSRW_INGRESS] = seg->ack;
	conn->ack[TSRW_EGRESS] = seg->ack;
	conn->state = TSRW_ESTABLISHED;
	conn->flags = TSRW_HAS_COMMITTED;
	conn->mode = TSREWRITE_MODE_REWRITE;
}

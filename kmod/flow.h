/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_FLOW_H
#define TSRW_FLOW_H

#include <linux/atomic.h>
#include <linux/list.h>
#include <linux/llist.h>
#include <linux/seqlock.h>

#include "core/handshake.h"
#include "flow_key.h"
#include "stamp.h"

/**
 * struct tsrw_hook_info - where a segment passes, and what it would begin there
 * @dir: which way it goes
 * @device: id of the attached device that it crosses
 * @group: id of the group of a flow that it begins, or of the flow that it belongs to
 * @mode: enum tsrewrite_mode of a connection that it begins, or TSRW_MODE_BARE
 * @raw_lately: SYNs may have left unrewritten so lately that one of them is answered now
 */
struct tsrw_hook_info {
	enum tsrw_direction dir;
	u8 device;
	u8 group;
	u8 mode;
	bool raw_lately;
};

/**
 * struct tsrw_flow - a flow, which is an entry of the flow table
 * @node: links the chain of the table; RCU
 * @key: what the flow is found by; constant
 * @stamp: jiffies of the last segment, or of one up to a second before it;
 *	TSRW_STAMP_DEAD once the flow is dead
 * @seq: lets readers of @conn notice a writer
 * @conn: state of its connections. It is written under the chain's lock and @seq,
 *	except for @last and @first of the committed span, @ack, @end and @asymmetry,
 *	which quiet segments write without them
 * @group: id of its group; after that was removed, 0 or an id that no group has. It is
 *	written under the chain's lock
 * @device: ids of the devices that it crossed last, by enum tsrw_direction; 0 for none, and
 *	after a detach for a while an id that no device has. TSRW_DEVICE_UNHEARD, on ingress, of
 *	a flow that was loaded and is not confirmed. Written under the chain's lock
 * @slept: a segment from outside ended a silence of more than TSRW_IDLE_LONG, so that
 *	the next TSval from inside counts as the latest
 * @dead: links the flows that wait for their grace period
 *
 * Every segment reads the first cache line. What segments write is in the second, but
 * for @stamp, which is written at most once a second.
 */
struct tsrw_flow {
	struct hlist_node node;
	struct tsrw_flow_key key;
	u32 stamp;
	seqcount_spinlock_t seq;

	struct tsrw_conn conn;
	u8 group;
	u8 device[2];
	bool slept;
	struct llist_node dead;
};

/* The memory that a flow takes is documented; debugging of locks adds to it */
#if !defined(CONFIG_LOCKDEP) && !defined(CONFIG_PREEMPT_RT) && \
	!defined(CONFIG_DEBUG_SPINLOCK)
static_assert(sizeof(struct tsrw_flow) <= 128);
#endif

/* What struct tsrw_conn has of modes are three bits */
static_assert(TSRW_MODE_BARE < 8);

#define TSRW_STAMP_DEAD	0

/* No device has this id. A flow that was loaded, and is rewritten, may be that of another
 * connection: it is confirmed by the first echo that passes the echo check. Until then all that
 * arrives takes the whole way, as if it crossed another device than before.
 */
#define TSRW_DEVICE_UNHEARD	255

/**
 * tsrw_flow_touch - keep a flow alive, because a segment of it passes
 * @flow: the flow
 * @dir: which way the segment goes
 * @idle: filled in with the seconds since the segment before; with more than
 *	TSRW_IDLE_LONG if that one came from outside and ended a longer silence
 *
 * Return: false if the flow is dead, so that the segment has no flow.
 * Context: RCU read side. Writes to @flow at most once a second.
 */
static inline bool tsrw_flow_touch(struct tsrw_flow *flow,
				   enum tsrw_direction dir, u32 *idle)
{
	u32 seen = READ_ONCE(flow->stamp);
	u32 now = jiffies;

	*idle = 0;
	if (likely(seen != TSRW_STAMP_DEAD && now - seen < HZ &&
		   !READ_ONCE(flow->slept)))
		return true;

	do {
		if (seen == TSRW_STAMP_DEAD)
			return false;
		now = tsrw_stamp_now();
		*idle = tsrw_stamp_since(seen, now) / HZ;
	} while (*idle && !try_cmpxchg(&flow->stamp, &seen, now));
	if (READ_ONCE(flow->slept))
		*idle = TSRW_IDLE_LONG + 1;
	if (*idle > TSRW_IDLE_LONG)
		WRITE_ONCE(flow->slept, dir == TSRW_INGRESS);
	return true;
}

/**
 * tsrw_flow_is_inbound_embryo - whether a flow is embryonic and begun from outside
 * @flow: the flow
 *
 * One that only counts is none, so that it takes no room from those that are hidden.
 *
 * Context: the chain's lock is held.
 */
static inline bool tsrw_flow_is_inbound_embryo(const struct tsrw_flow *flow)
{
	return flow->conn.state == TSRW_EMBRYONIC &&
	       tsrw_conn_has(&flow->conn, TSRW_CANDIDATE_INBOUND) &&
	       !tsrw_mode_passes(flow->conn.mode_candidate);
}

/**
 * tsrw_flow_crosses_other - whether a flow crosses another device than before
 * @flow: the flow
 * @dir: direction in which it crosses the device
 * @device: id of the device
 *
 * Return: true if so: tsrw_track_segment() has to note it. Context: RCU read side.
 */
static inline bool tsrw_flow_crosses_other(const struct tsrw_flow *flow,
					   enum tsrw_direction dir, u8 device)
{
	return READ_ONCE(flow->device[dir]) != device;
}

/**
 * tsrw_flow_note_sent - note a TSval that leaves on the committed connection
 * @flow: the flow
 * @seq: @flow->seq as it was when the span was read
 * @seen: the span as it was read
 * @tsval: the TSval
 * @idle: seconds since the segment of the flow before
 *
 * Two CPUs may handle segments of a flow at the same time, so that the latest TSval is
 * moved by cmpxchg, which keeps it from moving back, and from the span of another
 * connection that was committed meanwhile. If @seq has not changed behind the cmpxchg, the
 * next writer of the connections reads the TSval: see tsrw_flow_change().
 *
 * Return: false if the flow was changed meanwhile. The segment must then be handled under
 * the chain's lock, because the writer may not have seen the TSval, and the echo of one
 * that was not noted fails the echo check. Context: RCU read side.
 */
static inline bool tsrw_flow_note_sent(struct tsrw_flow *flow, unsigned int seq,
				       const struct tsrw_span *seen, u32 tsval, u32 idle)
{
	struct tsrw_span *span = &flow->conn.map.committed;
	u32 first = seen->first, last = seen->last;
	u32 floor, next;

	while ((next = tsrw_span_later(last, tsval, idle)) != last) {
		if (likely(try_cmpxchg(&span->last, &last, next))) {
			floor = tsrw_span_floor(first, next);
			if (unlikely(floor != first))
				cmpxchg(&span->first, first, floor);
			return !read_seqcount_retry(&flow->seq, seq);
		}
		if (read_seqcount_retry(&flow->seq, seq))
			return false;
	}
	return true;
}

/**
 * tsrw_flow_note_ack - note the acknowledgment number of a segment
 * @flow: the flow
 * @dir: which way the segment goes
 * @ack: its acknowledgment number
 *
 * Return: true if it differs from the one before. Context: RCU read side.
 */
static inline bool tsrw_flow_note_ack(struct tsrw_flow *flow,
				      enum tsrw_direction dir, u32 ack)
{
	if (READ_ONCE(flow->conn.ack[dir]) == ack)
		return false;
	WRITE_ONCE(flow->conn.ack[dir], ack);
	return true;
}

/**
 * tsrw_flow_note_end - note where what was sent ends
 * @flow: the flow
 * @dir: which way the segment goes
 * @seg: the segment
 *
 * Context: RCU read side. Writes to @flow only if the segment has data that is new.
 */
static inline void tsrw_flow_note_end(struct tsrw_flow *flow, enum tsrw_direction dir,
				      const struct tsrw_segment *seg)
{
	u32 *end = &flow->conn.end[dir];
	u32 last, next = seg->end;

	if (next == seg->seq)
		return;
	last = READ_ONCE(*end);
	if (unlikely(seg->seq != last))
		next = tsrw_seq_end_after(last, READ_ONCE(flow->conn.ack[tsrw_other(dir)]),
					  seg);
	if (next != last)
		WRITE_ONCE(*end, next);
}

/**
 * tsrw_flow_outruns_window - whether a segment leaves beyond the window that is known
 * @conn: state of the flow's connections
 * @dir: which way the segment goes
 * @seg: the segment
 *
 * The last acknowledgment must be of the same connection: a SYN begins another one, to
 * which other segments may belong as well while there is a candidate. An RST has the
 * sequence number that the segment acknowledged which it answers.
 */
static inline bool tsrw_flow_outruns_window(const struct tsrw_conn *conn,
					    enum tsrw_direction dir,
					    const struct tsrw_segment *seg)
{
	return dir == TSRW_EGRESS && !seg->syn && !seg->rst &&
	       !(READ_ONCE(conn->flags) & TSRW_HAS_CANDIDATE) &&
	       tsrw_asymmetry_beyond_window(seg->seq,
					    READ_ONCE(conn->ack[TSRW_INGRESS]));
}

/**
 * tsrw_flow_note_asymmetry - note that a segment passes, for the asymmetry of its flow
 * @flow: the flow
 * @dir: which way the segment goes
 * @seg: the segment
 * @acks_more: its acknowledgment number differs from the one before
 * @idle: seconds since the segment of the flow before; if it is not 0, the segment ends
 *	an interval
 *
 * Return: true if the connection turns out to be asymmetric with this segment.
 * Context: RCU read side. Writes to @flow only if something has changed.
 */
static inline bool tsrw_flow_note_asymmetry(struct tsrw_flow *flow,
					    enum tsrw_direction dir,
					    const struct tsrw_segment *seg,
					    bool acks_more, u32 idle)
{
	struct tsrw_conn *conn = &flow->conn;
	u8 seen = READ_ONCE(conn->asymmetry);
	u8 next = seen;

	if (unlikely(idle))
		next = tsrw_asymmetry_end_interval(next);
	next = tsrw_asymmetry_note(next, dir, acks_more ||
				   tsrw_flow_outruns_window(conn, dir, seg));
	if (next == seen)
		return false;
	WRITE_ONCE(conn->asymmetry, next);
	return next & ~seen & TSRW_ASYMMETRIC;
}

bool tsrw_flow_answer_quiet(struct tsrw_flow *flow, enum tsrw_direction dir,
			    const struct tsrw_segment *seg, u32 idle,
			    struct tsrw_result *result);
void tsrw_flow_begin(struct tsrw_flow *flow, const struct tsrw_segment *seg,
		     enum tsrewrite_mode mode, u32 anchor, struct tsrw_result *result);
void tsrw_flow_change(struct tsrw_flow *flow, const struct tsrw_hook_info *info,
		      const struct tsrw_segment *seg, u32 anchor, u32 idle,
		      struct tsrw_result *result);
bool tsrw_flow_note_unreachable(struct tsrw_flow *flow, u32 seq);
void tsrw_flow_note_unread(struct tsrw_flow *flow);
void tsrw_flow_snapshot(const struct tsrw_flow *flow, struct tsrw_conn *conn);

#endif /* TSRW_FLOW_H */

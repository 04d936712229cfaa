// SPDX-License-Identifier: GPL-2.0-only
/*
 * One flow: how segments read and move it.
 */
#include <linux/atomic.h>

#include "anchor.h"
#include "flow.h"

static bool note_alive(struct tsrw_flow *flow, u32 *idle)
{
	u32 now = tsrw_stamp_now();
	u32 seen = READ_ONCE(flow->stamp);

	do {
		if (seen == TSRW_STAMP_DEAD)
			return false;
		*idle = (now - seen) / HZ;
		if (now - seen < HZ)
			return true;
	} while (!try_cmpxchg(&flow->stamp, &seen, now));
	return true;
}

/**
 * tsrw_flow_touch - a segment of the flow passes: keep it alive
 * @flow: the flow
 * @dir: which way the segment goes
 * @idle: filled in with the seconds since the segment before, or, after a long
 *	silence, since the one before the silence
 *
 * Return: false if the flow is dead, which nobody can then change any more.
 * Context: RCU read side. Writes at most once a second.
 */
bool tsrw_flow_touch(struct tsrw_flow *flow, enum tsrw_direction dir, u32 *idle)
{
	if (!note_alive(flow, idle))
		return false;
	if (unlikely(READ_ONCE(flow->slept)))
		*idle = TSRW_IDLE_LONG + 1;
	if (unlikely(*idle > TSRW_IDLE_LONG))
		WRITE_ONCE(flow->slept, dir == TSRW_INGRESS);
	return true;
}

/**
 * tsrw_flow_note_device - remember which device the flow crosses
 * @flow: the flow
 * @dir: enum tsrw_direction
 * @device: its id
 *
 * Context: RCU read side. Writes only when it changes.
 */
void tsrw_flow_note_device(struct tsrw_flow *flow, enum tsrw_direction dir,
			   u8 device)
{
	if (READ_ONCE(flow->device[dir]) != device)
		WRITE_ONCE(flow->device[dir], device);
}

/* Two CPUs may carry a flow: the maximum never runs back, and a span that was
 * replaced meanwhile is left alone.
 */
static void note_sent(struct tsrw_flow *flow, unsigned int seq, u32 tsval,
		      u32 idle)
{
	struct tsrw_span *span = &flow->life.map.committed;
	u32 last = READ_ONCE(span->last);
	u32 first, floor, next;

	while ((next = tsrw_span_later(last, tsval, idle)) != last) {
		if (read_seqcount_retry(&flow->seq, seq))
			return;
		if (try_cmpxchg(&span->last, &last, next))
			break;
	}

	first = READ_ONCE(span->first);
	floor = tsrw_span_floor(first, next);
	if (floor != first)
		WRITE_ONCE(span->first, floor);
}

/* Only of a connection whose acknowledgments the last one is: a SYN begins another
 * one, and so may what leaves beside it; an RST says what it was told
 */
static bool outruns_window(const struct tsrw_handshake *hs,
			   enum tsrw_direction dir,
			   const struct tsrw_segment *seg)
{
	return dir == TSRW_EGRESS && !seg->syn && !seg->rst &&
	       !(READ_ONCE(hs->flags) & TSRW_HAS_CANDIDATE) &&
	       tsrw_sides_beyond_window(seg->seq,
					READ_ONCE(hs->ack[TSRW_INGRESS]));
}

/* Whoever moved the stamp ends the interval */
static void note_sides(struct tsrw_flow *flow, enum tsrw_direction dir,
		       const struct tsrw_segment *seg, bool acks_more, u32 idle,
		       struct tsrw_step *step)
{
	struct tsrw_handshake *hs = &flow->life.hs;
	u8 seen = READ_ONCE(hs->sides);
	u8 next = seen;

	if (unlikely(idle))
		next = tsrw_sides_end_interval(next);
	next = tsrw_sides_note(next, dir,
			       acks_more || outruns_window(hs, dir, seg));
	if (next == seen)
		return;
	WRITE_ONCE(hs->sides, next);
	if (next & ~seen & TSRW_ONE_SIDED)
		step->events |= TSRW_EVENT_ONE_SIDED;
}

/**
 * tsrw_flow_answer_quiet - answer a segment that changes nothing but maxima
 * @flow: the flow
 * @dir: which way the segment goes
 * @seg: the segment
 * @idle: seconds since the flow's segment before
 * @step: filled in if true is returned
 *
 * Return: false if the segment may change the flow's life: tsrw_flow_change().
 * Context: RCU read side, bottom halves disabled; takes no lock.
 */
bool tsrw_flow_answer_quiet(struct tsrw_flow *flow, enum tsrw_direction dir,
			    const struct tsrw_segment *seg, u32 idle,
			    struct tsrw_step *step)
{
	enum tsrewrite_mode mode;
	struct tsrw_span span;
	unsigned int seq;
	bool acks_more;

	do {
		seq = read_seqcount_begin(&flow->seq);
		if (!tsrw_life_is_quiet(&flow->life.hs, seg))
			return false;
		span = flow->life.map.committed;
		mode = flow->life.hs.mode;
	} while (read_seqcount_retry(&flow->seq, seq));

	*step = (struct tsrw_step){};
	if (dir == TSRW_INGRESS) {
		tsrw_step_ingress(step, &span, mode, seg);
	} else if (seg->has_tsopt) {
		note_sent(flow, seq, seg->tsval, idle);
		tsrw_step_egress(step, &span, mode);
	}
	acks_more = seg->has_ack && READ_ONCE(flow->life.hs.ack[dir]) != seg->ack;
	if (acks_more)
		WRITE_ONCE(flow->life.hs.ack[dir], seg->ack);
	note_sides(flow, dir, seg, acks_more, idle, step);
	return true;
}

/**
 * tsrw_flow_change - answer a segment that may change the flow's life
 * @flow: the flow
 * @dir: which way the segment goes
 * @seg: the segment
 * @mode: of a connection that begins now; used with SYN only
 * @idle: seconds since the flow's segment before
 * @step: filled in
 *
 * Context: the bucket's lock is held, bottom halves disabled.
 */
void tsrw_flow_change(struct tsrw_flow *flow, enum tsrw_direction dir,
		      const struct tsrw_segment *seg, enum tsrewrite_mode mode,
		      u32 idle, struct tsrw_step *step)
{
	u32 anchor = dir == TSRW_EGRESS && seg->syn ?
			tsrw_anchor(&flow->key) : 0;
	u32 acked = flow->life.hs.ack[dir];

	write_seqcount_begin(&flow->seq);
	if (dir == TSRW_EGRESS)
		tsrw_life_egress(&flow->life, seg, mode, anchor, idle, step);
	else
		tsrw_life_ingress(&flow->life, seg, mode, step);
	note_sides(flow, dir, seg, flow->life.hs.ack[dir] != acked, idle, step);
	write_seqcount_end(&flow->seq);
}

/**
 * tsrw_flow_snapshot - a consistent copy of a flow's life
 * @flow: the flow
 * @life: filled in
 *
 * Context: RCU read side.
 */
void tsrw_flow_snapshot(const struct tsrw_flow *flow, struct tsrw_life *life)
{
	unsigned int seq;

	do {
		seq = read_seqcount_begin(&flow->seq);
		*life = flow->life;
	} while (read_seqcount_retry(&flow->seq, seq));
}

/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_CORE_SIDES_H
#define TSRW_CORE_SIDES_H

#include "segment.h"

/* What a connection's two directions have shown, in a byte */
enum {
	TSRW_SIDE_SEEN		= 1 << 0, /* and << direction: in this interval */
	TSRW_SIDE_ACKED		= 1 << 2, /* and << direction: it acked more */
	TSRW_SIDES_RUN		= 1 << 4, /* how many intervals in a row ... */
	TSRW_SIDES_RUN_MASK	= 3 << 4, /* ... had acks for what did not come by */
	TSRW_ONE_SIDED		= 1 << 6, /* said once, and for good */
	TSRW_SIDES_RUN_INGRESS	= 1 << 7, /* those acks arrived; else they left */
};

u8 tsrw_sides_end_interval(u8 sides);

/**
 * tsrw_sides_note - a segment was seen
 * @sides: the connection's so far
 * @dir: which way it goes
 * @acks_more: it shows that its end has received more: its acknowledgment number
 *	is another than that of the one before, or its sequence number is further
 *	ahead than what came by allows
 *
 * Return: the connection's now.
 */
static inline u8 tsrw_sides_note(u8 sides, enum tsrw_direction dir, bool acks_more)
{
	sides |= TSRW_SIDE_SEEN << dir;
	if (acks_more)
		sides |= TSRW_SIDE_ACKED << dir;
	return sides;
}

/**
 * tsrw_sides_beyond_window - can a segment only leave because of acks unseen?
 * @seq: its sequence number
 * @acked: the last acknowledgment number that arrived, 0 if none did
 *
 * Return: true if it lies further ahead than any window reaches.
 */
static inline bool tsrw_sides_beyond_window(u32 seq, u32 acked)
{
	return acked && tsrw_after(seq, acked + TSRW_WINDOW_MAX);
}

#endif /* TSRW_CORE_SIDES_H */

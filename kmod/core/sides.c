// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does a connection's other direction come by?
 *
 * An end that acknowledges more and more has received something, be it that
 * none of it was seen here: it takes another path, or an offload carries it past
 * the hooks.  TCP answers within a second (RFC 9293 section 3.8.6.3: half of
 * one), so what acknowledges in an interval of a second or more but was not seen
 * in it came within the one before at the latest; three such intervals in a row
 * are no coincidence.
 */
#include "sides.h"

/* RFC 7323 section 2.3: no window is larger */
#define WINDOW_MAX	0x40000000u

/**
 * tsrw_sides_note - a segment was seen
 * @sides: the connection's so far
 * @dir: which way it goes
 * @acks_more: its acknowledgment number is another than that of the one before
 *
 * Return: the connection's now.
 */
u8 tsrw_sides_note(u8 sides, enum tsrw_direction dir, bool acks_more)
{
	sides |= TSRW_SIDE_SEEN << dir;
	if (acks_more)
		sides |= TSRW_SIDE_ACKED << dir;
	return sides;
}

static bool acked_unseen(u8 sides, enum tsrw_direction dir)
{
	return sides & TSRW_SIDE_ACKED << dir &&
	       !(sides & TSRW_SIDE_SEEN << tsrw_other(dir));
}

/**
 * tsrw_sides_end_interval - a second, or more, is over
 * @sides: the connection's so far
 *
 * Return: the connection's at the beginning of the next one; TSRW_ONE_SIDED is
 * set in it if it was the third in a row that was one-sided.
 */
u8 tsrw_sides_end_interval(u8 sides)
{
	const u8 both = TSRW_SIDE_SEEN << TSRW_EGRESS |
			TSRW_SIDE_SEEN << TSRW_INGRESS;
	u8 next = sides & (TSRW_ONE_SIDED | TSRW_SIDES_RUN_MASK);

	if (acked_unseen(sides, TSRW_EGRESS) ||
	    acked_unseen(sides, TSRW_INGRESS)) {
		if ((next & TSRW_SIDES_RUN_MASK) != TSRW_SIDES_RUN_MASK)
			next += TSRW_SIDES_RUN;
		if ((next & TSRW_SIDES_RUN_MASK) == TSRW_SIDES_RUN_MASK)
			next |= TSRW_ONE_SIDED;
	} else if ((sides & both) == both) {
		next &= ~TSRW_SIDES_RUN_MASK;
	}
	return next;
}

/**
 * tsrw_sides_beyond_window - can a segment only leave because of acks unseen?
 * @seq: its sequence number
 * @acked: the last acknowledgment number that arrived, 0 if none did
 *
 * Return: true if it lies further ahead than any window reaches.
 */
bool tsrw_sides_beyond_window(u32 seq, u32 acked)
{
	return acked && tsrw_after(seq, acked + WINDOW_MAX);
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does a connection's other direction come by?
 *
 * An end that acknowledges more and more has received something, be it that
 * none of it was seen here: it takes another path, or an offload carries it past
 * the hooks.  TCP answers within a second (RFC 9293 section 3.8.6.3: half of
 * one), so what acknowledges in an interval of a second or more but was not seen
 * in it came within the one before at the latest.  Then that one is not one-sided
 * the same way: three such intervals in a row are no coincidence.  They may well
 * be in turns, one way and the other, where both ends wait for almost a second
 * before they answer.
 */
#include "sides.h"

static bool acked_unseen(u8 sides, enum tsrw_direction dir)
{
	return sides & TSRW_SIDE_ACKED << dir &&
	       !(sides & TSRW_SIDE_SEEN << tsrw_other(dir));
}

/* What its acks say was received comes by after all */
static bool ends_run(u8 sides)
{
	enum tsrw_direction dir = sides & TSRW_SIDES_RUN_INGRESS ?
				  TSRW_INGRESS : TSRW_EGRESS;

	return sides & TSRW_SIDE_SEEN << tsrw_other(dir);
}

/**
 * tsrw_sides_end_interval - a second, or more, is over
 * @sides: the connection's so far
 *
 * Return: the connection's at the beginning of the next one; TSRW_ONE_SIDED is
 * set in it if it was the third in a row that was one-sided the same way.
 */
u8 tsrw_sides_end_interval(u8 sides)
{
	u8 next = sides & TSRW_ONE_SIDED;

	if (!ends_run(sides))
		next = sides & (TSRW_ONE_SIDED | TSRW_SIDES_RUN_MASK |
				TSRW_SIDES_RUN_INGRESS);
	if (!acked_unseen(sides, TSRW_EGRESS) &&
	    !acked_unseen(sides, TSRW_INGRESS))
		return next;

	if (acked_unseen(sides, TSRW_INGRESS))
		next |= TSRW_SIDES_RUN_INGRESS;
	if ((next & TSRW_SIDES_RUN_MASK) != TSRW_SIDES_RUN_MASK)
		next += TSRW_SIDES_RUN;
	if ((next & TSRW_SIDES_RUN_MASK) == TSRW_SIDES_RUN_MASK)
		next |= TSRW_ONE_SIDED;
	return next;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whether both directions of a connection pass the hooks.
 *
 * An end that acknowledges more has received something.  If none of it has passed
 * here, it takes another path, or an offload carries it past the hooks.  A receiver
 * acknowledges within half a second (RFC 9293 section 3.8.6.3), so what is
 * acknowledged in an interval of a second or more, but did not pass in it, has passed
 * in the interval before if it passes at all.  That interval is then not asymmetric in
 * the same direction, so that three such intervals in a row cannot be chance.  They can
 * alternate between the directions, though, if both ends wait for almost a second
 * before they answer.
 */
#include "asymmetry.h"

static bool acked_unseen(u8 asymmetry, enum tsrw_direction dir)
{
	return asymmetry & TSRW_DIRECTION_ACKED << dir &&
	       !(asymmetry & TSRW_DIRECTION_SEEN << tsrw_other(dir));
}

/* Whether a segment has passed of the direction that the run has missed */
static bool ends_run(u8 asymmetry)
{
	enum tsrw_direction dir = asymmetry & TSRW_ASYMMETRY_RUN_INGRESS ?
				  TSRW_INGRESS : TSRW_EGRESS;

	return asymmetry & TSRW_DIRECTION_SEEN << tsrw_other(dir);
}

/**
 * tsrw_asymmetry_end_interval - end an interval of a second or more
 * @asymmetry: asymmetry of the connection at its end
 *
 * Return: asymmetry of the connection at the beginning of the next interval, with
 * TSRW_ASYMMETRIC if this one was the third in a row that was asymmetric in the same
 * direction.
 */
u8 tsrw_asymmetry_end_interval(u8 asymmetry)
{
	u8 next = asymmetry & TSRW_ASYMMETRIC;

	if (!ends_run(asymmetry))
		next = asymmetry & (TSRW_ASYMMETRIC | TSRW_ASYMMETRY_RUN_MASK |
				    TSRW_ASYMMETRY_RUN_INGRESS);
	if (!acked_unseen(asymmetry, TSRW_EGRESS) &&
	    !acked_unseen(asymmetry, TSRW_INGRESS))
		return next;

	if (acked_unseen(asymmetry, TSRW_INGRESS))
		next |= TSRW_ASYMMETRY_RUN_INGRESS;
	if ((next & TSRW_ASYMMETRY_RUN_MASK) != TSRW_ASYMMETRY_RUN_MASK)
		next += TSRW_ASYMMETRY_RUN;
	if ((next & TSRW_ASYMMETRY_RUN_MASK) == TSRW_ASYMMETRY_RUN_MASK)
		next |= TSRW_ASYMMETRIC;
	return next;
}

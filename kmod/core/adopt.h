/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_CORE_ADOPT_H
#define TSRW_CORE_ADOPT_H

#include "result.h"

/* How many ticks the first TSval of an adopted connection lies ahead of the echo that
 * decided: more than what the firewall before has sent since, at 1 kHz within a second
 */
#define TSRW_ADOPT_LEAD		1024

/* A segment from outside is believed if its numbers lie at most so many bytes from what
 * the inside host sends and acknowledges now: more than hosts have in flight by default. Who
 * does not know the numbers meets both with one in 1,024 segments, and wins a leap ahead.
 */
#define TSRW_ADOPT_NEAR		0x4000000u

/* For so many seconds, and one less because they are counted in whole ones, segments that
 * another firewall stamped may be on their way
 */
#define TSRW_ADOPT_SETTLE	2

/* After so many seconds of segments without TSopt both ways, one is stamped by the clock */
#define TSRW_ADOPT_BARE		4

/* What is sent again so many times, a second apart or more, got no answer */
#define TSRW_ADOPT_UNANSWERED	2

/* struct tsrw_adopt, flags; none is set for a flow whose offset nobody doubts */
enum {
	TSRW_ADOPT_UNDECIDED	= 1 << 0, /* no echo has decided on the offset yet */
	TSRW_ADOPT_UNKNOWN	= 1 << 1, /* with that, there is no offset to go back to */
	TSRW_ADOPT_FRESH	= 1 << 2, /* with that, the inside clock was seen since */
	TSRW_ADOPT_HAS_ECHO	= 1 << 3, /* @echo is valid */
	TSRW_ADOPT_HEARD_BARE	= 1 << 4, /* a segment without TSopt has arrived */
	TSRW_ADOPT_SETTLING	= 1 << 5, /* an echo may be of what another firewall sent */
	TSRW_ADOPT_PROBED	= 1 << 6, /* with that, the span begins with a TSval to be echoed */
	TSRW_ADOPT_ADOPTED	= 1 << 7, /* an echo has chosen the offset */
};

/* Every segment of a flow with one of these is to be handed to adopt.c */
#define TSRW_ADOPT_BUSY	((u8)~TSRW_ADOPT_ADOPTED)

/**
 * struct tsrw_adopt - how far this firewall knows a connection that another one carried
 * @echo: the latest TSecr that shows more than what was sent here
 * @seq: sequence number of the last segment that left
 * @ack: its acknowledgment number
 * @since: second in which the present state began, mod 256
 * @tried: second in which @seq and @ack left last, if that counts, mod 256
 * @unanswered: how often they left again without an answer
 * @flags: TSRW_ADOPT_UNDECIDED and so on
 *
 * All zero, it is that of a connection which began here.
 */
struct tsrw_adopt {
	u32 echo;
	u32 seq;
	u32 ack;
	u8 since;
	u8 tried;
	u8 unanswered;
	u8 flags;
};

/**
 * struct tsrw_adopt_time - when a segment passes
 * @now: in seconds
 * @idle: seconds since the segment of the flow before
 * @takeover: a takeover lasts
 */
struct tsrw_adopt_time {
	u32 now;
	u32 idle;
	bool takeover;
};

/**
 * enum tsrw_adopt_event - what a segment has done, to be counted
 * @TSRW_ADOPT_NOTHING: nothing unusual
 * @TSRW_ADOPT_STRIPPED: it leaves without its TSopt
 * @TSRW_ADOPT_CLOCKED: it leaves with the clock as TSval
 * @TSRW_ADOPT_DECIDED: an echo has decided on the offset
 * @TSRW_ADOPT_FOLLOWED: the peer has seen later TSvals than those sent here: the offset
 *	has grown
 * @TSRW_ADOPT_ZEROED: it arrives with TSecr 0
 */
enum tsrw_adopt_event {
	TSRW_ADOPT_NOTHING,
	TSRW_ADOPT_STRIPPED,
	TSRW_ADOPT_CLOCKED,
	TSRW_ADOPT_DECIDED,
	TSRW_ADOPT_FOLLOWED,
	TSRW_ADOPT_ZEROED,
};

void tsrw_adopt_begin(struct tsrw_adopt *adopt, u32 now);
void tsrw_adopt_doubt(struct tsrw_adopt *adopt, u32 now);
enum tsrw_adopt_event tsrw_adopt_egress(struct tsrw_adopt *adopt, struct tsrw_span *span,
					const struct tsrw_segment *seg, u32 anchor,
					const struct tsrw_adopt_time *time,
					struct tsrw_result *result);
enum tsrw_adopt_event tsrw_adopt_ingress(struct tsrw_adopt *adopt,
					 const struct tsrw_span *span,
					 const struct tsrw_segment *seg,
					 const struct tsrw_adopt_time *time,
					 struct tsrw_result *result);

#endif /* TSRW_CORE_ADOPT_H */

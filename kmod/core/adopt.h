/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_CORE_ADOPT_H
#define TSRW_CORE_ADOPT_H

#include "adoption.h"
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

/**
 * struct tsrw_adopt_info - when a segment passes, and what is known of its connection
 * @now: in seconds
 * @idle: seconds since the segment of the flow before, or one more
 * @acked: acknowledgment number of the last segment that left before
 * @anchor: the clock of the 4-tuple now, in ms; used with segments that leave
 * @takeover: a takeover lasts
 */
struct tsrw_adopt_info {
	u32 now;
	u32 idle;
	u32 acked;
	u32 anchor;
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
					const struct tsrw_segment *seg,
					const struct tsrw_adopt_info *info,
					struct tsrw_result *result);
enum tsrw_adopt_event tsrw_adopt_ingress(struct tsrw_adopt *adopt,
					 const struct tsrw_span *span,
					 const struct tsrw_segment *seg,
					 const struct tsrw_adopt_info *info,
					 struct tsrw_result *result);

#endif /* TSRW_CORE_ADOPT_H */

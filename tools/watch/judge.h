/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Judges whether as many of a group's connections come up as usual, and if not, whose fault
 * it looks like.  Pure functions: time is a parameter, in seconds that never run backwards.
 *
 * What is usual is learnt from seconds that are past for some time, while nothing was out of
 * line.  Something is out of line if there is much less of it than usual (struct thresholds),
 * and it is so unlikely that chance is ruled out.  No count alone is an alarm: an inside host
 * that answers a SYN-ACK with RST is normal now and then.
 */
#ifndef TSREWRITE_WATCH_JUDGE_H
#define TSREWRITE_WATCH_JUDGE_H

#include <stdbool.h>
#include <stdint.h>

#include "finding.h"

/* What is known of one group; zeroed, nothing is */
struct judge {
	uint64_t since;		/* the first second of samples; 0 if that is the next one */
	uint64_t learnt;	/* the last second that was learnt, or passed over */
	struct side side[ORIGINS];
};

/*
 * Judges second @now, which is over, by @counted, what was counted in it.  @learn is set if
 * no incident of the group is open.  Returns the most severe finding; its kind is
 * FINDING_NONE if nothing is out of line.
 */
struct finding judge_second(struct judge *judge, uint64_t now,
			    const struct arms counted[ORIGINS], bool learn,
			    const struct thresholds *thresholds);

/* Leaves the seconds up to now out of samples, and keeps what was learnt */
void judge_begin_anew(struct judge *judge);

/* Whether the last @seconds have enough events to show that what was found is over */
bool judge_is_well(const struct judge *judge, const struct finding *finding,
		   unsigned int seconds, const struct thresholds *thresholds);

#endif /* TSREWRITE_WATCH_JUDGE_H */

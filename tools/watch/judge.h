/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whether a group's connections fare as they usually do, and if not, whose fault it
 * looks like.  Pure: time is a parameter, in seconds that never run backwards.
 *
 * What is usual is learnt from what was counted some time ago, while nothing was out
 * of line.  Something is out of line where it is both much fewer
 * than usual (thresholds) and all but impossible by chance.  No count alone is an
 * alarm: an inside RST that answers a SYN-ACK also happens in normal life.
 */
#ifndef TSREWRITE_WATCH_JUDGE_H
#define TSREWRITE_WATCH_JUDGE_H

#include <stdbool.h>
#include <stdint.h>

#include "baseline.h"
#include "window.h"

enum origin { ORIGIN_INSIDE, ORIGIN_OUTSIDE, ORIGINS };
enum arm { ARM_TREATED, ARM_CONTROL, ARMS };

/* The heavier the later */
enum finding_kind {
	FINDING_NONE,
	FINDING_ATTEMPTS,	/* hardly anyone begins a connection any more */
	FINDING_ECHOES,		/* TSecr come that nobody inside has sent */
	FINDING_SUCCESS,	/* connections do not come up any more */
};

enum verdict {
	VERDICT_UNCLEAR,
	VERDICT_FAR_END,	/* or the path to it: not what this firewall does */
	VERDICT_OURS,
};

/* A second's or several seconds' counts of one origin */
struct arms {
	struct counts arm[ARMS];
};

struct finding {
	enum finding_kind kind;
	enum verdict verdict;
	enum origin origin;
	uint64_t onset;		/* the first second out of line */
	unsigned int seconds;	/* in which @counted was counted */
	struct arms counted;
	double usual;		/* the ratio, for FINDING_SUCCESS */
	uint64_t fewest;	/* before, in so many seconds: FINDING_ATTEMPTS */
};

struct thresholds {
	uint32_t min_attempts;	/* fewer show nothing */
	double drop;		/* below so much of what is usual */
	uint32_t history;	/* seconds to know how few attempts there may be */
};

struct side {
	struct window window[ARMS];
	struct baseline baseline;
};

/* Of one group. Zeroed, it knows nothing. */
struct judge {
	uint64_t since;		/* the first second looked at; 0: the next */
	uint64_t learnt;	/* the second that was learnt last */
	struct side side[ORIGINS];
};

/*
 * The second @now is over, in which @counted was counted; @learn: nothing is known
 * to be wrong.  Ends with what is out of line, if anything is.
 */
struct finding judge_second(struct judge *judge, uint64_t now,
			    const struct arms counted[ORIGINS], bool learn,
			    const struct thresholds *thresholds);

/* From the next second on, without those before, but with what was learnt */
void judge_begin_anew(struct judge *judge);

/* Have the last @seconds shown that what was found is over? */
bool judge_is_well(const struct judge *judge, const struct finding *finding,
		   unsigned int seconds, const struct thresholds *thresholds);

#endif /* TSREWRITE_WATCH_JUDGE_H */

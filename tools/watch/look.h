/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What one looks at: the last seconds of one origin, beside what is usual.  Pure.
 */
#ifndef TSREWRITE_WATCH_LOOK_H
#define TSREWRITE_WATCH_LOOK_H

#include "judge.h"

/* Seconds that a handshake may take, with a SYN sent again */
#define LOOK_GRACE 3

/* So unlikely is no chance */
#define LOOK_CHANCE (1 / 1e9)

/* Fewer say nothing of the control */
#define LOOK_FEW 3

struct look {
	const struct side *side;
	const struct thresholds *thresholds;
	unsigned int seconds;
	struct arms sum;	/* in the last @seconds */
	struct arms older;	/* of these, but for the last LOOK_GRACE */
};

/* One second more; did anything happen in it? */
bool look_further(struct look *look);

uint64_t look_count(const struct arms *arms, enum arm arm, enum count what);
uint64_t look_both(const struct arms *arms, enum count what);

/* Fewer good ones of all than usual, and not by chance */
bool look_collapsed(const struct look *look, uint64_t good, uint64_t all,
		    double usual);

/* Enough to tell, and about as many as usual */
bool look_is_fine(const struct look *look, uint64_t good, uint64_t all,
		  double usual);

/* Connections that came up, against the fewest that came up before */
enum pace { PACE_UNKNOWN, PACE_KEPT, PACE_LOST };

enum pace look_pace(const struct look *look);

/* Fewer connections are begun than on average: what they say weighs less */
bool look_is_idle(const struct look *look);

#endif /* TSREWRITE_WATCH_LOOK_H */

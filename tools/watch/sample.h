/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A sample: what was counted in the last seconds of connections of one origin, to be compared
 * with what is usual.  Each second's counts are the differences of the module's counters at
 * its beginning and end.  Pure functions.
 */
#ifndef TSREWRITE_WATCH_SAMPLE_H
#define TSREWRITE_WATCH_SAMPLE_H

#include "finding.h"

/* Seconds that a handshake may take, in which one SYN may have to be retransmitted */
#define SAMPLE_GRACE 3

/* What is less likely than this is not taken for chance */
#define SAMPLE_CHANCE (1 / 1e9)

/* Fewer events than this do not show that something is well */
#define SAMPLE_FEW 3

/* Begins with @side and @thresholds, and zeroed otherwise */
struct sample {
	const struct side *side;
	const struct thresholds *thresholds;
	unsigned int seconds;
	struct arms sum;	/* what was counted in the last @seconds */
	struct arms older;	/* the same without the last SAMPLE_GRACE of them */
};

/* Adds the second before those of the sample; returns whether anything was counted in it */
bool sample_extend(struct sample *sample);

/*
 * Of the attempts that are at least SAMPLE_GRACE seconds old, how many at most have come up, or
 * have been answered, as @how says: COUNT_ESTABLISHED or COUNT_ANSWERED.
 */
uint64_t sample_came_up(const struct sample *sample, enum arm arm, enum count how);

/* Whether @good of @all are far fewer than the @usual share, and not by chance */
bool sample_collapsed(const struct sample *sample, uint64_t good, uint64_t all,
		      double usual);

/* Whether @all are enough to tell, and @good are about as many as usual */
bool sample_is_fine(const struct sample *sample, uint64_t good, uint64_t all,
		    double usual);

/*
 * Whether connections come up about as often as when the fewest did before.  Unknown if too
 * few did.
 */
enum pace { PACE_UNKNOWN, PACE_KEPT, PACE_LOST };

enum pace sample_pace(const struct sample *sample);

/* Whether there are far fewer attempts than on average, so that they say less */
bool sample_is_idle(const struct sample *sample);

#endif /* TSREWRITE_WATCH_SAMPLE_H */

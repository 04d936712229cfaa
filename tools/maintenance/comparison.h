/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Compares what is counted after a change with what was usual before.  Pure functions.
 *
 * Both answers want evidence.  "Worse": it is ruled out that at least nine in ten of the usual
 * share come up.  "Same": about as many come up, and it is ruled out that only eight in ten of
 * the usual share do.  What is neither is too few to tell.  A comparison is made each second for
 * many groups, so that what is ruled out for "worse" has a probability of less than 1 in 10^9:
 * for a table of 40 rows that is looked at for 15 minutes, this is less than 1 in 10,000.
 */
#ifndef TSREWRITE_MAINTENANCE_COMPARISON_H
#define TSREWRITE_MAINTENANCE_COMPARISON_H

#include <stdbool.h>

#include "tally.h"

/*
 * NEW: hardly any connection is known to have come up before, so that nobody misses any.  A
 * later one decides over an earlier one.
 */
enum comparison { COMPARISON_NEW, COMPARISON_SAME, COMPARISON_TOO_FEW, COMPARISON_WORSE };

/* By enum comparison: "new", "same", "too few", "worse"; and as JSON has them */
extern const char *const comparison_words[];
extern const char *const comparison_names[];

/* Fewer connections than this say nothing */
#define COMPARISON_FEWEST 5

/* Returns the verdict, and in @reason why, which may be empty: a text that need not be freed */
enum comparison comparison_make(const struct usual_answer *before, const struct tally *now,
				const char **reason);

/*
 * Whether so few connections are usual that in @seconds there will not be enough to tell, so
 * that nobody should wait for them
 */
bool comparison_is_hopeless(const struct usual_answer *before, unsigned int seconds);

#endif /* TSREWRITE_MAINTENANCE_COMPARISON_H */

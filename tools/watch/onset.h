/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_WATCH_ONSET_H
#define TSREWRITE_WATCH_ONSET_H

#include "finding.h"

/* Whether the last second was in line with what is usual again.  A pure function. */
bool onset_is_past(const struct side *side, const struct finding *finding,
		   const struct thresholds *thresholds);

/*
 * How many seconds ago the first second out of line was.  @known is how many there are to
 * look at.  A pure function.
 */
unsigned int onset_age(const struct side *side, const struct finding *finding,
		       const struct thresholds *thresholds, unsigned int known);

#endif /* TSREWRITE_WATCH_ONSET_H */

/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_WATCH_ONSET_H
#define TSREWRITE_WATCH_ONSET_H

#include "judge.h"

/* Was the last second in line again?  Pure. */
bool onset_is_past(const struct side *side, const struct finding *finding,
		   const struct thresholds *thresholds);

/* How many seconds ago, below @known, was the first one out of line?  Pure. */
unsigned int onset_age(const struct side *side, const struct finding *finding,
		       const struct thresholds *thresholds, unsigned int known);

#endif /* TSREWRITE_WATCH_ONSET_H */

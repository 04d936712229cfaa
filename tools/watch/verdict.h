/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_WATCH_VERDICT_H
#define TSREWRITE_WATCH_VERDICT_H

#include "look.h"

/*
 * Whose fault does it look like?  By a look at all seconds @since the onset, and one
 * at those @after the first of them, in which the control may have been well before.
 * Pure.  False where nothing but a number speaks for a fault, or not yet.
 */
bool verdict_reach(const struct look *since, const struct look *after,
		   struct finding *finding);

#endif /* TSREWRITE_WATCH_VERDICT_H */

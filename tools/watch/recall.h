/* SPDX-License-Identifier: GPL-2.0-only */
/* What the judges of a group learn outlives them: they begin with what was usual before */
#ifndef TSREWRITE_WATCH_RECALL_H
#define TSREWRITE_WATCH_RECALL_H

#include "../usual/usual.h"
#include "judges.h"

/*
 * Tells judges, zeroed but for the mode, what is usual of the group of that name at @time, in
 * nanoseconds since the epoch.  A pure function.
 */
void recall_usual(const struct usual *usual, const char *group, uint64_t time,
		  struct judges *judges);

/*
 * Adds to @usual what the judges have learnt since the last call.  Returns 0, or -1 if there is no
 * memory.
 */
int recall_learn(struct usual *usual, const char *group, uint64_t time, struct judges *judges);

#endif /* TSREWRITE_WATCH_RECALL_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What was counted in each hour of the week, in UTC: number 0 is Thursday from 00:00 to 01:00,
 * when the epoch began.  Pure functions; hours are numbered since the epoch.
 */
#ifndef TSREWRITE_USUAL_WEEK_H
#define TSREWRITE_USUAL_WEEK_H

#include <stdint.h>

#include "counts.h"

#define USUAL_HOURS (7 * 24)

struct usual_hour {
	uint64_t last;		/* the last hour in which anything was added; see @seconds */
	double seconds;		/* 0: nothing was */
	double n[USUAL_ORIGINS][USUAL_COUNTS];
};

struct usual_week {
	struct usual_hour hour[USUAL_HOURS];
};

/* The number of the hour at @time, which is in nanoseconds since the epoch */
uint64_t week_hour(uint64_t time);

/* Adds what was counted in @hour, after what was there has aged since it was added to */
void week_add(struct usual_week *week, uint64_t hour,
	      const struct usual_counts counted[USUAL_ORIGINS]);

/* What was counted in that hour of the week, and in all hours together, as old as it is then */
struct usual_counts week_of_hour(const struct usual_week *week, enum usual_origin origin,
				 uint64_t hour);
struct usual_counts week_of_all(const struct usual_week *week, enum usual_origin origin,
				uint64_t hour);

#endif /* TSREWRITE_USUAL_WEEK_H */

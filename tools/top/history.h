/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a group's counters have counted in the last minute.  Rates are those of the time that
 * has really passed between samples.  Pure functions: time is a parameter, in seconds that
 * never run backwards.
 */
#ifndef TSREWRITE_TOP_HISTORY_H
#define TSREWRITE_TOP_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is counted of a group, of all its connections together */
enum figure {
	FIGURE_ATTEMPTS,
	FIGURE_SUCCESSES,	/* connections that came up */
	FIGURE_REFUSED,		/* by inside hosts, that is by us */
	FIGURE_IMPOSSIBLE,	/* echoes */
	FIGURES
};

struct figures {
	uint64_t n[FIGURES];
};

#define HISTORY_SECONDS 60

/* Enough for a minute of samples that are taken once a second, and some too early */
#define HISTORY_STRETCHES 80

/* The time between two samples, and what was counted in it */
struct stretch {
	double from;
	double to;
	struct figures risen;
};

/* Zeroed, nothing is known */
struct history {
	bool begun;		/* there was a sample, and @last and @counters are filled in */
	double last;
	struct figures counters;
	size_t next;		/* the index in @stretch where the next one is stored */
	struct stretch stretch[HISTORY_STRETCHES];
};

/*
 * Adds the counters as they are at @now.  If one is lower than before, the module was loaded
 * again or the group is a new one: what was counted since the last sample is then not known.
 */
void history_add(struct history *history, double now, const struct figures *counters);

/*
 * How many a second there were between @from and @to, in as much of that time as is known;
 * -1 if nothing is.
 */
double history_rate(const struct history *history, enum figure figure, double from, double to);

#endif /* TSREWRITE_TOP_HISTORY_H */

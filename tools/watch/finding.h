/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A finding: that the counts of a group's connections are out of line, how, and since when;
 * and what it is found in.
 */
#ifndef TSREWRITE_WATCH_FINDING_H
#define TSREWRITE_WATCH_FINDING_H

#include <stdbool.h>
#include <stdint.h>

#include "baseline.h"
#include "window.h"

/* Which end has sent the SYN of a connection */
enum origin { ORIGIN_INSIDE, ORIGIN_OUTSIDE, ORIGINS };

/* Whether the mode of the group was applied to a connection, or it was only observed */
enum arm { ARM_TREATED, ARM_CONTROL, ARMS };

/* In the order of severity: a later one replaces an earlier one in an open incident */
enum finding_kind {
	FINDING_NONE,
	FINDING_ATTEMPTS,	/* far fewer connections begin than usual */
	FINDING_ECHOES,		/* far more TSecr than usual that no inside host has sent */
	FINDING_SUCCESS,	/* far fewer connections come up than usual */
};

/* Whose fault it looks like */
enum verdict {
	VERDICT_UNCLEAR,
	VERDICT_FAR_END,	/* the far end's, or the path's to it */
	VERDICT_OURS,		/* this firewall's */
};

/* The counts of one second, or the sums of several, of one origin */
struct arms {
	struct counts arm[ARMS];
};

static inline uint64_t arms_count(const struct arms *arms, enum arm arm,
				  enum count what)
{
	return arms->arm[arm].n[what];
}

static inline uint64_t arms_total(const struct arms *arms, enum count what)
{
	return arms_count(arms, ARM_TREATED, what) +
	       arms_count(arms, ARM_CONTROL, what);
}

struct finding {
	enum finding_kind kind;
	enum verdict verdict;
	enum origin origin;
	bool bypassed;		/* no answer passes here, and one that did not was refused */
	bool untouched;		/* found in connections that pass untouched */
	uint64_t onset;		/* the first second out of line, as judge_second() counts */
	unsigned int seconds;	/* the length of the time in which @counted was counted */
	struct arms counted;
	double usual;		/* FINDING_SUCCESS: the share that usually succeeds, 0 to 1 */
	bool usual_known;	/* @usual was learnt, and is not merely assumed */
	uint64_t fewest;	/* FINDING_ATTEMPTS: never fewer in that many seconds before */
};

/* Settings that say when something is out of line */
struct thresholds {
	uint32_t min_attempts;	/* fewer connections, or impossible echoes, say nothing */
	double drop;		/* less than this share of what is usual is out of line, 0 to 1 */
	uint32_t history;	/* seconds of steady attempts before FINDING_ATTEMPTS */
};

/* The connections of a group that have the same origin: what was counted, and is usual */
struct side {
	struct window window[ARMS];
	struct baseline baseline;
};

#endif /* TSREWRITE_WATCH_FINDING_H */

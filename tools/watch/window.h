/* SPDX-License-Identifier: GPL-2.0-only */
/* Keeps what was counted in each of the last seconds.  Pure functions. */
#ifndef TSREWRITE_WATCH_WINDOW_H
#define TSREWRITE_WATCH_WINDOW_H

#include <stdbool.h>
#include <stdint.h>

/*
 * What the module counts of a group's connections, in the order of enum
 * tsrewrite_group_stats_attr from ATTEMPTS, or INBOUND_ATTEMPTS, on
 */
enum count {
	COUNT_ATTEMPTS,
	COUNT_RETRANSMITTED,
	COUNT_ANSWERED,
	COUNT_ESTABLISHED,
	COUNT_REFUSED_BY_PEER,
	COUNT_REFUSED_BY_US,
	COUNT_TIMED_OUT,
	COUNT_VERIFIED,
	COUNT_ZERO,
	COUNT_IMPOSSIBLE,
	COUNT_UNSEEN,
	COUNTS
};

/* The events of one second, or of several; indexed by enum count */
struct counts {
	uint64_t n[COUNTS];
};

#define WINDOW_SECONDS 160

/* The counts of the last seconds; zeroed, nothing happened in them */
struct window {
	uint64_t now;	/* the last second */
	struct counts second[WINDOW_SECONDS];
};

/* Adds to the counts of second @now, which is the last one or a later one */
void window_add(struct window *window, uint64_t now, const struct counts *counts);

/* The counts of the second @age seconds before the last; @age is below WINDOW_SECONDS */
const struct counts *window_at(const struct window *window, unsigned int age);

/* Adds @counts to @sum, and returns whether any of them is not 0 */
bool counts_add(struct counts *sum, const struct counts *counts);

#endif /* TSREWRITE_WATCH_WINDOW_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What was counted in each of the last seconds.  Pure.
 */
#ifndef TSREWRITE_WATCH_WINDOW_H
#define TSREWRITE_WATCH_WINDOW_H

#include <stdbool.h>
#include <stdint.h>

/* In the order of enum tsrewrite_group_stats_attr, from ATTEMPTS on */
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
	COUNTS
};

/* Events of a second, or the sum over some */
struct counts {
	uint64_t n[COUNTS];
};

#define WINDOW_SECONDS 160

/* Zeroed, it is one in which nothing happened */
struct window {
	uint64_t now;	/* the second added last */
	struct counts second[WINDOW_SECONDS];
};

/* @now never runs backwards; more of the same second adds up */
void window_add(struct window *window, uint64_t now, const struct counts *counts);

/* The second that was @age seconds ago, age below WINDOW_SECONDS */
const struct counts *window_at(const struct window *window, unsigned int age);

/* Was there anything to add? */
bool counts_add(struct counts *sum, const struct counts *counts);

#endif /* TSREWRITE_WATCH_WINDOW_H */

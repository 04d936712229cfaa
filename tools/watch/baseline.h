/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is usual: how many of a group's connections come up, how many answers inside
 * accepts, and the fewest connections that a while has seen.  Pure.
 */
#ifndef TSREWRITE_WATCH_BASELINE_H
#define TSREWRITE_WATCH_BASELINE_H

#include <stdbool.h>
#include <stdint.h>

#include "window.h"

/* How many of how many, the older the lighter */
struct ratio {
	double yes;
	double all;
};

#define SPAN_SECONDS 10
#define SPANS 90
#define SPANS_NEW 6	/* fewer: little was learnt */

/* Connections begun and come up in ten seconds */
struct span {
	uint32_t attempts;
	uint32_t established;
};

/* Zeroed, it knows nothing */
struct baseline {
	struct ratio success;	/* established, of those begun */
	struct ratio answered;	/* of those begun */
	struct ratio accepted;	/* established, of those answered and decided */
	struct ratio impossible;	/* of echoes */
	unsigned int filled;	/* seconds of the span that is being filled */
	struct span filling;
	unsigned int spans;	/* how many there are, SPANS at most */
	unsigned int next;
	struct span span[SPANS];
};

void baseline_learn(struct baseline *baseline, const struct counts *second);

/* Between 0 and 1, and neither; where little was learnt, a half */
double ratio_usual(const struct ratio *ratio);
double ratio_usually_impossible(const struct ratio *ratio);

/* The fewest that @count spans in a row have seen; 0 where that says nothing */
uint64_t baseline_steady_attempts(const struct baseline *baseline,
				  unsigned int count);

/* Of a span, on average; 0 where little was learnt */
double baseline_mean_attempts(const struct baseline *baseline);

/* The fewest of a span */
uint64_t baseline_fewest_established(const struct baseline *baseline);

/* Connections, not RSTs, that inside has refused */
uint64_t counts_refusals(const struct counts *counts);

#endif /* TSREWRITE_WATCH_BASELINE_H */

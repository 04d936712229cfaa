/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Learns what is usual for the connections of one group and one origin: the shares of those
 * that come up, are answered and are accepted, and how many begin.  Pure functions.
 */
#ifndef TSREWRITE_WATCH_BASELINE_H
#define TSREWRITE_WATCH_BASELINE_H

#include <stdbool.h>
#include <stdint.h>

#include "../usual/usual.h"
#include "window.h"

/* @yes of @all events, both of which count less the older they are */
struct ratio {
	double yes;
	double all;
};

/* Numbers of connections are kept of the last 90 spans of ten seconds */
#define SPAN_SECONDS 10
#define SPANS 90
#define SPANS_NEW 6	/* with fewer spans, too little was learnt to rely on */

/* Attempts, and connections that came up, in SPAN_SECONDS seconds */
struct span {
	uint32_t attempts;
	uint32_t established;
};

/* What was learnt; zeroed, nothing was */
struct baseline {
	struct ratio success;	/* established connections, of all attempts */
	struct ratio answered;	/* answered connections, of all attempts */
	struct ratio accepted;	/* established ones, of those and the ones inside refused */
	struct ratio impossible;	/* impossible echoes, of those and the verified ones */
	unsigned int filled;	/* how many seconds are in @filling */
	struct span filling;	/* the span that is not complete yet */
	unsigned int spans;	/* how many complete ones there are, SPANS at most */
	unsigned int next;	/* the index in @span where the next one is stored */
	struct span span[SPANS];
	double kept;		/* the usual attempts in a span, from before there was one; or 0 */
	struct usual_counts learnt;	/* since baseline_take() */
};

/*
 * Begins a zeroed one with what was usual before; that weighs no more than if it had been learnt
 * just now, so that a change is learnt as soon.
 */
void baseline_begin(struct baseline *baseline, const struct usual_answer *usual);

/* Returns what was learnt since the last call */
struct usual_counts baseline_take(struct baseline *baseline);

/* Adds the counts of a second; seconds are added in order, each once */
void baseline_learn(struct baseline *baseline, const struct counts *second);

/*
 * The usual ratio, between 0.01 and 0.99, and of impossible echoes, up to 0.99.  While little
 * was learnt it tends to 0.5, and of impossible echoes to 0.001.
 */
double ratio_usual(const struct ratio *ratio);
double ratio_usually_impossible(const struct ratio *ratio);

/*
 * Whether ratio_usual() says what was learnt: false while what was learnt counts less
 * than the half that is assumed without it.
 */
bool ratio_is_known(const struct ratio *ratio);

/*
 * The share that was learnt of both together, between 0 and 1, without anything assumed; -1
 * while it is not known.
 */
double ratio_learnt(const struct ratio *one, const struct ratio *other);

/*
 * The fewest attempts in any @count spans in a row; 0 if the load varies too much for that to
 * say anything, or there are fewer spans.
 */
uint64_t baseline_steady_attempts(const struct baseline *baseline,
				  unsigned int count);

/*
 * The mean number of attempts in a span; while there are fewer than SPANS_NEW spans, what was usual
 * before, or 0
 */
double baseline_mean_attempts(const struct baseline *baseline);

/* The fewest connections that came up in any span; 0 while there is no span */
uint64_t baseline_fewest_established(const struct baseline *baseline);

/* How many RSTs inside hosts have sent to answers, whether these have passed or not */
uint64_t counts_rsts(const struct counts *counts);

/* How many connections inside hosts have refused, which may have taken several RSTs each */
uint64_t counts_refusals(const struct counts *counts);

#endif /* TSREWRITE_WATCH_BASELINE_H */

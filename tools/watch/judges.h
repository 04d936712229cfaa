/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The two judges of a group: of the connections that its mode is for, with their control, and
 * of those that pass untouched: they have no TSopt, or begin in mode off.  What is usual of
 * one says nothing of the other.  Pure functions.
 */
#ifndef TSREWRITE_WATCH_JUDGES_H
#define TSREWRITE_WATCH_JUDGES_H

#include "judge.h"

/* Zeroed, nothing is known, and the mode is not off */
struct judges {
	struct judge trial;
	struct judge untouched;	/* its connections are counted as control: only observed */
	bool off;		/* the mode is off */
	bool counts_untouched;
};

/* What was counted in a second of connections of each origin */
struct judged_counts {
	struct arms trial[ORIGINS];
	struct arms untouched[ORIGINS];
};

/*
 * Takes the mode of the second to be judged, and whether untouched connections are counted
 * in it.  If the mode is off and was not, or the other way round, connections change from one
 * judge to the other, so that nothing is known any more of those that pass untouched.
 */
void judges_set_mode(struct judges *judges, bool off, bool counts_untouched);

/* As judge_second(): the heavier of both findings */
struct finding judges_second(struct judges *judges, uint64_t now,
			     const struct judged_counts *counted, bool learn,
			     const struct thresholds *thresholds);

/* As judge_begin_anew() and judge_is_well() */
void judges_begin_anew(struct judges *judges);
bool judges_are_well(const struct judges *judges, const struct finding *finding,
		     unsigned int seconds, const struct thresholds *thresholds);

/*
 * Whether connections that pass untouched fail, by the last @seconds alone, where nothing has
 * been learnt yet: of enough attempts, less than the threshold's share has come up
 */
bool judges_untouched_fail(const struct judges *judges, unsigned int seconds,
			   const struct thresholds *thresholds);

/*
 * The share of connections that usually comes up, of those that are counted: 0 to 1, or -1 if
 * that is not known yet
 */
double judges_usual_success(const struct judges *judges);

/* Whether no connection is counted: the mode is off, and nobody asks for its connections */
bool judges_are_blind(const struct judges *judges);

#endif /* TSREWRITE_WATCH_JUDGES_H */

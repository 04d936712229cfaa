// SPDX-License-Identifier: GPL-2.0-only
#include "judges.h"

#include <string.h>

void judges_set_mode(struct judges *judges, bool off, bool counts_untouched)
{
	if (off != judges->off)
		memset(&judges->untouched, 0, sizeof(judges->untouched));
	judges->off = off;
	judges->counts_untouched = counts_untouched;
	if (off)
		judge_begin_anew(&judges->trial);
	if (!counts_untouched)
		judge_begin_anew(&judges->untouched);
}

static bool is_heavier(const struct finding *one, const struct finding *other)
{
	if (one->kind != other->kind)
		return one->kind > other->kind;
	return one->verdict > other->verdict;
}

struct finding judges_second(struct judges *judges, uint64_t now,
			     const struct judged_counts *counted, bool learn,
			     const struct thresholds *thresholds)
{
	struct finding finding = { 0 }, untouched = { 0 };

	if (!judges->off)
		finding = judge_second(&judges->trial, now, counted->trial, learn, thresholds);
	if (judges->counts_untouched)
		untouched = judge_second(&judges->untouched, now, counted->untouched, learn,
					 thresholds);
	untouched.untouched = true;
	return is_heavier(&untouched, &finding) ? untouched : finding;
}

void judges_begin_anew(struct judges *judges)
{
	judge_begin_anew(&judges->trial);
	judge_begin_anew(&judges->untouched);
}

/*
 * Of what was found in connections that were treated, those that are not any more show by
 * how many of them come up whether it is over
 */
static bool is_well_untouched(const struct judges *judges, const struct finding *finding,
			      unsigned int seconds, const struct thresholds *thresholds)
{
	struct finding look = *finding;

	if (look.kind == FINDING_ECHOES)
		look.kind = FINDING_SUCCESS;
	look.bypassed = false;
	return judge_is_well(&judges->untouched, &look, seconds, thresholds);
}

bool judges_are_well(const struct judges *judges, const struct finding *finding,
		     unsigned int seconds, const struct thresholds *thresholds)
{
	return judges->off || finding->untouched ?
		is_well_untouched(judges, finding, seconds, thresholds) :
		judge_is_well(&judges->trial, finding, seconds, thresholds);
}

static void add_up(const struct side *side, unsigned int seconds, struct counts *sum)
{
	for (unsigned int age = 0; age < seconds && age < WINDOW_SECONDS; age++)
		counts_add(sum, window_at(&side->window[ARM_CONTROL], age));
}

bool judges_untouched_fail(const struct judges *judges, unsigned int seconds,
			   const struct thresholds *thresholds)
{
	struct counts sum = { 0 };

	for (int origin = 0; origin < ORIGINS; origin++)
		add_up(&judges->untouched.side[origin], seconds, &sum);
	return sum.n[COUNT_ATTEMPTS] >= thresholds->min_attempts &&
	       (double)sum.n[COUNT_ESTABLISHED] <
		       thresholds->drop * (double)sum.n[COUNT_ATTEMPTS];
}

/* What was learnt of both origins */
static struct ratio learnt_success(const struct judge *judge)
{
	const struct ratio *inside = &judge->side[ORIGIN_INSIDE].baseline.success;
	const struct ratio *outside = &judge->side[ORIGIN_OUTSIDE].baseline.success;

	return (struct ratio){ inside->yes + outside->yes, inside->all + outside->all };
}

double judges_usual_success(const struct judges *judges)
{
	struct ratio untouched = learnt_success(&judges->untouched), trial = { 0 };

	if (!judges->off)
		trial = learnt_success(&judges->trial);
	return ratio_learnt(&trial, &untouched);
}

bool judges_are_blind(const struct judges *judges)
{
	return judges->off && !judges->counts_untouched;
}

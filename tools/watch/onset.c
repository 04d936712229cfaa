// SPDX-License-Identifier: GPL-2.0-only
#include "onset.h"

/* After so many good seconds, counted backwards, what was before has nothing to do with it */
#define GAP 3

/* Whether a second is in line or out of line; neither if nothing happened in it */
struct second {
	bool good;
	bool bad;
};

static struct second compare_ratio(uint64_t good, uint64_t all, double least)
{
	bool bad = all && (double)good < least * (double)all;

	return (struct second){ .good = good && !bad, .bad = bad };
}

static struct second compare_success(const struct counts *counts, double least)
{
	uint64_t up = counts->n[COUNT_ESTABLISHED];
	uint64_t refused = counts_rsts(counts);

	if (refused)
		return compare_ratio(up, up + refused, least);
	return compare_ratio(up, counts->n[COUNT_ATTEMPTS], least);
}

/* Connections without TSopt come up although their answers do not pass here */
static struct second compare_answers(const struct counts *counts)
{
	bool answered = counts->n[COUNT_ANSWERED];

	return (struct second){
		.good = answered, .bad = counts->n[COUNT_ATTEMPTS] && !answered,
	};
}

/* Judges a second's counts by what the finding is about */
static struct second judge_one(const struct counts *counts,
			       const struct finding *finding, double drop)
{
	double least = drop * (double)finding->fewest / finding->seconds;
	bool fewer = (double)counts->n[COUNT_ATTEMPTS] < least;
	bool impossible = counts->n[COUNT_IMPOSSIBLE];

	if (finding->bypassed)
		return compare_answers(counts);
	switch (finding->kind) {
	case FINDING_ATTEMPTS:
		return (struct second){ .good = !fewer, .bad = fewer };
	case FINDING_ECHOES:
		return (struct second){
			.good = counts->n[COUNT_VERIFIED] && !impossible,
			.bad = impossible,
		};
	default:
		return compare_success(counts, drop * finding->usual);
	}
}

/*
 * Judges a second by its treated connections alone if these are out of line, as a control
 * that is well would hide that in the sum; or else by all connections.
 */
static struct second judge_both(const struct side *side, unsigned int age,
				const struct finding *finding, double drop)
{
	const struct counts *treated = window_at(&side->window[ARM_TREATED], age);
	struct second second = judge_one(treated, finding, drop);
	struct counts sum = *treated;

	if (second.bad && finding->kind != FINDING_ATTEMPTS)
		return second;
	counts_add(&sum, window_at(&side->window[ARM_CONTROL], age));
	return judge_one(&sum, finding, drop);
}

bool onset_is_past(const struct side *side, const struct finding *finding,
		   const struct thresholds *thresholds)
{
	return judge_both(side, 0, finding, thresholds->drop).good;
}

unsigned int onset_age(const struct side *side, const struct finding *finding,
		       const struct thresholds *thresholds, unsigned int known)
{
	unsigned int first = 0, good = 0;

	for (unsigned int age = 0; age < known && good < GAP; age++) {
		struct second second =
			judge_both(side, age, finding, thresholds->drop);

		if (second.bad) {
			first = age;
			good = 0;
		} else if (second.good) {
			good++;
		}
	}
	return first;
}

// SPDX-License-Identifier: GPL-2.0-only
#include "question.h"

#include "tail.h"

/* Nothing is surer than that an echo which is right is not refused */
#define SURE 0.99

/* One impossible echo in so many may be anybody's */
#define RARE 100

/* A client that asks again shows it again, if what it refuses is impossible */
static uint64_t impossible_refusals(const struct counts *counts)
{
	uint64_t refused = counts->n[COUNT_REFUSED_BY_US];
	uint64_t impossible = counts->n[COUNT_IMPOSSIBLE];

	return refused < impossible ? refused : impossible;
}

bool question_refused(const struct look *look, struct finding *finding)
{
	const struct counts *treated = &look->sum.arm[ARM_TREATED];
	uint64_t up = treated->n[COUNT_ESTABLISHED];
	double usual = ratio_usual(&look->side->baseline.accepted);

	finding->kind = FINDING_SUCCESS;
	finding->usual = usual;
	return look_collapsed(look, up, up + impossible_refusals(treated), SURE) ||
	       look_collapsed(look, up, up + counts_refusals(treated), usual);
}

uint64_t question_came_up(const struct look *look, enum arm arm, enum count how)
{
	uint64_t up = look_count(&look->sum, arm, how);
	uint64_t begun = look_count(&look->older, arm, COUNT_ATTEMPTS);

	return up < begun ? up : begun;
}

static bool fails(const struct look *look, enum arm arm)
{
	return look_collapsed(look,
			      question_came_up(look, arm, COUNT_ESTABLISHED),
			      look_count(&look->older, arm, COUNT_ATTEMPTS),
			      ratio_usual(&look->side->baseline.success));
}

bool question_failing(const struct look *look, struct finding *finding)
{
	finding->kind = FINDING_SUCCESS;
	finding->usual = ratio_usual(&look->side->baseline.success);
	return fails(look, ARM_TREATED) || fails(look, ARM_CONTROL);
}

static bool is_garbled(const struct look *look, enum arm arm)
{
	double usual = ratio_usually_impossible(&look->side->baseline.impossible);
	uint64_t bad = look_count(&look->sum, arm, COUNT_IMPOSSIBLE);
	uint64_t good = look_count(&look->sum, arm, COUNT_VERIFIED);

	return bad >= look->thresholds->min_attempts &&
	       bad * RARE >= bad + good &&
	       tail_binomial(good, bad + good, 1 - usual) < LOOK_CHANCE;
}

bool question_echoes(const struct look *look, struct finding *finding)
{
	finding->kind = FINDING_ECHOES;
	return is_garbled(look, ARM_TREATED) || is_garbled(look, ARM_CONTROL);
}

bool question_attempts(const struct side *side, const struct thresholds *thresholds,
		       unsigned int spans, struct finding *finding)
{
	uint64_t fewest = baseline_steady_attempts(&side->baseline, spans);
	struct look look = { .side = side, .thresholds = thresholds };
	uint64_t begun;

	if (!fewest || side->baseline.spans * SPAN_SECONDS < thresholds->history)
		return false;
	while (look.seconds < spans * SPAN_SECONDS)
		look_further(&look);
	begun = look_both(&look.sum, COUNT_ATTEMPTS);
	finding->kind = FINDING_ATTEMPTS;
	finding->fewest = fewest;
	finding->seconds = look.seconds;
	finding->counted = look.sum;
	return (double)begun < thresholds->drop * (double)fewest &&
	       tail_poisson(begun, (double)fewest) < LOOK_CHANCE;
}

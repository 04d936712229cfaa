// SPDX-License-Identifier: GPL-2.0-only
#include "verdict.h"

#include "question.h"
#include "tail.h"

/* If the control fared as badly, it would fare so well this seldom */
#define BY_CHANCE (1 / 1e6)

/* Seconds that are waited for the control to tell */
#define PATIENCE 10

/* Seconds that a steady load must have been gone */
#define STEADY 5

/* In an idle hour, so many times as many must fail */
#define IDLE 4

/* How many are good, of all */
struct part {
	uint64_t good;
	uint64_t all;
};

static struct part accepted(const struct look *look, enum arm arm)
{
	const struct counts *counts = &look->sum.arm[arm];
	uint64_t up = counts->n[COUNT_ESTABLISHED];

	return (struct part){ up, up + counts_refusals(counts) };
}

static struct part successful(const struct look *look, enum arm arm)
{
	return (struct part){
		question_came_up(look, arm, COUNT_ESTABLISHED),
		look_count(&look->older, arm, COUNT_ATTEMPTS),
	};
}

static struct part verified(const struct look *look, enum arm arm)
{
	const struct counts *counts = &look->sum.arm[arm];
	uint64_t good = counts->n[COUNT_VERIFIED];

	return (struct part){ good, good + counts->n[COUNT_IMPOSSIBLE] };
}

typedef struct part (*measure)(const struct look *look, enum arm arm);

/* The control does better than those treated, and not by chance */
static bool control_beats(const struct look *since, const struct look *after,
			  measure part_of)
{
	struct part treated = part_of(since, ARM_TREATED);
	struct part control = part_of(after, ARM_CONTROL);
	double alike = (double)(treated.good + 1) / (double)(treated.all + 2);

	return control.good &&
	       tail_binomial(control.all - control.good, control.all,
			     1 - alike) < BY_CHANCE;
}

static bool control_fails(const struct look *after, double usual)
{
	struct part control = accepted(after, ARM_CONTROL);

	return control.all >= LOOK_FEW &&
	       !look_is_fine(after, control.good, control.all, usual);
}

static bool has_control(const struct look *since)
{
	return look_count(&since->sum, ARM_CONTROL, COUNT_ATTEMPTS);
}

/* Of the treated: are more than half of those that failed refused by us? */
static bool is_refused(const struct look *since)
{
	const struct counts *treated = &since->sum.arm[ARM_TREATED];
	uint64_t begun = treated->n[COUNT_ATTEMPTS];
	uint64_t up = treated->n[COUNT_ESTABLISHED];

	return treated->n[COUNT_REFUSED_BY_US] * 2 >= (begun > up ? begun - up : 1);
}

static bool is_unanswered(const struct look *since)
{
	uint64_t begun = look_both(&since->older, COUNT_ATTEMPTS);
	uint64_t answered = question_came_up(since, ARM_TREATED, COUNT_ANSWERED) +
			    question_came_up(since, ARM_CONTROL, COUNT_ANSWERED);

	return !look_is_fine(since, answered, begun,
			     ratio_usual(&since->side->baseline.answered));
}

static bool say(struct finding *finding, enum verdict verdict)
{
	finding->verdict = verdict;
	return true;
}

/* What is refused although it echoes what was sent may be a scanner's */
static bool reach_refused(const struct look *since, const struct look *after,
			  struct finding *finding)
{
	const struct counts *treated = &since->sum.arm[ARM_TREATED];
	double usual = ratio_usual(&since->side->baseline.accepted);

	if (control_fails(after, usual))
		return say(finding, look_count(&since->sum, ARM_CONTROL,
					       COUNT_IMPOSSIBLE) ?
			   VERDICT_FAR_END : VERDICT_UNCLEAR);
	if (control_beats(since, after, accepted) ||
	    treated->n[COUNT_IMPOSSIBLE] * 2 >= treated->n[COUNT_REFUSED_BY_US])
		return say(finding, VERDICT_OURS);
	if (has_control(since) && since->seconds < PATIENCE)
		return false;
	if (look_pace(since) == PACE_LOST && !look_is_idle(since) &&
	    since->seconds >= STEADY)
		return say(finding, VERDICT_OURS);
	finding->verdict = VERDICT_UNCLEAR;
	return !treated->n[COUNT_ESTABLISHED] &&
	       since->side->baseline.spans < SPANS_NEW;
}

/* A client that tries a server again and again that is no more */
static bool is_night(const struct look *since)
{
	return look_is_idle(since) &&
	       look_both(&since->older, COUNT_ATTEMPTS) <
		       IDLE * (uint64_t)since->thresholds->min_attempts;
}

/* What comes to the control comes as it is */
static bool reach_failing(const struct look *since, const struct look *after,
			  struct finding *finding)
{
	if (look_pace(since) == PACE_KEPT || is_night(since))
		return false;
	if (control_beats(since, after, successful))
		return say(finding, VERDICT_OURS);
	return say(finding, is_unanswered(since) ||
			    look_count(&since->sum, ARM_CONTROL,
				       COUNT_IMPOSSIBLE) ?
		   VERDICT_FAR_END : VERDICT_UNCLEAR);
}

static bool reach_echoes(const struct look *since, const struct look *after,
			 struct finding *finding)
{
	if (look_count(&since->sum, ARM_CONTROL, COUNT_IMPOSSIBLE))
		return say(finding, VERDICT_FAR_END);
	return say(finding, control_beats(since, after, verified) ?
		   VERDICT_OURS : VERDICT_UNCLEAR);
}

bool verdict_reach(const struct look *since, const struct look *after,
		   struct finding *finding)
{
	if (finding->kind == FINDING_ECHOES)
		return reach_echoes(since, after, finding);
	return is_refused(since) ? reach_refused(since, after, finding) :
				   reach_failing(since, after, finding);
}

// SPDX-License-Identifier: GPL-2.0-only
#include "verdict.h"

#include "../usual/tail_probability.h"

/*
 * The control does better than the treated connections if it would be this unlikely to do as
 * well as it does at their rate of success.
 */
#define BY_CHANCE (1 / 1e6)

/* Seconds to wait for connections of the control, if there is a control */
#define PATIENCE 10

/* Seconds that connections must have failed to come up at their usual pace */
#define STEADY 5

/* While there are few attempts, min_attempts is multiplied by this */
#define IDLE 4

/* @good of @all connections, or echoes */
struct part {
	uint64_t good;
	uint64_t all;
};

static struct part part_accepted(const struct sample *sample, enum arm arm)
{
	const struct counts *counts = &sample->sum.arm[arm];
	uint64_t up = counts->n[COUNT_ESTABLISHED];

	return (struct part){ up, up + counts_refusals(counts) };
}

static struct part part_successful(const struct sample *sample, enum arm arm)
{
	return (struct part){
		sample_came_up(sample, arm, COUNT_ESTABLISHED),
		arms_count(&sample->older, arm, COUNT_ATTEMPTS),
	};
}

static struct part part_verified(const struct sample *sample, enum arm arm)
{
	const struct counts *counts = &sample->sum.arm[arm];
	uint64_t good = counts->n[COUNT_VERIFIED];

	return (struct part){ good, good + counts->n[COUNT_IMPOSSIBLE] };
}

typedef struct part (*measure)(const struct sample *sample, enum arm arm);

/* Whether the control does better than the treated connections, and not by chance */
static bool control_beats(const struct sample *since, const struct sample *after,
			  measure part_of)
{
	struct part treated = part_of(since, ARM_TREATED);
	struct part control = part_of(after, ARM_CONTROL);
	double alike = (double)(treated.good + 1) / (double)(treated.all + 2);

	return control.good &&
	       tail_probability_binomial(control.all - control.good, control.all,
					 1 - alike) < BY_CHANCE;
}

static bool control_fails(const struct sample *after, double usual)
{
	struct part control = part_accepted(after, ARM_CONTROL);

	return control.all >= SAMPLE_FEW &&
	       !sample_is_fine(after, control.good, control.all, usual);
}

static bool has_control(const struct sample *since)
{
	return arms_count(&since->sum, ARM_CONTROL, COUNT_ATTEMPTS);
}

/* Whether inside hosts have refused at least half of the treated connections that failed */
static bool is_refused(const struct sample *since)
{
	const struct counts *treated = &since->sum.arm[ARM_TREATED];
	uint64_t attempts = treated->n[COUNT_ATTEMPTS];
	uint64_t up = treated->n[COUNT_ESTABLISHED];

	return counts_rsts(treated) * 2 >= (attempts > up ? attempts - up : 1);
}

static bool is_unanswered(const struct sample *since)
{
	uint64_t attempts = arms_total(&since->older, COUNT_ATTEMPTS);
	uint64_t answered = sample_came_up(since, ARM_TREATED, COUNT_ANSWERED) +
			    sample_came_up(since, ARM_CONTROL, COUNT_ANSWERED);

	return !sample_is_fine(since, answered, attempts,
			       ratio_usual(&since->side->baseline.answered));
}

static bool set_verdict(struct finding *finding, enum verdict verdict)
{
	finding->verdict = verdict;
	return true;
}

/*
 * The verdict if inside hosts refuse connections.  Refusals of answers whose echo is right are
 * this firewall's fault only if the control does better, or a steady load stopped coming up:
 * they may be those of a scanner.  So may RSTs to answers that did not pass, if others pass.
 */
static bool reach_refused(const struct sample *since, const struct sample *after,
			  struct finding *finding)
{
	const struct counts *treated = &since->sum.arm[ARM_TREATED];
	double usual = ratio_usual(&since->side->baseline.accepted);

	if (control_fails(after, usual))
		return set_verdict(finding, arms_count(&since->sum, ARM_CONTROL,
						       COUNT_IMPOSSIBLE) ?
				   VERDICT_FAR_END : VERDICT_UNCLEAR);
	if (control_beats(since, after, part_accepted) ||
	    treated->n[COUNT_IMPOSSIBLE] * 2 >= counts_rsts(treated))
		return set_verdict(finding, VERDICT_OURS);
	if (has_control(since) && since->seconds < PATIENCE)
		return false;
	if (sample_pace(since) == PACE_LOST && !sample_is_idle(since) &&
	    since->seconds >= STEADY)
		return set_verdict(finding, VERDICT_OURS);
	finding->verdict = VERDICT_UNCLEAR;
	return !treated->n[COUNT_ESTABLISHED] &&
	       since->side->baseline.spans < SPANS_NEW;
}

/*
 * Whether there are so few attempts, in an idle hour, that they may be those of one client
 * that keeps trying a server which does not exist any more: none that answers.
 */
static bool is_night(const struct sample *since)
{
	return is_unanswered(since) && sample_is_idle(since) &&
	       arms_total(&since->older, COUNT_ATTEMPTS) <
		       IDLE * (uint64_t)since->thresholds->min_attempts;
}

/* The verdict if connections fail without being refused by inside hosts */
static bool reach_failing(const struct sample *since, const struct sample *after,
			  struct finding *finding)
{
	if (sample_pace(since) == PACE_KEPT || is_night(since))
		return false;
	if (control_beats(since, after, part_successful))
		return set_verdict(finding, VERDICT_OURS);
	return set_verdict(finding, is_unanswered(since) ||
			    arms_count(&since->sum, ARM_CONTROL,
				       COUNT_IMPOSSIBLE) ?
			   VERDICT_FAR_END : VERDICT_UNCLEAR);
}

/*
 * The verdict on impossible echoes.  Segments of the control are not changed, so that echoes
 * which are impossible there come from the far end.
 */
static bool reach_echoes(const struct sample *since, const struct sample *after,
			 struct finding *finding)
{
	if (arms_count(&since->sum, ARM_CONTROL, COUNT_IMPOSSIBLE))
		return set_verdict(finding, VERDICT_FAR_END);
	return set_verdict(finding, control_beats(since, after, part_verified) ?
			   VERDICT_OURS : VERDICT_UNCLEAR);
}

bool verdict_reach(const struct sample *since, const struct sample *after,
		   struct finding *finding)
{
	if (finding->bypassed)
		return set_verdict(finding, VERDICT_OURS);
	if (finding->kind == FINDING_ECHOES)
		return reach_echoes(since, after, finding);
	return is_refused(since) ? reach_refused(since, after, finding) :
				   reach_failing(since, after, finding);
}

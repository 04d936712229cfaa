// SPDX-License-Identifier: GPL-2.0-only
#include "detector.h"

#include "../usual/tail_probability.h"

/*
 * The share of connections that is expected to come up, of these and of those that inside
 * hosts refuse with an impossible echo: a correct echo is practically never refused.
 */
#define SURE 0.99

/* If fewer than one echo in so many is impossible, a few odd hosts may be the cause */
#define RARE 100

/*
 * Of the attempts that fail in a second in which hosts refuse what did not pass, at least one
 * in so many is such.  Others may be of a host that gives up its own attempts by RST.
 */
#define MANY 4

static uint64_t total_in_first(const struct sample *sample, enum count what)
{
	uint64_t total = 0;

	for (int arm = 0; arm < ARMS; arm++)
		total += window_at(&sample->side->window[arm], sample->seconds - 1)->n[what];
	return total;
}

/* What was counted in all seconds of the sample but the first */
static uint64_t total_after_first(const struct sample *sample, enum count what)
{
	return arms_total(&sample->sum, what) - total_in_first(sample, what);
}

/* Attempts without TSopt come up without an answer that passes */
static uint64_t failed_attempts(const struct counts *counts)
{
	uint64_t good = counts->n[COUNT_ANSWERED];

	if (good < counts->n[COUNT_ESTABLISHED])
		good = counts->n[COUNT_ESTABLISHED];
	return counts->n[COUNT_ATTEMPTS] > good ? counts->n[COUNT_ATTEMPTS] - good : 0;
}

/* Whether answers of many attempts were refused although they did not pass */
static bool many_are_unseen(const struct sample *sample)
{
	uint64_t unseen = 0, failed = 0;

	for (unsigned int age = 0; age < sample->seconds; age++) {
		const struct counts *second =
			window_at(&sample->side->window[ARM_TREATED], age);

		if (!second->n[COUNT_UNSEEN])
			continue;
		unseen += second->n[COUNT_UNSEEN];
		failed += failed_attempts(second);
	}
	return unseen && unseen * MANY >= failed;
}

/*
 * If no answer passes, the module takes TSopt out of SYNs, whose connections then come up:
 * they show that the far end answers.  In the first second, answers may have passed, whose
 * connections may come up in the next one.
 */
bool detector_bypassed(const struct sample *sample, struct finding *finding)
{
	finding->kind = FINDING_SUCCESS;
	finding->usual = ratio_usual(&sample->side->baseline.success);
	finding->usual_known = ratio_is_known(&sample->side->baseline.success);
	finding->bypassed = !total_after_first(sample, COUNT_ANSWERED) &&
			    total_after_first(sample, COUNT_ATTEMPTS) >=
				    sample->thresholds->min_attempts &&
			    total_after_first(sample, COUNT_ESTABLISHED) >
				    total_in_first(sample, COUNT_ANSWERED) &&
			    many_are_unseen(sample);
	return finding->bypassed;
}

/*
 * How many refusals may be of answers with an impossible echo.  Each of these is counted as
 * impossible, so there are no more than the lower of the two numbers.
 */
static uint64_t impossible_refusals(const struct counts *counts)
{
	uint64_t refused = counts->n[COUNT_REFUSED_BY_US];
	uint64_t impossible = counts->n[COUNT_IMPOSSIBLE];

	return refused < impossible ? refused : impossible;
}

bool detector_refused(const struct sample *sample, struct finding *finding)
{
	const struct counts *treated = &sample->sum.arm[ARM_TREATED];
	uint64_t up = treated->n[COUNT_ESTABLISHED];
	double usual = ratio_usual(&sample->side->baseline.accepted);

	finding->kind = FINDING_SUCCESS;
	finding->usual = usual;
	finding->usual_known = ratio_is_known(&sample->side->baseline.accepted);
	return sample_collapsed(sample, up, up + impossible_refusals(treated), SURE) ||
	       sample_collapsed(sample, up, up + counts_refusals(treated), usual);
}

static bool arm_fails(const struct sample *sample, enum arm arm)
{
	return sample_collapsed(sample,
				sample_came_up(sample, arm, COUNT_ESTABLISHED),
				arms_count(&sample->older, arm, COUNT_ATTEMPTS),
				ratio_usual(&sample->side->baseline.success));
}

bool detector_failing(const struct sample *sample, struct finding *finding)
{
	finding->kind = FINDING_SUCCESS;
	finding->usual = ratio_usual(&sample->side->baseline.success);
	finding->usual_known = ratio_is_known(&sample->side->baseline.success);
	return arm_fails(sample, ARM_TREATED) || arm_fails(sample, ARM_CONTROL);
}

static bool is_garbled(const struct sample *sample, enum arm arm)
{
	double usual = ratio_usually_impossible(&sample->side->baseline.impossible);
	uint64_t bad = arms_count(&sample->sum, arm, COUNT_IMPOSSIBLE);
	uint64_t good = arms_count(&sample->sum, arm, COUNT_VERIFIED);

	return bad >= sample->thresholds->min_attempts &&
	       bad * RARE >= bad + good &&
	       tail_probability_binomial(good, bad + good, 1 - usual) < SAMPLE_CHANCE;
}

bool detector_echoes(const struct sample *sample, struct finding *finding)
{
	finding->kind = FINDING_ECHOES;
	return is_garbled(sample, ARM_TREATED) || is_garbled(sample, ARM_CONTROL);
}

bool detector_attempts(const struct side *side, const struct thresholds *thresholds,
		       unsigned int spans, struct finding *finding)
{
	uint64_t fewest = baseline_steady_attempts(&side->baseline, spans);
	struct sample sample = { .side = side, .thresholds = thresholds };
	uint64_t attempts;

	if (!fewest || side->baseline.spans * SPAN_SECONDS < thresholds->history)
		return false;
	while (sample.seconds < spans * SPAN_SECONDS)
		sample_extend(&sample);
	attempts = arms_total(&sample.sum, COUNT_ATTEMPTS);
	finding->kind = FINDING_ATTEMPTS;
	finding->fewest = fewest;
	finding->seconds = sample.seconds;
	finding->counted = sample.sum;
	return (double)attempts < thresholds->drop * (double)fewest &&
	       tail_probability_poisson(attempts, (double)fewest) < SAMPLE_CHANCE;
}

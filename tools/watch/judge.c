// SPDX-License-Identifier: GPL-2.0-only
#include "judge.h"

#include <stddef.h>

#include "detector.h"
#include "onset.h"
#include "verdict.h"

/*
 * A second is learnt LAG seconds later, so that trouble shows before it is learnt as usual;
 * in the beginning LAG_NEW seconds later, and then gradually more.
 */
#define LAG	90
#define LAG_NEW 10

#define LONGEST 120	/* seconds of the longest sample */

/* The length of the longest sample that there is, in seconds */
static unsigned int seconds_known(const struct judge *judge)
{
	uint64_t known = judge->side[0].window[0].now - judge->since + 1;

	return known < LONGEST ? (unsigned int)known : LONGEST;
}

static struct sample take_sample(const struct sample *suspect, unsigned int seconds)
{
	struct sample sample = { .side = suspect->side, .thresholds = suspect->thresholds };

	while (sample.seconds < seconds)
		sample_extend(&sample);
	return sample;
}

/*
 * Finds the onset and the verdict, and completes @finding with the counts since the onset.
 * Returns false if it is over already, or there is no verdict, or none yet.
 */
static bool reach_verdict(const struct judge *judge, const struct sample *suspect,
			  struct finding *finding)
{
	unsigned int age = onset_age(suspect->side, finding, suspect->thresholds,
				     seconds_known(judge));
	struct sample after = take_sample(suspect, age);
	struct sample since = take_sample(suspect, age + 1);

	if (onset_is_past(suspect->side, finding, suspect->thresholds) ||
	    !verdict_reach(&since, &after, finding))
		return false;
	finding->onset = suspect->side->window[0].now - age;
	finding->seconds = since.seconds;
	finding->counted = since.sum;
	return true;
}

/*
 * Gives each detector samples of the last second, the last two, and so on, until one finds
 * something for which there is a verdict.
 */
static bool run_detectors(const struct judge *judge, const struct side *side,
			  const struct thresholds *thresholds, struct finding *finding)
{
	static const detector detectors[] = {
		detector_bypassed, detector_refused, detector_failing,
		detector_echoes,
	};
	unsigned int known = seconds_known(judge);

	for (size_t i = 0; i < sizeof(detectors) / sizeof(*detectors); i++) {
		struct sample sample = { .side = side, .thresholds = thresholds };

		finding->bypassed = false;
		while (sample.seconds < known) {
			if (!sample_extend(&sample) ||
			    !detectors[i](&sample, finding))
				continue;
			if (reach_verdict(judge, &sample, finding))
				return true;
			break;
		}
	}
	return false;
}

static bool detect_attempts(const struct judge *judge, const struct side *side,
			    const struct thresholds *thresholds,
			    struct finding *finding)
{
	static const unsigned int spans[] = { 1, 6 };

	for (size_t i = 0; i < sizeof(spans) / sizeof(*spans); i++) {
		if (seconds_known(judge) < spans[i] * SPAN_SECONDS ||
		    !detector_attempts(side, thresholds, spans[i], finding))
			continue;
		finding->verdict = VERDICT_UNCLEAR;
		finding->onset = side->window[0].now -
				 onset_age(side, finding, thresholds,
					   seconds_known(judge));
		return true;
	}
	return false;
}

static struct finding find_for_origin(const struct judge *judge, enum origin origin,
				      const struct thresholds *thresholds)
{
	const struct side *side = &judge->side[origin];
	struct finding finding = { .origin = origin };

	if (run_detectors(judge, side, thresholds, &finding) ||
	    detect_attempts(judge, side, thresholds, &finding))
		return finding;
	return (struct finding){ 0 };
}

static bool is_heavier(const struct finding *one, const struct finding *other)
{
	if (one->kind != other->kind)
		return one->kind > other->kind;
	return one->verdict > other->verdict;
}

static void learn_side(struct side *side, unsigned int age)
{
	struct counts sum = { 0 };

	for (int arm = 0; arm < ARMS; arm++)
		counts_add(&sum, window_at(&side->window[arm], age));
	baseline_learn(&side->baseline, &sum);
}

/* Grows with what was learnt: at first, knowing something soon is worth the risk */
static unsigned int learning_lag(const struct judge *judge)
{
	unsigned int learnt = judge->side[0].baseline.spans * SPAN_SECONDS;

	return LAG_NEW + learnt / 4 < LAG ? LAG_NEW + learnt / 4 : LAG;
}

/*
 * Learns the seconds whose lag has passed by @now.  A second that cannot be learnt at that
 * time, as @learn is not set or the judge began later, is never learnt.
 */
static void learn_until(struct judge *judge, uint64_t now, bool learn)
{
	while (judge->learnt + learning_lag(judge) < now) {
		uint64_t age = now - ++judge->learnt;

		if (!learn || judge->learnt < judge->since ||
		    age >= WINDOW_SECONDS)
			continue;
		for (int origin = 0; origin < ORIGINS; origin++)
			learn_side(&judge->side[origin], (unsigned int)age);
	}
}

static void begin_first_second(struct judge *judge, uint64_t now)
{
	if (!judge->since)
		judge->since = now;
	if (!judge->learnt)
		judge->learnt = now - 1;
}

struct finding judge_second(struct judge *judge, uint64_t now,
			    const struct arms counted[ORIGINS], bool learn,
			    const struct thresholds *thresholds)
{
	struct finding heaviest = { 0 };

	begin_first_second(judge, now);
	for (int origin = 0; origin < ORIGINS; origin++) {
		for (int arm = 0; arm < ARMS; arm++)
			window_add(&judge->side[origin].window[arm], now,
				   &counted[origin].arm[arm]);
	}
	learn_until(judge, now, learn);
	for (int origin = 0; origin < ORIGINS; origin++) {
		struct finding finding = find_for_origin(judge, origin, thresholds);

		if (is_heavier(&finding, &heaviest))
			heaviest = finding;
	}
	return heaviest;
}

void judge_begin_anew(struct judge *judge)
{
	judge->since = 0;
}

bool judge_is_well(const struct judge *judge, const struct finding *finding,
		   unsigned int seconds, const struct thresholds *thresholds)
{
	const struct sample suspect = {
		.side = &judge->side[finding->origin], .thresholds = thresholds,
	};
	struct sample sample = take_sample(&suspect, seconds < LONGEST ? seconds : LONGEST);
	double least = (1 + thresholds->drop) / 2;
	uint64_t all, good;

	all = arms_total(&sample.sum, COUNT_ATTEMPTS);
	switch (finding->kind) {
	case FINDING_ATTEMPTS:
		least *= (double)finding->fewest / finding->seconds;
		return (double)all >= least * sample.seconds;
	case FINDING_ECHOES:
		good = arms_total(&sample.sum, COUNT_VERIFIED);
		return good >= thresholds->min_attempts &&
		       !arms_total(&sample.sum, COUNT_IMPOSSIBLE);
	default:
		good = arms_total(&sample.sum, finding->bypassed ? COUNT_ANSWERED :
							   COUNT_ESTABLISHED);
		return all >= thresholds->min_attempts &&
		       (double)good >= least * (double)all *
				ratio_usual(&sample.side->baseline.success);
	}
}

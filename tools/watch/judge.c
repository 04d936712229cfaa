// SPDX-License-Identifier: GPL-2.0-only
#include "judge.h"

#include <stddef.h>

#include "onset.h"
#include "question.h"
#include "verdict.h"

#define LAG	90	/* seconds until something is learnt; in the beginning */
#define LAG_NEW 10	/* so few, and then more */
#define LONGEST 120	/* seconds looked back */

/* How many seconds there are to look at */
static unsigned int seconds_known(const struct judge *judge)
{
	uint64_t known = judge->side[0].window[0].now - judge->since + 1;

	return known < LONGEST ? (unsigned int)known : LONGEST;
}

static struct look look_at(const struct look *asked, unsigned int seconds)
{
	struct look look = { .side = asked->side, .thresholds = asked->thresholds };

	while (look.seconds < seconds)
		look_further(&look);
	return look;
}

/* Since the onset: is it anybody's fault? */
static bool conclude(const struct judge *judge, const struct look *asked,
		     struct finding *finding)
{
	unsigned int age = onset_age(asked->side, finding, asked->thresholds,
				     seconds_known(judge));
	struct look after = look_at(asked, age);
	struct look since = look_at(asked, age + 1);

	if (onset_is_past(asked->side, finding, asked->thresholds) ||
	    !verdict_reach(&since, &after, finding))
		return false;
	finding->onset = asked->side->window[0].now - age;
	finding->seconds = since.seconds;
	finding->counted = since.sum;
	return true;
}

/* Of the last second, or the last two, or ... */
static bool ask(const struct judge *judge, const struct side *side,
		const struct thresholds *thresholds, struct finding *finding)
{
	static const question questions[] = {
		question_refused, question_failing, question_echoes,
	};
	unsigned int known = seconds_known(judge);

	for (size_t i = 0; i < sizeof(questions) / sizeof(*questions); i++) {
		struct look look = { .side = side, .thresholds = thresholds };

		while (look.seconds < known) {
			if (!look_further(&look) ||
			    !questions[i](&look, finding))
				continue;
			if (conclude(judge, &look, finding))
				return true;
			break;
		}
	}
	return false;
}

static bool ask_for_attempts(const struct judge *judge, const struct side *side,
			     const struct thresholds *thresholds,
			     struct finding *finding)
{
	static const unsigned int spans[] = { 1, 6 };

	for (size_t i = 0; i < sizeof(spans) / sizeof(*spans); i++) {
		if (seconds_known(judge) < spans[i] * SPAN_SECONDS ||
		    !question_attempts(side, thresholds, spans[i], finding))
			continue;
		finding->verdict = VERDICT_UNCLEAR;
		finding->onset = side->window[0].now -
				 onset_age(side, finding, thresholds,
					   seconds_known(judge));
		return true;
	}
	return false;
}

static struct finding find(const struct judge *judge, enum origin origin,
			   const struct thresholds *thresholds)
{
	const struct side *side = &judge->side[origin];
	struct finding finding = { .origin = origin };

	if (ask(judge, side, thresholds, &finding) ||
	    ask_for_attempts(judge, side, thresholds, &finding))
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

/* At first little is needed soon; later, trouble must show before it is learnt */
static unsigned int lag(const struct judge *judge)
{
	unsigned int learnt = judge->side[0].baseline.spans * SPAN_SECONDS;

	return LAG_NEW + learnt / 4 < LAG ? LAG_NEW + learnt / 4 : LAG;
}

/* Each second once, or never */
static void learn_until(struct judge *judge, uint64_t now, bool learn)
{
	while (judge->learnt + lag(judge) < now) {
		uint64_t age = now - ++judge->learnt;

		if (!learn || judge->learnt < judge->since ||
		    age >= WINDOW_SECONDS)
			continue;
		for (int origin = 0; origin < ORIGINS; origin++)
			learn_side(&judge->side[origin], (unsigned int)age);
	}
}

static void begin(struct judge *judge, uint64_t now)
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

	begin(judge, now);
	for (int origin = 0; origin < ORIGINS; origin++) {
		for (int arm = 0; arm < ARMS; arm++)
			window_add(&judge->side[origin].window[arm], now,
				   &counted[origin].arm[arm]);
	}
	learn_until(judge, now, learn);
	for (int origin = 0; origin < ORIGINS; origin++) {
		struct finding finding = find(judge, origin, thresholds);

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
	const struct look asked = {
		.side = &judge->side[finding->origin], .thresholds = thresholds,
	};
	struct look look = look_at(&asked, seconds < LONGEST ? seconds : LONGEST);
	double least = (1 + thresholds->drop) / 2;
	uint64_t all, good;

	all = look_both(&look.sum, COUNT_ATTEMPTS);
	switch (finding->kind) {
	case FINDING_ATTEMPTS:
		least *= (double)finding->fewest / finding->seconds;
		return (double)all >= least * look.seconds;
	case FINDING_ECHOES:
		good = look_both(&look.sum, COUNT_VERIFIED);
		return good >= thresholds->min_attempts &&
		       !look_both(&look.sum, COUNT_IMPOSSIBLE);
	default:
		good = look_both(&look.sum, COUNT_ESTABLISHED);
		return all >= thresholds->min_attempts &&
		       (double)good >= least * (double)all *
				ratio_usual(&look.side->baseline.success);
	}
}

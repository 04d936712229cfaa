// SPDX-License-Identifier: GPL-2.0-only
#include "recall.h"

static enum usual_kind kind_untouched(const struct judges *judges)
{
	return judges->off ? USUAL_OFF : USUAL_UNTOUCHED;
}

static void recall_kind(const struct usual *usual, const char *group, uint64_t time,
			enum usual_kind kind, struct judge *judge)
{
	for (int origin = 0; origin < ORIGINS; origin++) {
		struct usual_answer answer = usual_at(usual, group, kind,
						      (enum usual_origin)origin, time);

		baseline_begin(&judge->side[origin].baseline, &answer);
	}
}

void recall_usual(const struct usual *usual, const char *group, uint64_t time,
		  struct judges *judges)
{
	recall_kind(usual, group, time, USUAL_TRIAL, &judges->trial);
	recall_kind(usual, group, time, kind_untouched(judges), &judges->untouched);
}

/* Both origins are learnt in the same seconds */
static int learn_kind(struct usual *usual, const char *group, uint64_t time,
		      enum usual_kind kind, struct judge *judge)
{
	struct usual_counts learnt[USUAL_ORIGINS];

	for (int origin = 0; origin < ORIGINS; origin++)
		learnt[origin] = baseline_take(&judge->side[origin].baseline);
	if (!(learnt[0].seconds > 0))
		return 0;
	return usual_learn(usual, group, kind, learnt, time);
}

int recall_learn(struct usual *usual, const char *group, uint64_t time, struct judges *judges)
{
	int ret = learn_kind(usual, group, time, USUAL_TRIAL, &judges->trial);

	if (learn_kind(usual, group, time, kind_untouched(judges), &judges->untouched))
		ret = -1;
	return ret;
}

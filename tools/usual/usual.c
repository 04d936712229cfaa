// SPDX-License-Identifier: GPL-2.0-only
#include "usual.h"

#include <math.h>
#include <stdlib.h>

#include "week.h"

struct usual_answer usual_at(const struct usual *usual, const char *group, enum usual_kind kind,
			     enum usual_origin origin, uint64_t time)
{
	const struct usual_group *found = usual_group_find(usual, group);
	uint64_t hour = week_hour(time);
	struct usual_answer answer = { 0 };

	if (!found || !found->week[kind])
		return answer;
	answer.counts = week_of_hour(found->week[kind], origin, hour);
	answer.hourly = answer.counts.seconds >= USUAL_ENOUGH_SECONDS &&
			answer.counts.n[USUAL_ATTEMPTS] >= USUAL_ENOUGH;
	if (!answer.hourly)
		answer.counts = week_of_all(found->week[kind], origin, hour);
	answer.known = answer.counts.n[USUAL_ATTEMPTS] >= USUAL_ENOUGH;
	return answer;
}

double usual_per_second(const struct usual_answer *answer, enum usual_count what)
{
	return answer->known ? answer->counts.n[what] / answer->counts.seconds : 0;
}

/* More may come up in a second than began in it */
double usual_share(const struct usual_answer *answer, enum usual_count part,
		   enum usual_count all)
{
	double of = answer->counts.n[all];

	return of < USUAL_ENOUGH ? -1 : fmin(1, answer->counts.n[part] / of);
}

int usual_learn(struct usual *usual, const char *group, enum usual_kind kind,
		const struct usual_counts counted[USUAL_ORIGINS], uint64_t time)
{
	struct usual_group *learnt = usual_group_add(usual, group);
	struct usual_week *week = learnt ? usual_group_week(learnt, kind) : NULL;

	if (!week)
		return -1;
	learnt->absent = 0;
	week_add(week, week_hour(time), counted);
	return 0;
}

void usual_forget(struct usual *usual, double seconds)
{
	for (size_t i = 0; i < usual->count; i++) {
		usual->group[i].absent += seconds;
		if (usual->group[i].absent > USUAL_FORGET_DAYS * 86400.0)
			usual_group_remove(usual, i--);
	}
}

void usual_stay(struct usual *usual, const char *group)
{
	struct usual_group *found = usual_group_find(usual, group);

	if (found)
		found->absent = 0;
}

void usual_free(struct usual *usual)
{
	while (usual->count)
		usual_group_remove(usual, usual->count - 1);
	free(usual->group);
	*usual = (struct usual){ 0 };
}

// SPDX-License-Identifier: GPL-2.0-only
#include "history.h"

static bool has_run_backwards(const struct figures *now, const struct figures *before)
{
	for (int i = 0; i < FIGURES; i++) {
		if (now->n[i] < before->n[i])
			return true;
	}
	return false;
}

void history_add(struct history *history, double now, const struct figures *counters)
{
	struct stretch *stretch = &history->stretch[history->next];

	if (history->begun && !has_run_backwards(counters, &history->counters)) {
		stretch->from = history->last;
		stretch->to = now;
		for (int i = 0; i < FIGURES; i++)
			stretch->risen.n[i] = counters->n[i] - history->counters.n[i];
		history->next = (history->next + 1) % HISTORY_STRETCHES;
	}
	history->begun = true;
	history->last = now;
	history->counters = *counters;
}

/* How many seconds of @stretch lie between @from and @to */
static double seconds_between(const struct stretch *stretch, double from, double to)
{
	double begin = stretch->from > from ? stretch->from : from;
	double end = stretch->to < to ? stretch->to : to;

	return end > begin ? end - begin : 0;
}

double history_rate(const struct history *history, enum figure figure, double from, double to)
{
	double events = 0, known = 0;

	for (size_t i = 0; i < HISTORY_STRETCHES; i++) {
		const struct stretch *stretch = &history->stretch[i];
		double seconds = seconds_between(stretch, from, to);

		if (!seconds)
			continue;
		known += seconds;
		events += (double)stretch->risen.n[figure] * seconds /
			  (stretch->to - stretch->from);
	}
	return known ? events / known : -1;
}

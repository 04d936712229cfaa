// SPDX-License-Identifier: GPL-2.0-only
#include "row.h"

#include <stdio.h>
#include <string.h>

#include "../text/format.h"
#include "../text/parse.h"

/* Fewer attempts say nothing */
#define FEW 5

/* Less than this share of what is usual, or of all, is too little */
#define DROP 0.5

const char *const row_order_words[] = {
	[ROW_WORST] = "worst", [ROW_BUSIEST] = "busiest", [ROW_NAMED] = "name",
	[ROW_ORDERS] = NULL,
};

const char *const trouble_words[] = {
	[TROUBLE_NONE] = "none", [TROUBLE_ECHOES] = "echoes",
	[TROUBLE_TRIPPED] = "tripped", [TROUBLE_FAILING] = "failing",
	[TROUBLE_OURS] = "ours", [TROUBLE_OURS + 1] = NULL,
};

/* What comes up now may have begun before, so there may be more of it than attempts */
static double ratio_of(double successes, double attempts)
{
	if (attempts <= 0)
		return -1;
	return successes < attempts ? successes / attempts : 1;
}

void row_measure(struct row *row, const struct history *history, double now)
{
	double busy = history_rate(history, FIGURE_ATTEMPTS, now - HISTORY_SECONDS, now);

	for (int i = 0; i < FIGURES; i++)
		row->rate[i] = history_rate(history, (enum figure)i, now - ROW_SECONDS, now);
	for (int i = 0; i < HISTORY_SECONDS; i++) {
		double from = now - HISTORY_SECONDS + i;

		row->minute[i] = history_rate(history, FIGURE_SUCCESSES, from, from + 1);
	}
	row->busy = busy > 0 ? busy : 0;
	row->ratio = ratio_of(row->rate[FIGURE_SUCCESSES], row->rate[FIGURE_ATTEMPTS]);
}

/* What counts as all: with usual 0.7, 0.7 */
static double expected_ratio(const struct row *row)
{
	return row->usual < 0 ? 1 : row->usual;
}

static bool is_failing(const struct row *row)
{
	return row->rate[FIGURE_ATTEMPTS] * ROW_SECONDS >= FEW &&
	       row->ratio < DROP * expected_ratio(row);
}

static const char *incident_words(const struct answer_incident *incident)
{
	if (!strcmp(incident->kind, "echoes"))
		return "impossible echoes";
	if (!strcmp(incident->kind, "attempts"))
		return "hardly any new connections";
	return "connections fail";
}

static const char *verdict_words(const struct answer_incident *incident)
{
	if (!strcmp(incident->verdict, "ours"))
		return ": it looks like this firewall";
	if (!strcmp(incident->verdict, "far_end"))
		return ": it looks like the far end";
	return "";
}

static void add_trouble(struct row *row, enum trouble trouble, const char *words,
			const char *more)
{
	size_t used = strlen(row->words);

	if (trouble > row->trouble)
		row->trouble = trouble;
	snprintf(row->words + used, sizeof(row->words) - used, "%s%s%s",
		 used ? "; " : "", words, more);
}

/* An incident of a tripped group ends only when its connections have been well for a while */
static void judge_incident(struct row *row, const struct answer_incident *incident)
{
	enum trouble trouble = TROUBLE_FAILING;

	if (row->tripped)
		trouble = TROUBLE_TRIPPED;
	else if (!strcmp(incident->verdict, "ours"))
		trouble = TROUBLE_OURS;
	add_trouble(row, trouble, incident_words(incident), verdict_words(incident));
}

void row_judge(struct row *row, const struct answer_incident *incident)
{
	char mode[FORMAT_SIZE];

	row->trouble = TROUBLE_NONE;
	*row->words = '\0';
	if (row->tripped)
		add_trouble(row, TROUBLE_TRIPPED, "TRIPPED to ",
			    format_word(mode, mode_words, row->mode));
	if (row->mode == TSREWRITE_MODE_BUG)
		add_trouble(row, TROUBLE_OURS, "broken on purpose by mode bug", "");
	if (incident)
		judge_incident(row, incident);
	else if (is_failing(row))
		add_trouble(row, TROUBLE_FAILING, row->usual < 0 ? "few connections come up" :
			    "fewer connections come up than usual", "");
	else if (row->rate[FIGURE_IMPOSSIBLE] > 0)
		add_trouble(row, TROUBLE_ECHOES, "impossible echoes", "");
}

/* How far the ratio is below the usual one, in tenths; -1 if there are no attempts */
static int shortfall_of(const struct row *row)
{
	double short_of = expected_ratio(row) - row->ratio;

	if (row->ratio < 0)
		return row->busy > 0 ? 0 : -1;
	return short_of > 0 ? (int)(short_of * 10) : 0;
}

static int compare_worst(const struct row *one, const struct row *other)
{
	if (one->trouble != other->trouble)
		return one->trouble > other->trouble ? -1 : 1;
	return shortfall_of(other) - shortfall_of(one);
}

int row_compare(const struct row *one, const struct row *other, enum row_order order)
{
	int result = 0;

	if (order == ROW_WORST)
		result = compare_worst(one, other);
	else if (order == ROW_BUSIEST && one->busy != other->busy)
		result = one->busy > other->busy ? -1 : 1;
	return result ? result : strcmp(one->name, other->name);
}

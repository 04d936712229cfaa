// SPDX-License-Identifier: GPL-2.0-only
#include "judgement.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/tsrewrite.h>

/* What a group has rows for: two kinds at most, of two origins each */
#define ROWS 4

const char *const judgement_kinds[] = {
	[USUAL_TRIAL] = "trial", [USUAL_UNTOUCHED] = "untouched", [USUAL_OFF] = "off", NULL
};

const char *const judgement_origins[] = {
	[USUAL_INSIDE] = "inside", [USUAL_OUTSIDE] = "outside", NULL
};

/* The module's counters, by enum usual_count, as they are of connections from inside */
static const uint16_t counters[USUAL_COUNTS] = {
	[USUAL_ATTEMPTS] = TSREWRITE_A_GROUP_STATS_ATTEMPTS,
	[USUAL_ANSWERED] = TSREWRITE_A_GROUP_STATS_ANSWERED,
	[USUAL_ESTABLISHED] = TSREWRITE_A_GROUP_STATS_ESTABLISHED,
	[USUAL_REFUSED_BY_US] = TSREWRITE_A_GROUP_STATS_REFUSED_BY_US,
	[USUAL_VERIFIED] = TSREWRITE_A_GROUP_STATS_ECHO_VERIFIED,
	[USUAL_IMPOSSIBLE] = TSREWRITE_A_GROUP_STATS_ECHO_IMPOSSIBLE,
};

/* How far the same counters of connections from outside are */
#define TO_INBOUND (TSREWRITE_A_GROUP_STATS_INBOUND_ATTEMPTS - TSREWRITE_A_GROUP_STATS_ATTEMPTS)

/*
 * Where the mode has changed, what is usual of the new kind may never have been learnt: then what
 * passed untouched is compared with what is rewritten, and the other way round.
 */
static struct usual_answer usual_before(const struct usual *usual,
					const struct judgement_row *row, uint64_t time)
{
	static const enum usual_kind other[USUAL_KINDS] = {
		[USUAL_TRIAL] = USUAL_OFF, [USUAL_UNTOUCHED] = USUAL_UNTOUCHED,
		[USUAL_OFF] = USUAL_TRIAL,
	};
	struct usual_answer answer = usual_at(usual, row->group, row->kind, row->origin, time);

	return answer.known ? answer :
	       usual_at(usual, row->group, other[row->kind], row->origin, time);
}

static bool is_off(const struct group *group)
{
	return group->mode == TSREWRITE_MODE_OFF;
}

/* In mode off a group has connections of that kind alone, else of the others */
static bool has_kind(const struct group *group, int kind)
{
	return kind == USUAL_OFF ? is_off(group) : !is_off(group);
}

static void add_rows(struct judgement *judgement, const struct group *group,
		     const struct usual *usual, uint64_t time)
{
	for (int kind = 0; kind < USUAL_KINDS; kind++) {
		if (!has_kind(group, kind))
			continue;
		for (int origin = 0; origin < USUAL_ORIGINS; origin++) {
			struct judgement_row *row = &judgement->row[judgement->count++];

			*row = (struct judgement_row){
				.mode = group->mode, .kind = (enum usual_kind)kind,
				.origin = (enum usual_origin)origin, .reason = "",
			};
			snprintf(row->group, sizeof(row->group), "%s", group->name);
			row->before = usual_before(usual, row, time);
			row->verdict = comparison_make(&row->before, &row->now, &row->reason);
		}
	}
}

static void keep_groups(struct judgement *judgement, struct group *group, size_t count)
{
	free(judgement->last);
	judgement->last = group;
	judgement->groups = count;
}

int judgement_begin(struct judgement *judgement, const struct groups *groups,
		    const struct usual *usual, uint64_t time)
{
	size_t size = groups->count * sizeof(*groups->group);
	struct group *copy = malloc(size + 1);

	*judgement = (struct judgement){ 0 };
	judgement->row = calloc(groups->count * ROWS + 1, sizeof(*judgement->row));
	if (!judgement->row || !copy) {
		free(copy);
		return -1;
	}
	memcpy(copy, groups->group, size);
	keep_groups(judgement, copy, groups->count);
	for (size_t i = 0; i < groups->count; i++)
		add_rows(judgement, &groups->group[i], usual, time);
	return 0;
}

static const struct group *find_group(const struct group *group, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++) {
		if (!strcmp(group[i].name, name))
			return &group[i];
	}
	return NULL;
}

/* A counter that is lower than before is of another group of that name */
static void count_up(const struct group_stats *now, const struct group_stats *before,
		     enum usual_origin origin, uint64_t counted[USUAL_COUNTS])
{
	for (int i = 0; i < USUAL_COUNTS; i++) {
		uint16_t attr = counters[i] + (origin == USUAL_OUTSIDE ? TO_INBOUND : 0);

		if (counters[i] && now->value[attr] >= before->value[attr])
			counted[i] += now->value[attr] - before->value[attr];
	}
}

static bool counts_kind(const struct group *group, enum usual_kind kind)
{
	return kind == USUAL_TRIAL || is_off(group) == (kind == USUAL_OFF);
}

static void add_to_row(struct judgement_row *row, const struct group *now,
		       const struct group *before, unsigned int seconds)
{
	static const uint64_t nothing[USUAL_COUNTS];
	uint64_t counted[USUAL_COUNTS] = { 0 };

	if (now && before && row->kind == USUAL_TRIAL) {
		count_up(&now->treated, &before->treated, row->origin, counted);
		count_up(&now->control, &before->control, row->origin, counted);
	} else if (now && before && counts_kind(now, row->kind)) {
		count_up(&now->untouched, &before->untouched, row->origin, counted);
	}
	while (seconds-- > 1)
		tally_add(&row->now, nothing);
	tally_add(&row->now, counted);
	row->verdict = comparison_make(&row->before, &row->now, &row->reason);
}

/* Says why a row can have no connections */
static void explain_row(struct judgement_row *row, const struct group *now)
{
	if (row->verdict != COMPARISON_TOO_FEW)
		return;
	if (!now)
		row->reason = "the group was removed";
	else if (now->mode != row->mode)
		row->reason = "the mode was changed meanwhile";
	else if (is_off(now) && !now->count && !now->tripped)
		row->reason = "not counted in mode off (tsrewrite group set NAME count on)";
}

void judgement_add(struct judgement *judgement, struct groups *groups, unsigned int seconds)
{
	judgement->seconds += seconds;
	for (size_t i = 0; i < judgement->count; i++) {
		struct judgement_row *row = &judgement->row[i];
		const struct group *now = find_group(groups->group, groups->count, row->group);

		add_to_row(row, now, find_group(judgement->last, judgement->groups, row->group),
			   seconds);
		explain_row(row, now);
	}
	keep_groups(judgement, groups->group, groups->count);
	groups->group = NULL;
}

enum comparison judgement_verdict(const struct judgement *judgement)
{
	enum comparison all = COMPARISON_NEW;

	for (size_t i = 0; i < judgement->count; i++) {
		if (judgement->row[i].verdict > all)
			all = judgement->row[i].verdict;
	}
	return all == COMPARISON_NEW ? COMPARISON_TOO_FEW : all;
}

size_t judgement_waits_for(const struct judgement *judgement, unsigned int wait)
{
	size_t count = 0;

	for (size_t i = 0; i < judgement->count; i++) {
		const struct judgement_row *row = &judgement->row[i];

		count += row->verdict == COMPARISON_TOO_FEW &&
			 !comparison_is_hopeless(&row->before, wait);
	}
	return count;
}

bool judgement_row_matters(const struct judgement_row *row)
{
	return row->verdict != COMPARISON_NEW || row->now.n[USUAL_ATTEMPTS];
}

void judgement_free(struct judgement *judgement)
{
	free(judgement->row);
	free(judgement->last);
	*judgement = (struct judgement){ 0 };
}

// SPDX-License-Identifier: GPL-2.0-only
#include "board.h"

#include <stdlib.h>
#include <string.h>

#include "../text/format.h"

static const uint16_t counted[FIGURES] = {
	[FIGURE_ATTEMPTS]   = TSREWRITE_A_GROUP_STATS_ATTEMPTS,
	[FIGURE_SUCCESSES]  = TSREWRITE_A_GROUP_STATS_ESTABLISHED,
	[FIGURE_REFUSED]    = TSREWRITE_A_GROUP_STATS_REFUSED_BY_US,
	[FIGURE_IMPOSSIBLE] = TSREWRITE_A_GROUP_STATS_ECHO_IMPOSSIBLE,
};

#define INBOUND (TSREWRITE_A_GROUP_STATS_INBOUND_ATTEMPTS - TSREWRITE_A_GROUP_STATS_ATTEMPTS)

static struct figures sum_up(const struct group *group)
{
	struct figures sum;

	for (int i = 0; i < FIGURES; i++) {
		uint16_t attr = counted[i];

		sum.n[i] = group->treated.value[attr] + group->control.value[attr] +
			   group->untouched.value[attr] +
			   group->treated.value[attr + INBOUND] +
			   group->control.value[attr + INBOUND] +
			   group->untouched.value[attr + INBOUND];
	}
	return sum;
}

static struct known_group *find_known(struct board *board, const char *name)
{
	for (size_t i = 0; i < board->count; i++) {
		if (!strcmp(board->known[i].group.name, name))
			return &board->known[i];
	}
	return NULL;
}

static struct known_group *add_known(struct board *board)
{
	struct known_group *more = realloc(board->known,
					   (board->count + 1) * sizeof(*more));

	if (!more)
		return NULL;
	board->known = more;
	more[board->count] = (struct known_group){ 0 };
	return &more[board->count++];
}

static void forget_unlisted(struct board *board)
{
	size_t kept = 0;

	for (size_t i = 0; i < board->count; i++) {
		if (!board->known[i].listed)
			continue;
		if (kept != i)
			board->known[kept] = board->known[i];
		board->known[kept++].listed = false;
	}
	board->count = kept;
}

int board_sample(struct board *board, const struct groups *groups, double now)
{
	for (size_t i = 0; i < groups->count; i++) {
		const struct group *group = &groups->group[i];
		struct known_group *known = find_known(board, group->name);
		struct figures sum = sum_up(group);

		if (!known)
			known = add_known(board);
		if (!known)
			return -1;
		known->group = *group;
		known->listed = true;
		history_add(&known->history, now, &sum);
	}
	forget_unlisted(board);
	return 0;
}

/* In mode off the module counts only groups that were tripped, or that want to be counted */
static bool is_counted(const struct group *group, const struct row *row)
{
	if (group->mode != TSREWRITE_MODE_OFF || group->tripped || group->count)
		return true;
	return row->rate[FIGURE_ATTEMPTS] > 0 || row->rate[FIGURE_SUCCESSES] > 0;
}

static void fill_row(struct row *row, const struct known_group *known, const json_t *answer,
		     double now)
{
	struct answer_incident incident;
	bool open;

	format_safe(row->name, sizeof(row->name), known->group.name);
	row->mode = known->group.mode;
	row->usual = answer_usual(answer, row->name);
	open = answer_incident(answer, row->name, &incident);
	row->tripped = known->group.tripped;
	row_measure(row, &known->history, now);
	for (int i = 0; i < FIGURES && !is_counted(&known->group, row); i++)
		row->rate[i] = -1;
	row_judge(row, open ? &incident : NULL);
}

static int compare_rows(const void *one, const void *other, void *order)
{
	return row_compare(one, other, *(const enum row_order *)order);
}

struct row *board_rows(const struct board *board, const json_t *answer, double now,
		       enum row_order order)
{
	struct row *rows = calloc(board->count + 1, sizeof(*rows));

	for (size_t i = 0; rows && i < board->count; i++)
		fill_row(&rows[i], &board->known[i], answer, now);
	if (rows)
		qsort_r(rows, board->count, sizeof(*rows), compare_rows, &order);
	return rows;
}

void board_free(struct board *board)
{
	free(board->known);
	*board = (struct board){ 0 };
}

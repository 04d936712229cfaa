// SPDX-License-Identifier: GPL-2.0-only
#include "layout.h"

#include <string.h>

#include "../text/macros.h"

#define HEAD_LINES 3	/* a title, what is wrong, and the columns' heads */
#define KEY_LINES 1
#define NAME_LEAST 8
#define MINUTE_LEAST 12
#define WORDS 76		/* nearly all that can be wrong fits into so many columns */
#define GAP 1

/* Name and minute share what the others leave */
static const struct place places[TOP_COLUMNS] = {
	[TOP_NAME]	 = { .head = "GROUP" },
	[TOP_MODE]	 = { .head = "MODE", .width = 7 },
	[TOP_ATTEMPTS]	 = { .head = "ATT/S", .right = true, .width = 6 },
	[TOP_SUCCESSES]	 = { .head = "SUCC/S", .right = true, .width = 6 },
	[TOP_NOW]	 = { .head = "NOW", .right = true, .width = 4 },
	[TOP_USUAL]	 = { .head = "USUAL", .right = true, .width = 5 },
	[TOP_REFUSED]	 = { .head = "BY US", .right = true, .width = 6 },
	[TOP_IMPOSSIBLE] = { .head = "IMPOSS", .right = true, .width = 6 },
	[TOP_MINUTE]	 = { .head = "MINUTE" },
};

static int clamp_to(int value, int least, int most)
{
	if (value > most)
		value = most;
	return value > least ? value : least;
}

/*
 * The most columns, up to @room, that a minute of seconds can be divided into: few enough to
 * leave room for words behind them, if there is so much.
 */
static int fit_minute(int room)
{
	static const int cells[] = { 60, 30, 20, 15, 12 };

	for (size_t i = 0; i < ARRAY_SIZE(cells); i++) {
		if (cells[i] + WORDS + GAP <= room)
			return cells[i];
	}
	for (size_t i = 0; i < ARRAY_SIZE(cells); i++) {
		if (cells[i] <= room)
			return cells[i];
	}
	return 6;
}

struct layout layout_fit(int columns, int lines, int longest)
{
	struct layout layout = { .first = HEAD_LINES };
	struct place *column = layout.column;
	int room = columns, x = 0;

	memcpy(column, places, sizeof(places));
	for (int i = 0; i < TOP_COLUMNS; i++)
		room -= column[i].width + (i ? GAP : 0);
	column[TOP_NAME].width = clamp_to(longest, NAME_LEAST, room - MINUTE_LEAST);
	if (column[TOP_NAME].width < NAME_LEAST)
		column[TOP_NAME].width = NAME_LEAST;
	column[TOP_MINUTE].width = fit_minute(room - column[TOP_NAME].width);
	for (int i = 0; i < TOP_COLUMNS; i++) {
		column[i].x = x;
		x += column[i].width + GAP;
	}
	layout.words_x = x;
	layout.words_width = clamp_to(columns - x, 0, columns);
	layout.lines = clamp_to(lines - HEAD_LINES - KEY_LINES, 0, lines);
	return layout;
}

int layout_height(const struct layout *layout, const struct row *row)
{
	return (int)strlen(row->words) <= layout->words_width ? 1 : 2;
}

/* Adds the row to @lines; returns whether it has room, of which the first always has some */
static bool takes_room(const struct layout *layout, const struct row *row, int *lines)
{
	bool first = !*lines;

	*lines += layout_height(layout, row);
	return first || *lines <= layout->lines;
}

int layout_rows_from(const struct layout *layout, const struct row *rows, int count, int first)
{
	int lines = 0, i = first;

	while (i < count && takes_room(layout, &rows[i], &lines))
		i++;
	return i - first;
}

int layout_rows_before(const struct layout *layout, const struct row *rows, int end)
{
	int lines = 0, i = end;

	while (i > 0 && takes_room(layout, &rows[i - 1], &lines))
		i--;
	return end - i;
}

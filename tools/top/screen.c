// SPDX-License-Identifier: GPL-2.0-only
#include "screen.h"

#include <stdlib.h>
#include <string.h>

#include <curses.h>

#include "../text/format.h"
#include "../text/parse.h"
#include "figure.h"
#include "terminal.h"

enum { PAIR_ALARM = 1, PAIR_NOTE };

#define CELL (3 * HISTORY_SECONDS + 1)

static SCREEN *terminal;
static bool utf8;

static const char *const help_lines[] = {
	"GROUP    a class of connections; a long name is cut in the middle",
	"MODE     of its new connections",
	"ATT/S    attempts: connections that began, a second, in the last 10 seconds",
	"SUCC/S   successes: connections that came up, a second, in the last 10 seconds",
	"NOW      the share of the attempts that came up, in the last 10 seconds",
	"USUAL    the share that usually does, as tsrewrite watch has learnt it",
	"BY US    answers that inside hosts refused, a second",
	"IMPOSS   impossible echoes, a second: of values that no inside host has sent",
	"MINUTE   successes in the last minute, the newest at the right: the highest is",
	"         this group's most, the lowest is none, and blank is not known",
	"-        not known: nothing happened, or the group is not counted in mode off",
	"",
	"Below these, or behind them, is what is wrong. The worst comes first: it looks",
	"like this firewall; connections fail; TRIPPED: tsrewrite watch set the mode;",
	"impossible echoes; and then the groups whose NOW is furthest below USUAL.",
	"",
	"q  quit                                  arrows, PgUp, PgDn, Home, End  scroll",
	"s  sort: worst, busiest, or by name      f  only groups with attempts or trouble",
	"p  pause: the screen stays, counting goes on",
	"",
	"Any key leaves this help.",
	NULL,
};

static void begin_colours(void)
{
	const char *no = getenv("NO_COLOR");

	if ((no && *no) || !has_colors() || start_color() == ERR)
		return;
	use_default_colors();
	init_pair(PAIR_ALARM, COLOR_RED, -1);
	init_pair(PAIR_NOTE, COLOR_YELLOW, -1);
}

int screen_begin(void)
{
	utf8 = terminal_shows_blocks();
	terminal = newterm(NULL, stdout, stdin);
	if (!terminal)
		return terminal_refuse("this terminal cannot be used");
	begin_colours();
	cbreak();
	noecho();
	nodelay(stdscr, true);
	keypad(stdscr, true);
	set_escdelay(25);
	curs_set(0);
	return 0;
}

void screen_end(void)
{
	endwin();
	delscreen(terminal);
}

struct layout screen_layout(const struct view *view)
{
	return layout_fit(COLS, LINES, view->longest);
}

static attr_t attributes_of(enum message message)
{
	static const int pairs[] = {
		[MESSAGE_FINE] = 0, [MESSAGE_NOTE] = PAIR_NOTE, [MESSAGE_ALARM] = PAIR_ALARM,
	};

	return (message == MESSAGE_FINE ? 0 : A_BOLD) | (attr_t)COLOR_PAIR(pairs[message]);
}

static enum message message_of(enum trouble trouble)
{
	if (trouble >= TROUBLE_FAILING)
		return MESSAGE_ALARM;
	return trouble ? MESSAGE_NOTE : MESSAGE_FINE;
}

/* One byte is one column, but for sparklines */
static void draw_text(int y, int x, const char *text, int width)
{
	if (x < COLS && width > 0)
		mvaddnstr(y, x, text, width < COLS - x ? width : COLS - x);
}

static void draw_cell(int y, const struct place *place, const char *text)
{
	int len = (int)strlen(text);

	draw_text(y, place->right ? place->x + place->width - len : place->x, text,
		  place->width);
}

static void draw_minute(int y, const struct place *place, const struct row *row)
{
	char cell[CELL];
	int room = COLS - place->x;

	figure_sparkline(cell, row->minute, HISTORY_SECONDS, (size_t)place->width, utf8);
	if (room >= place->width)
		mvaddstr(y, place->x, cell);
}

static void draw_figures(int y, const struct layout *layout, const struct row *row)
{
	const struct place *column = layout->column;
	char cell[ROW_NAME], text[FORMAT_SIZE];

	draw_cell(y, &column[TOP_NAME],
		  figure_name(cell, sizeof(cell), row->name,
			      (size_t)column[TOP_NAME].width));
	draw_cell(y, &column[TOP_MODE], format_word(text, mode_words, row->mode));
	draw_cell(y, &column[TOP_ATTEMPTS], figure_rate(cell, row->rate[FIGURE_ATTEMPTS]));
	draw_cell(y, &column[TOP_SUCCESSES], figure_rate(cell, row->rate[FIGURE_SUCCESSES]));
	draw_cell(y, &column[TOP_NOW], figure_ratio(cell, row->ratio));
	draw_cell(y, &column[TOP_USUAL], figure_ratio(cell, row->usual));
	draw_cell(y, &column[TOP_REFUSED], figure_rate(cell, row->rate[FIGURE_REFUSED]));
	draw_cell(y, &column[TOP_IMPOSSIBLE], figure_rate(cell, row->rate[FIGURE_IMPOSSIBLE]));
	draw_minute(y, &column[TOP_MINUTE], row);
}

static void draw_row(int y, const struct layout *layout, const struct row *row)
{
	attrset(attributes_of(message_of(row->trouble)));
	draw_figures(y, layout, row);
	if (layout_height(layout, row) == 1)
		draw_text(y, layout->words_x, row->words, layout->words_width);
	else
		draw_text(y + 1, 2, row->words, COLS);
	attrset(A_NORMAL);
}

/* Returns how many rows there was room for */
static int draw_rows(const struct view *view, const struct choice *choice,
		     const struct layout *layout)
{
	int shown = layout_rows_from(layout, view->row, view->count, choice->first);
	int y = layout->first;

	for (int i = choice->first; i < choice->first + shown; i++) {
		draw_row(y, layout, &view->row[i]);
		y += layout_height(layout, &view->row[i]);
	}
	return shown;
}

static void draw_title(const struct view *view, const struct choice *choice, const char *netns)
{
	char text[256], time[FORMAT_SIZE], attempts[FIGURE_SIZE], successes[FIGURE_SIZE];
	char name[64] = "";

	if (netns)
		format_safe(name, sizeof(name), netns);
	format_time(time, view->time);
	snprintf(text, sizeof(text),
		 "tsrewrite%s%s  %.8sZ%s  %d group%s  %s att/s  %s succ/s",
		 netns ? " -n " : "", name, strchr(time, 'T') + 1,
		 choice->paused ? "  PAUSED" : "", view->groups,
		 view->groups == 1 ? "" : "s", figure_rate(attempts, view->rate[0]),
		 figure_rate(successes, view->rate[1]));
	attrset(A_BOLD);
	draw_text(0, 0, text, COLS);
	attrset(attributes_of(view->message));
	draw_text(1, 0, view->text, COLS);
}

static void draw_heads(const struct layout *layout)
{
	attrset(A_REVERSE);
	mvhline(layout->first - 1, 0, ' ', COLS);
	for (int i = 0; i < TOP_COLUMNS; i++)
		draw_cell(layout->first - 1, &layout->column[i], layout->column[i].head);
	attrset(A_NORMAL);
}

static void draw_keys(const struct view *view, const struct choice *choice, int shown)
{
	char text[256], rows[64];
	int len;

	snprintf(rows, sizeof(rows), view->count ? "%d-%d of %d" : "no group",
		 choice->first + 1, choice->first + shown, view->count);
	len = (int)strlen(rows);
	snprintf(text, sizeof(text), "q quit  s sort: %-7s  f filter: %-4s  p pause  h help",
		 row_order_words[choice->order], choice->busy_only ? "busy" : "none");
	attrset(A_REVERSE);
	mvhline(LINES - 1, 0, ' ', COLS);
	draw_text(LINES - 1, 0, text, COLS);
	if (COLS - len > (int)strlen(text))
		draw_text(LINES - 1, COLS - len, rows, len);
	attrset(A_NORMAL);
}

static void draw_help(void)
{
	for (int i = 0; help_lines[i] && i < LINES; i++)
		draw_text(i, 0, help_lines[i], COLS);
}

void screen_draw(const struct view *view, const struct choice *choice, const char *netns)
{
	struct layout layout = screen_layout(view);
	int shown;

	erase();
	if (choice->help) {
		draw_help();
	} else {
		draw_title(view, choice, netns);
		draw_heads(&layout);
		shown = draw_rows(view, choice, &layout);
		draw_keys(view, choice, shown);
	}
	refresh();
}

enum screen_key screen_key(void)
{
	static const struct {
		int code;
		enum screen_key key;
	} keys[] = {
		{ 'q', SCREEN_QUIT },	  { 's', SCREEN_SORT },	     { 'f', SCREEN_FILTER },
		{ 'p', SCREEN_PAUSE },	  { 'h', SCREEN_HELP },	     { '?', SCREEN_HELP },
		{ 'k', SCREEN_UP },	  { 'j', SCREEN_DOWN },	     { ' ', SCREEN_PAGE_DOWN },
		{ KEY_UP, SCREEN_UP },	  { KEY_DOWN, SCREEN_DOWN }, { KEY_HOME, SCREEN_HOME },
		{ KEY_END, SCREEN_END },  { KEY_PPAGE, SCREEN_PAGE_UP },
		{ KEY_NPAGE, SCREEN_PAGE_DOWN }, { KEY_RESIZE, SCREEN_RESIZED },
	};
	int code = getch();

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		if (keys[i].code == code)
			return keys[i].key;
	}
	return code == ERR ? SCREEN_NONE : SCREEN_OTHER;
}

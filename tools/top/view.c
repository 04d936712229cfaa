// SPDX-License-Identifier: GPL-2.0-only
#include "view.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../text/format.h"
#include "../text/macros.h"

static __printf(2, 3) void add_text(struct view *view, const char *format, ...)
{
	size_t used = strlen(view->text);
	va_list args;

	va_start(args, format);
	vsnprintf(view->text + used, sizeof(view->text) - used, format, args);
	va_end(args);
}

static void list_machine_incidents(struct view *view, const json_t *answer)
{
	struct answer_incident incident;
	char title[VIEW_TEXT];

	for (size_t i = 0; answer_machine_incident(answer, i, &incident); i++) {
		view->message = MESSAGE_ALARM;
		add_text(view, "%s%s", i ? "; " : "",
			 format_safe(title, sizeof(title), incident.title));
	}
}

static void describe_service(struct view *view, const struct source *source)
{
	size_t open = answer_incidents(source->answer);

	if (*source->watch_failure && view->message == MESSAGE_FINE)
		view->message = MESSAGE_NOTE;
	if (*view->text)
		add_text(view, "; ");
	if (!source->answer)
		add_text(view, "usual not known: ");
	if (*source->watch_failure)
		add_text(view, "%s", source->watch_failure);
	else
		add_text(view, "%zu open incident%s", open, open == 1 ? "" : "s");
}

static void describe_state(struct view *view, const struct source *source)
{
	char safe[VIEW_TEXT];

	if (*source->module_failure) {
		view->message = MESSAGE_ALARM;
		add_text(view, "%s", format_safe(safe, sizeof(safe), source->module_failure));
		return;
	}
	list_machine_incidents(view, source->answer);
	describe_service(view, source);
}

static void add_up(struct view *view, const struct row *row)
{
	int len = (int)strlen(row->name);

	if (len > view->longest)
		view->longest = len;
	for (int i = 0; i < 2; i++) {
		if (row->rate[i] > 0)
			view->rate[i] += row->rate[i];
	}
}

/* What the filter leaves out goes to the end */
static void filter_rows(struct view *view, bool busy_only)
{
	view->count = 0;
	for (int i = 0; i < view->groups; i++) {
		add_up(view, &view->row[i]);
		if (busy_only && !view->row[i].trouble && view->row[i].busy <= 0)
			continue;
		if (view->count != i)
			view->row[view->count] = view->row[i];
		view->count++;
	}
}

void view_make(struct view *view, const struct source *source, const struct choice *choice)
{
	view_free(view);
	view->time = source->time;
	describe_state(view, source);
	if (*source->module_failure)
		return;
	view->row = board_rows(&source->board, source->answer, source->now, choice->order);
	view->groups = view->row ? (int)source->board.count : 0;
	filter_rows(view, choice->busy_only);
}

void view_free(struct view *view)
{
	free(view->row);
	*view = (struct view){ 0 };
}

void view_scroll(const struct view *view, struct choice *choice, const struct layout *layout,
		 int rows)
{
	int last = view->count - layout_rows_before(layout, view->row, view->count);

	choice->first += rows;
	if (choice->first > last)
		choice->first = last;
	if (choice->first < 0)
		choice->first = 0;
}

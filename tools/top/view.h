/* SPDX-License-Identifier: GPL-2.0-only */
/* What a screen shows at one time, and which part of it.  Pure functions. */
#ifndef TSREWRITE_TOP_VIEW_H
#define TSREWRITE_TOP_VIEW_H

#include "layout.h"
#include "source.h"

#define VIEW_TEXT 512

/* Why a message is there decides about its colour */
enum message { MESSAGE_FINE, MESSAGE_NOTE, MESSAGE_ALARM };

struct view {
	struct row *row;
	int count;		/* of rows that are shown: those that the filter leaves */
	int groups;		/* all */
	int longest;		/* the length of the longest name */
	double rate[2];		/* attempts and successes a second of all groups */
	uint64_t time;
	enum message message;
	char text[VIEW_TEXT];
};

/* What the keys have set */
struct choice {
	enum row_order order;
	bool busy_only;		/* leave out groups without attempts and trouble */
	bool paused;
	bool help;
	int first;		/* the first row on the screen */
};

/* Makes a new one, in place of the one before.  Without memory it has no rows. */
void view_make(struct view *view, const struct source *source, const struct choice *choice);
void view_free(struct view *view);

/* Scrolls by so many rows, and not beyond the first or last */
void view_scroll(const struct view *view, struct choice *choice, const struct layout *layout,
		 int rows);

#endif /* TSREWRITE_TOP_VIEW_H */

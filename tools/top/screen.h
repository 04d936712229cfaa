/* SPDX-License-Identifier: GPL-2.0-only */
/* The terminal: only here is it drawn on, by ncurses */
#ifndef TSREWRITE_TOP_SCREEN_H
#define TSREWRITE_TOP_SCREEN_H

#include "view.h"

enum screen_key {
	SCREEN_NONE,		/* no key */
	SCREEN_OTHER,		/* one without a meaning */
	SCREEN_QUIT, SCREEN_SORT, SCREEN_FILTER, SCREEN_PAUSE, SCREEN_HELP,
	SCREEN_UP, SCREEN_DOWN, SCREEN_PAGE_UP, SCREEN_PAGE_DOWN, SCREEN_HOME, SCREEN_END,
	SCREEN_RESIZED,
};

/*
 * Takes the terminal, after terminal_check().  Returns 0, or an exit status after reporting
 * why it cannot.
 */
int screen_begin(void);

/* Gives it back as it was */
void screen_end(void);

/* Where what is shown now, for scrolling */
struct layout screen_layout(const struct view *view);

/* @netns is the name of the network namespace, or NULL */
void screen_draw(const struct view *view, const struct choice *choice, const char *netns);

/* Does not wait */
enum screen_key screen_key(void);

#endif /* TSREWRITE_TOP_SCREEN_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is done about an incident: tell, run a command, trip its group
 */
#ifndef TSREWRITE_WATCH_ACTION_H
#define TSREWRITE_WATCH_ACTION_H

#include "../macros.h"
#include "watcher.h"

/* A line, and the command; @what: "opened", "updated", "tripped", "closed" */
void action_tell(struct watcher *watcher, const struct incident *incident,
		 const char *what);

/* If it is to be tripped: its group lets new connections pass */
void action_trip(struct watcher *watcher, struct incident *incident);

/* Lines that are no incidents */
void action_note(const struct watcher *watcher, const char *format, ...)
	__printf(2, 3);
void action_complain(const struct watcher *watcher, const char *format, ...)
	__printf(2, 3);

/* Of commands that have ended, tell of those that failed */
void action_reap(const struct watcher *watcher);

#endif /* TSREWRITE_WATCH_ACTION_H */

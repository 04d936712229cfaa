/* SPDX-License-Identifier: GPL-2.0-only */
/* Acts on incidents: prints them, queues the operator's command, trips the group */
#ifndef TSREWRITE_WATCH_ACTION_H
#define TSREWRITE_WATCH_ACTION_H

#include "../text/macros.h"
#include "watcher.h"

/*
 * Prints that an incident was "opened", "updated" or "closed", as @what says, and queues
 * the command of the settings, if there is one for its group.
 */
void action_tell(struct watcher *watcher, const struct incident *incident,
		 const char *what);

/*
 * Sets the group of @incident to the mode that the settings have for trip, if they have one,
 * this firewall is to blame, and it was not done already.  Returns the mode, or NULL if the
 * group was not tripped.
 */
const char *action_trip(struct watcher *watcher, const struct incident *incident);

/* The same as action_tell(), of an incident whose group was tripped */
void action_tell_trip(struct watcher *watcher, const struct incident *incident);

/*
 * Print a line about the service itself: a note to stdout, but not with -j, where it would be
 * no JSON; a warning or a complaint to stderr.
 */
void action_note(const struct watcher *watcher, const char *format, ...)
	__printf(2, 3);
void action_warn(const struct watcher *watcher, const char *format, ...)
	__printf(2, 3);
void action_complain(const struct watcher *watcher, const char *format, ...)
	__printf(2, 3);

#endif /* TSREWRITE_WATCH_ACTION_H */

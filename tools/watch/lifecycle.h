/* SPDX-License-Identifier: GPL-2.0-only */
/* Opens, updates and closes incidents: keeps them, prints them, tells of them, and acts */
#ifndef TSREWRITE_WATCH_LIFECYCLE_H
#define TSREWRITE_WATCH_LIFECYCLE_H

#include <jansson.h>

#include "watcher.h"

/* Opens a copy of @incident, to which it adds an id, the time, and the change before */
void lifecycle_open(struct watcher *watcher, const struct incident *incident);

/* To be called after the kind, verdict or figures of an open one have changed */
void lifecycle_update(struct watcher *watcher, struct incident *incident);

/* Closes one; @end says why */
void lifecycle_close(struct watcher *watcher, struct incident *incident,
		     const char *end);

/* Closes all that are open */
void lifecycle_close_all(struct watcher *watcher, const char *end);

/*
 * Incidents that were open when the service ended the last time go on, and are closed by the
 * same rules as any other.  Only how many attempts are usual is not known any more: those of
 * that kind are closed.
 */
void lifecycle_resume(struct watcher *watcher);

/*
 * Opens the machine's incident of that kind if @alarms, a list of strings, has any, and closes
 * it if there is none.  One of bypasses or of rules that is open is updated if there is another
 * alarm; others say by how much, which changes all the time.
 */
void lifecycle_follow(struct watcher *watcher, enum incident_kind kind,
		      const json_t *alarms);

#endif /* TSREWRITE_WATCH_LIFECYCLE_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* Judges each group by its counters, and opens, updates and closes its incident */
#ifndef TSREWRITE_WATCH_GROUP_H
#define TSREWRITE_WATCH_GROUP_H

#include <jansson.h>

#include "watcher.h"

/* To be called once a second.  Returns 0, or -1 with watcher->genl's error filled in. */
int watched_groups_judge(struct watcher *watcher);

/* Adds what was learnt of each to watcher->usual.  Returns how many there are. */
unsigned int watched_groups_learn(struct watcher *watcher);

/* What is usual of each, for those who ask: a list of name and usual_success, 0 to 1 or null */
json_t *watched_groups_json(const struct watcher *watcher);

/* Forgets all of them, as when the module was unloaded: none of their feeds is alive */
void watched_groups_forget(struct watcher *watcher);

void watched_groups_free(struct watcher *watcher);

#endif /* TSREWRITE_WATCH_GROUP_H */

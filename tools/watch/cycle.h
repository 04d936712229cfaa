/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_WATCH_CYCLE_H
#define TSREWRITE_WATCH_CYCLE_H

#include "watcher.h"

/*
 * Does what is due when a second is over: checks groups, tables, rules and bypasses.  Returns 0,
 * or -1 with watcher->genl's error filled in.
 */
int cycle_run(struct watcher *watcher);

/* Saves the incidents if they have changed; complains about the first of several failures */
void cycle_save(struct watcher *watcher);

#endif /* TSREWRITE_WATCH_CYCLE_H */

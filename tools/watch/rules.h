/* SPDX-License-Identifier: GPL-2.0-only */
/* Checks the rules of groups, and confirms devices that came back once they have the rules */
#ifndef TSREWRITE_WATCH_RULES_H
#define TSREWRITE_WATCH_RULES_H

#include "watcher.h"

/*
 * To be called once a second; checks only every few seconds, and if something has changed.
 * Returns 0, or -1 with watcher->genl's error filled in.
 */
int rules_judge(struct watcher *watcher);

#endif /* TSREWRITE_WATCH_RULES_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* The module, which may be loaded and unloaded while the service runs */
#ifndef TSREWRITE_WATCH_MODULE_H
#define TSREWRITE_WATCH_MODULE_H

#include "watcher.h"

/*
 * Opens watcher->genl, and @events, which hears events from then on.  Sets watcher->connected
 * unless the module is not loaded, which is no failure.  Returns an exit status, after
 * reporting what failed.
 */
int module_open(struct watcher *watcher, struct genl *events);

/* Closes both, and forgets what was learnt of the module; its open incidents end with it */
void module_lose(struct watcher *watcher, struct genl *events);

#endif /* TSREWRITE_WATCH_MODULE_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Finds what else has changed on the machine: that it was booted, its kernel, our module, packages
 * that a firewall depends on.  These are changes like those that the module tells of.
 */
#ifndef TSREWRITE_WATCH_UPGRADE_H
#define TSREWRITE_WATCH_UPGRADE_H

#include "watcher.h"

/* When the service starts: what has changed since the last time, and what is known from before */
void upgrade_begin(struct watcher *watcher);

/* When a module is found, which may be another one than before */
void upgrade_module(struct watcher *watcher);

/* Now and then, while the service runs */
void upgrade_check(struct watcher *watcher);

#endif /* TSREWRITE_WATCH_UPGRADE_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* Keeps what is usual over the end of the service: reads it at first, saves it now and then */
#ifndef TSREWRITE_WATCH_KEEPING_H
#define TSREWRITE_WATCH_KEEPING_H

#include "watcher.h"

/* Reads what is kept into watcher->usual.  What cannot be read is told, and kept aside. */
void keeping_begin(struct watcher *watcher);

/* To be called once a second */
void keeping_run(struct watcher *watcher);

/* Takes what was learnt of the groups, before these are forgotten */
void keeping_take(struct watcher *watcher);

/* Saves it, as the service ends */
void keeping_end(struct watcher *watcher);

/* Saves it now, even if there is nothing new: who waits for it sees the file replaced */
void keeping_save(struct watcher *watcher);

#endif /* TSREWRITE_WATCH_KEEPING_H */

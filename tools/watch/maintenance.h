/* SPDX-License-Identifier: GPL-2.0-only */
/* Follows the record of a maintenance, which commands write, and tells of it */
#ifndef TSREWRITE_WATCH_MAINTENANCE_H
#define TSREWRITE_WATCH_MAINTENANCE_H

#include <jansson.h>

#include "watcher.h"

/*
 * Reads the record again if it was written, and tells that one was begun, changed or ended, or
 * is open at the start; and once that it was to be over
 */
void maintenance_follow(struct watcher *watcher);

/* The one that is open, or null; a new reference */
json_t *maintenance_json(const struct watcher *watcher);

#endif /* TSREWRITE_WATCH_MAINTENANCE_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* Checks the machine: its flow table, asymmetric connections, bypasses of attached devices */
#ifndef TSREWRITE_WATCH_MACHINE_H
#define TSREWRITE_WATCH_MACHINE_H

#include "watcher.h"

/* To be called once, at first: what has happened before is not told, and what happens from
 * now on is
 */
void machine_begin(struct watcher *watcher);

/* To be called once a second.  Returns 0, or -1 with watcher->genl's error filled in. */
int machine_judge(struct watcher *watcher);

#endif /* TSREWRITE_WATCH_MACHINE_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Queues the operator's commands.  A unit of systemd runs them, or, if the service is not
 * told that one does, a child of the service.
 */
#ifndef TSREWRITE_WATCH_COMMAND_H
#define TSREWRITE_WATCH_COMMAND_H

#include "watcher.h"

/*
 * Queues @command, for the shell, which is told @what became of @incident.  If it cannot be
 * queued, this is printed.
 */
void command_queue(struct watcher *watcher, const struct incident *incident,
		   const char *what, const char *command);

/*
 * To be called at first, once a second, and after SIGCHLD: starts a child that runs what is
 * queued, unless one does, or a unit is to.  Complains if a unit is to, and does not.
 */
void command_run_queued(struct watcher *watcher);

/* To be called once a second: what was queued since then outlives a power failure, too */
void command_sync(struct watcher *watcher);

/* Tells the child to end when the command that it runs has ended; the others stay queued */
void command_stop(const struct watcher *watcher);

#endif /* TSREWRITE_WATCH_COMMAND_H */

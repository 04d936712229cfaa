/* SPDX-License-Identifier: GPL-2.0-only */
/* The settings of the service: read when it starts, and again while it runs */
#ifndef TSREWRITE_WATCH_RELOAD_H
#define TSREWRITE_WATCH_RELOAD_H

#include "watcher.h"

/* The exit status if settings are wrong: EX_CONFIG of sysexits.h, which units know as well */
#define EXIT_SETTINGS 78

/* Said of the directory */
#define STATE_TAKEN "%s: another tsrewrite watch keeps its state there " \
	"(give each its own: -n NETNS, or the setting state)"

/*
 * Reads them, and takes the lock of the directory that they name for the service's state, which
 * no other service may have.  Returns an exit status, after reporting all that is wrong.
 */
int settings_load(struct watcher *watcher);

/*
 * Reads them again.  If something is wrong, it is printed, watcher->reload_error says what, and
 * those before stay in force.
 */
void settings_reload(struct watcher *watcher);

/* Warns of settings for groups that the module does not have */
void settings_warn_of_groups(struct watcher *watcher);

#endif /* TSREWRITE_WATCH_RELOAD_H */

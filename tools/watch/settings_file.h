/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_WATCH_SETTINGS_FILE_H
#define TSREWRITE_WATCH_SETTINGS_FILE_H

#include "settings.h"

/* Told what is wrong with a file, one call for each line of it; @text names file and line */
typedef void (*settings_complain)(void *arg, const char *text);

/*
 * Reads settings from a file: lines of KEY = VALUE for all groups, and after a line
 * [group NAME] for one.  If @path is NULL, it is DIRECTORY_SETTINGS, which need not exist; or, of
 * a service in the network namespace @netns, DIRECTORY_SETTINGS_NETNS, if that exists.  Returns 0,
 * or -1 if @complain was called; settings_free() is to be called in either case.
 *
 * A service in @netns has its state in the directory netns/@netns below the state of others,
 * unless its own file has a state.
 */
int settings_read(struct settings *settings, const char *path, const char *netns,
		  settings_complain complain, void *arg);

#endif /* TSREWRITE_WATCH_SETTINGS_FILE_H */

/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_WATCH_SETTINGS_FILE_H
#define TSREWRITE_WATCH_SETTINGS_FILE_H

#include "settings.h"

/*
 * Reads settings from a file: lines of KEY = VALUE for all groups, and after a line
 * [group NAME] for one.  If @path is NULL, it is SETTINGS_PATH, which need not exist.
 * Returns 0, or -1 with the reason in @why; settings_free() is to be called in either case.
 */
int settings_read(struct settings *settings, const char *path, char *why,
		  size_t size);

#endif /* TSREWRITE_WATCH_SETTINGS_FILE_H */

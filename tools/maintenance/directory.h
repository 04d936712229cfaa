/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The directory of the state of tsrewrite watch: of its incidents, and of the record of a
 * maintenance and the notes on incidents, which commands write.
 */
#ifndef TSREWRITE_MAINTENANCE_DIRECTORY_H
#define TSREWRITE_MAINTENANCE_DIRECTORY_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#define DIRECTORY_SETTINGS	 "/etc/tsrewrite/watch.conf"
#define DIRECTORY_SETTINGS_NETNS "/etc/tsrewrite/watch@%s.conf"
#define DIRECTORY_STATE		 "/var/lib/tsrewrite"

/*
 * Writes to @path the file with the settings of the service of @netns, or of none if that is
 * NULL.  Returns whether it is the namespace's own.
 */
bool directory_settings(char path[PATH_MAX], const char *netns);

/*
 * Writes to @path where the state of the service of @netns is, if its settings have @state, or
 * NULL.  @own: they are those of that namespace alone.
 */
void directory_place(char path[PATH_MAX], const char *state, const char *netns, bool own);

/*
 * Writes to @path where the state of the service of @netns is, in whose namespace this process
 * is: as the service says that runs, or else as the settings have it with which it would start.
 * Returns 0, or -1 with the reason in @why if these cannot be read.
 */
int directory_find(char path[PATH_MAX], const char *netns, char *why, size_t size);

/*
 * Makes the directory, if it is the default one, or below it.  Another may be on a disk that is
 * to be mounted.
 */
void directory_make(const char *path);

/*
 * Waits until no other command changes files in the directory of that path.  Returns a
 * descriptor, to be closed afterwards, or -1 with errno.
 */
int directory_lock(const char *path);

#endif /* TSREWRITE_MAINTENANCE_DIRECTORY_H */

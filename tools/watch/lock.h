/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_WATCH_LOCK_H
#define TSREWRITE_WATCH_LOCK_H

#include <stddef.h>

/*
 * Takes the lock of a directory, which only one process has at a time, until the descriptor
 * that is returned is closed.  Returns -1 with errno: EWOULDBLOCK if another one has it.
 * @directory is made first if it is the default one, or below that.
 */
int lock_directory(const char *directory);

#endif /* TSREWRITE_WATCH_LOCK_H */

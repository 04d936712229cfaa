/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The saved state, which is restored at boot: /etc/tsrewrite/state, and for a network namespace
 * the file that `ip netns exec` shows in its place, /etc/netns/NETNS/tsrewrite/state.
 */
#ifndef TSREWRITE_STATE_SAVED_H
#define TSREWRITE_STATE_SAVED_H

#include <limits.h>

#include "state.h"

#define SAVED_TEXT 1536

/*
 * Stores the path of the saved state of @netns in @out; NULL stands for the namespace that the
 * machine began with.  Returns false if there is no such file, or if without @netns this
 * process is in another namespace, whose name is not known.
 */
bool saved_path(const char *netns, char out[PATH_MAX]);

/*
 * Compares the running state with the saved one.  Of a group's prefixes and ports the
 * fingerprints are compared.  Returns an empty string if they are the same, or what differs
 * and what to do, or why the file at @path cannot be read, in @out.
 */
const char *saved_compare(const char *path, const char *netns, const struct state *now,
			  char out[SAVED_TEXT]);

/*
 * To be called if the module did not answer.  Returns NULL if it is loaded, or if there is no
 * saved state in which something was on; or else, in @out, a text that says what was on by the
 * saved state, that it is off, and what to do.
 */
const char *saved_was_on(const char *netns, char out[SAVED_TEXT]);

#endif /* TSREWRITE_STATE_SAVED_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Saves the incidents in a directory: as incidents.json, which is loaded when the service
 * starts, and as the feed incidents.atom.  Each file is complete at any time.
 */
#ifndef TSREWRITE_WATCH_STORE_H
#define TSREWRITE_WATCH_STORE_H

#include "incident.h"

/*
 * Loads the incidents.  Returns 0, also if there is no file, or -1 with the reason in @why.
 * In either case @incidents can be used, and has an id of the feed.
 */
int store_load(const char *directory, struct incidents *incidents, char *why,
	       size_t size);

/*
 * Saves them; @now is in nanoseconds since the epoch.  Returns 0, or -1 with the reason in
 * @why.
 */
int store_save(const char *directory, const struct incidents *incidents,
	       uint64_t now, char *why, size_t size);

#endif /* TSREWRITE_WATCH_STORE_H */

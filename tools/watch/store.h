/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Saves incidents and news in a directory: as incidents.json, which is loaded when the service
 * starts, as the feed incidents.atom, and below groups/ as a feed of each group.  Each file is
 * complete at any time.
 */
#ifndef TSREWRITE_WATCH_STORE_H
#define TSREWRITE_WATCH_STORE_H

#include "feeds.h"
#include "incident.h"

/*
 * Loads them.  Returns 0, also if there is no file, or -1 with the reason in @why.  In either
 * case both can be used, and have an id of the feed.
 */
int store_load(const char *directory, struct incidents *incidents, struct feeds *feeds,
	       char *why, size_t size);

/* When feeds are published, in nanoseconds since the epoch, and where, unless @url is NULL */
struct publication {
	const char *url;	/* of the directory, with a slash at its end */
	uint64_t time;
};

/*
 * Saves them, and the feeds that are due, in the directory of that path.  Returns 0, or -1 with
 * the reason in @why.
 */
int store_save(const char *path, const struct incidents *incidents, struct feeds *feeds,
	       const struct publication *publication, char *why, size_t size);

/* Removes the feeds of groups that were removed more than a week ago */
void store_tidy(const char *path, const struct feeds *feeds, uint64_t now);

#endif /* TSREWRITE_WATCH_STORE_H */

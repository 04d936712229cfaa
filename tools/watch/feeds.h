/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The feeds: one of everything, and one of each group.  Each keeps its id over restarts, for
 * those who subscribe to it.
 */
#ifndef TSREWRITE_WATCH_FEEDS_H
#define TSREWRITE_WATCH_FEEDS_H

#include <stdbool.h>

#include "feed_name.h"
#include "incident.h"
#include "news.h"

struct feed {
	char id[INCIDENT_ID];
	char name[FEED_NAME];	/* empty for that of everything */
	char group[ATTR_TEXT];	/* its group; empty if that was not there since the start */
	bool followed;		/* the group is there */
	bool due;		/* to be written */
};

/* More than there can be groups: those of groups that were removed keep their ids for a while */
#define FEEDS 512

struct feeds {
	struct feed whole;
	size_t count;
	struct feed group[FEEDS];
	struct news news;
};

/* A group is there, or not any more */
void feeds_follow(struct feeds *feeds, const char *group);
void feeds_leave(struct feeds *feeds, const char *group);

/* Tells of @incident, in the feed of everything and in its group's */
void feeds_tell(struct feeds *feeds, const struct incident *incident, const char *what,
		uint64_t time);

/* Lets all be written, of everything and of the groups that are there: a sign of life */
void feeds_revive(struct feeds *feeds);

/* Whether it is the name of the feed of a group that is there */
bool feeds_has(const struct feeds *feeds, const char *name);

/* Stores ids and news in an object, and reads them; returns how many items are none */
void feeds_to_json(const struct feeds *feeds, json_t *json);
size_t feeds_from_json(const json_t *json, struct feeds *feeds);

#endif /* TSREWRITE_WATCH_FEEDS_H */

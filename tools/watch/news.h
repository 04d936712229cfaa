/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * News: what the feeds tell of incidents.  That one was opened, has grown worse, was tripped
 * or is over is an item each, which never changes once it is there: readers of feeds show what
 * is new, and not what has changed.
 *
 * Carriers read it, so an item has nothing of the firewall's insides: no user, process or path,
 * and in a group's item no name of a device or of another group.
 */
#ifndef TSREWRITE_WATCH_NEWS_H
#define TSREWRITE_WATCH_NEWS_H

#include <jansson.h>

#include "feed_name.h"
#include "incident.h"

/* Three items of each group can be kept; of one group no more than NEWS_OF_GROUP */
#define NEWS 800
#define NEWS_OF_GROUP 50

/* Texts are printable ASCII; @text has several lines */
struct news_item {
	char id[INCIDENT_ID];	/* its own, and not the incident's */
	char feed[FEED_NAME];	/* of the group; empty if the machine is concerned */
	uint64_t time;		/* in nanoseconds since the epoch */
	char what[16];		/* "opened", "updated", "tripped" or "closed" */
	char title[256];
	char text[2 * INCIDENT_TEXT];
};

/* The oldest first */
struct news {
	size_t count;
	struct news_item item[NEWS];
};

/*
 * Adds an item about @incident, to which @what happened at @time, and returns it.  If there is
 * no room, the oldest item of the group, or else of all, is removed.
 */
const struct news_item *news_add(struct news *news, const struct incident *incident,
				 const char *what, uint64_t time);

json_t *news_json(const struct news *news);

/* Adds those of a list as news_json() returns it; returns how many of them are no items */
size_t news_parse(const json_t *json, struct news *news);

#endif /* TSREWRITE_WATCH_NEWS_H */

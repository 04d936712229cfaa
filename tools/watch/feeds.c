// SPDX-License-Identifier: GPL-2.0-only
#include "feeds.h"

#include <stdio.h>
#include <string.h>

static struct feed *find_feed(struct feeds *feeds, const char *name)
{
	for (size_t i = 0; i < feeds->count; i++) {
		if (!strcmp(feeds->group[i].name, name))
			return &feeds->group[i];
	}
	return NULL;
}

/* The oldest of a group that was removed makes room.  There is one: FEEDS is more than groups. */
static void make_room(struct feeds *feeds)
{
	size_t i = 0;

	if (feeds->count < FEEDS)
		return;
	while (i < feeds->count - 1 && feeds->group[i].followed)
		i++;
	feeds->count--;
	memmove(&feeds->group[i], &feeds->group[i + 1],
		(feeds->count - i) * sizeof(*feeds->group));
}

static struct feed *add_feed(struct feeds *feeds, const char *name)
{
	struct feed *feed;

	make_room(feeds);
	feed = &feeds->group[feeds->count++];
	*feed = (struct feed){ 0 };
	snprintf(feed->name, sizeof(feed->name), "%s", name);
	incident_new_id(feed->id);
	return feed;
}

void feeds_follow(struct feeds *feeds, const char *group)
{
	char name[FEED_NAME];
	struct feed *feed = find_feed(feeds, feed_name(name, group));

	if (!feed)
		feed = add_feed(feeds, name);
	snprintf(feed->group, sizeof(feed->group), "%s", group);
	feed->followed = true;
	feed->due = true;
}

void feeds_leave(struct feeds *feeds, const char *group)
{
	char name[FEED_NAME];
	struct feed *feed = find_feed(feeds, feed_name(name, group));

	if (feed)
		feed->followed = false;
}

void feeds_tell(struct feeds *feeds, const struct incident *incident, const char *what,
		uint64_t time)
{
	const struct news_item *item = news_add(&feeds->news, incident, what, time);
	struct feed *feed = find_feed(feeds, item->feed);

	feeds->whole.due = true;
	if (!feed)
		return;
	snprintf(feed->group, sizeof(feed->group), "%s", incident->group);
	feed->due = true;
}

void feeds_revive(struct feeds *feeds)
{
	feeds->whole.due = true;
	for (size_t i = 0; i < feeds->count; i++) {
		if (feeds->group[i].followed)
			feeds->group[i].due = true;
	}
}

bool feeds_has(const struct feeds *feeds, const char *name)
{
	for (size_t i = 0; i < feeds->count; i++) {
		if (feeds->group[i].followed && !strcmp(feeds->group[i].name, name))
			return true;
	}
	return false;
}

void feeds_to_json(const struct feeds *feeds, json_t *json)
{
	json_t *ids = json_object();

	for (size_t i = 0; i < feeds->count; i++)
		json_object_set_new(ids, feeds->group[i].name,
				    json_string(feeds->group[i].id));
	json_object_set_new(json, "feed", json_string(feeds->whole.id));
	json_object_set_new(json, "group_feeds", ids);
	json_object_set_new(json, "news", news_json(&feeds->news));
}

static bool get_id(const json_t *json, char id[INCIDENT_ID])
{
	const char *text = json_string_value(json);

	if (!text || strlen(text) != INCIDENT_ID - 1 || strncmp(text, "urn:uuid:", 9) ||
	    text[9 + strspn(text + 9, "0123456789abcdef-")])
		return false;
	memcpy(id, text, INCIDENT_ID);
	return true;
}

size_t feeds_from_json(const json_t *json, struct feeds *feeds)
{
	const char *name;
	json_t *id;

	get_id(json_object_get(json, "feed"), feeds->whole.id);
	json_object_foreach(json_object_get(json, "group_feeds"), name, id) {
		if (feeds->count < FEEDS && feed_name_fits(name))
			get_id(id, add_feed(feeds, name)->id);
	}
	return news_parse(json_object_get(json, "news"), &feeds->news);
}

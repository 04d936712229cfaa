// SPDX-License-Identifier: GPL-2.0-only
#include "news.h"

#include <stdio.h>
#include <string.h>

#include "../text/format.h"
#include "../text/parse_time.h"
#include "../text/print.h"

#define MILLISECOND 1000000ULL

static void remove_item(struct news *news, size_t i)
{
	news->count--;
	memmove(&news->item[i], &news->item[i + 1],
		(news->count - i) * sizeof(*news->item));
}

/* A group that is noisy pushes out its own items, and not those of others */
static void make_room(struct news *news, const char *feed)
{
	size_t of_group = 0, first = 0;

	for (size_t i = news->count; i > 0; i--) {
		if (strcmp(news->item[i - 1].feed, feed))
			continue;
		of_group++;
		first = i - 1;
	}
	if (of_group >= NEWS_OF_GROUP)
		remove_item(news, first);
	else if (news->count == NEWS)
		remove_item(news, 0);
}

/* Readers sort by time, to the millisecond: two items never have the same one */
static uint64_t time_after(const struct news *news, uint64_t time)
{
	uint64_t last = news->count ? news->item[news->count - 1].time : 0;

	if (last / MILLISECOND < time / MILLISECOND || last > time + 1000 * MILLISECOND)
		return time;
	return last + MILLISECOND;
}

static void add_line(char *out, size_t size, const char *what, const char *text)
{
	size_t used = strlen(out);
	char safe[4 * INCIDENT_TEXT];

	if (*text && used < size)
		snprintf(out + used, size - used, "%s: %s\n", what,
			 format_safe(safe, sizeof(safe), text));
}

static void describe_incident(const struct incident *incident, struct news_item *item)
{
	char *out = item->text;
	size_t size = sizeof(item->text);
	char time[FORMAT_SIZE];

	if (incident->closed)
		add_line(out, size, "end", incident->end);
	add_line(out, size, "figures", incident->text);
	add_line(out, size, "estimated onset", format_time(time, incident->estimated));
	add_line(out, size, "confirmed onset", format_time(time, incident->confirmed));
	add_line(out, size, "nearest change before", incident->told);
	/* In whose words, and by whom, is no matter of those who read it */
	if (*incident->maintenance)
		add_line(out, size, "during", "a maintenance of this firewall");
	add_line(out, size, "new connections were put in mode", incident->tripped);
	if (incident->closed)
		add_line(out, size, "closed", format_time(time, incident->closed));
}

const struct news_item *news_add(struct news *news, const struct incident *incident,
				 const char *what, uint64_t time)
{
	char title[INCIDENT_TEXT], safe[sizeof(news->item->title)], feed[FEED_NAME];
	struct news_item *item;

	make_room(news, feed_name(feed, incident->group));
	time = time_after(news, time);
	item = &news->item[news->count++];
	*item = (struct news_item){ .time = time };
	incident_new_id(item->id);
	memcpy(item->feed, feed, sizeof(feed));
	snprintf(item->what, sizeof(item->what), "%s", what);
	incident_title(incident, title, sizeof(title));
	snprintf(item->title, sizeof(item->title), "%s: %.200s", what,
		 format_safe(safe, sizeof(safe), title));
	describe_incident(incident, item);
	return item;
}

/* The texts were made safe when the item was added, and have their line ends still */
static json_t *item_json(const struct news_item *item)
{
	return json_pack("{s:s, s:s, s:o, s:s, s:s, s:s}", "id", item->id, "feed",
			 item->feed, "time", json_time(item->time), "what", item->what,
			 "title", item->title, "text", item->text);
}

json_t *news_json(const struct news *news)
{
	json_t *json = json_array();

	for (size_t i = 0; i < news->count; i++)
		json_array_append_new(json, item_json(&news->item[i]));
	return json;
}

/* Whether it is a string of printable ASCII and line ends that fits into @out */
static bool get_text(const json_t *json, const char *key, char *out, size_t size)
{
	const char *text = json_string_value(json_object_get(json, key));

	if (!text || strlen(text) >= size)
		return false;
	for (const char *c = text; *c; c++) {
		if (*c != '\n' && (*c < ' ' || *c > '~'))
			return false;
	}
	memcpy(out, text, strlen(text) + 1);
	return true;
}

static bool parse_item(const json_t *json, struct news_item *item)
{
	const char *time = json_string_value(json_object_get(json, "time"));

	*item = (struct news_item){ 0 };
	return time && !parse_time(time, &item->time) &&
	       get_text(json, "id", item->id, sizeof(item->id)) &&
	       strlen(item->id) == INCIDENT_ID - 1 &&
	       get_text(json, "feed", item->feed, sizeof(item->feed)) &&
	       (!*item->feed || feed_name_fits(item->feed)) &&
	       get_text(json, "what", item->what, sizeof(item->what)) &&
	       get_text(json, "title", item->title, sizeof(item->title)) &&
	       get_text(json, "text", item->text, sizeof(item->text));
}

size_t news_parse(const json_t *json, struct news *news)
{
	size_t i, bad = 0;
	const json_t *one;

	json_array_foreach(json, i, one) {
		if (news->count == NEWS)
			break;
		if (parse_item(one, &news->item[news->count]))
			news->count++;
		else
			bad++;
	}
	return bad;
}

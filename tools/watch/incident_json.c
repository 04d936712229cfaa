// SPDX-License-Identifier: GPL-2.0-only
#include "incident_json.h"

#include <stdio.h>
#include <string.h>

#include "../client/incident_words.h"
#include "../text/parse_time.h"
#include "../text/print.h"
#include "../text/word.h"

static const char *verdict_word(const struct incident *incident)
{
	return incident_verdicts[incident->verdict];
}

static void set_text(json_t *json, const char *key, const char *text)
{
	json_object_set_new(json, key, *text ? json_text(text) : json_null());
}

/* 0 is a time that has not come yet */
static void set_time(json_t *json, const char *key, uint64_t time)
{
	json_object_set_new(json, key, time ? json_time(time) : json_null());
}

json_t *incident_json(const struct incident *incident)
{
	json_t *json = json_object();

	set_text(json, "id", incident->id);
	set_text(json, "state", incident_state(incident));
	set_text(json, "group", incident->group);
	set_text(json, "kind", incident_kinds[incident->kind]);
	set_text(json, "verdict", verdict_word(incident));
	set_time(json, "estimated_onset", incident->estimated);
	set_time(json, "confirmed_onset", incident->confirmed);
	set_time(json, "updated", incident->updated);
	set_time(json, "closed", incident->closed);
	set_text(json, "tripped_to", incident->tripped);
	set_text(json, "figures", incident->text);
	set_text(json, "change_before", incident->change);
	set_text(json, "maintenance", incident->maintenance);
	set_text(json, "end", incident->end);
	return json;
}

json_t *incident_json_told(const struct incident *incident, const char *what, uint64_t time)
{
	return json_pack("{s:o, s:s, s:o}", "time", json_time(time), "what", what,
			 "incident", incident_json(incident));
}

json_t *incidents_json(const struct incidents *incidents)
{
	json_t *json = json_array();

	for (size_t i = 0; i < incidents->count; i++)
		json_array_append_new(json,
				      incident_json(&incidents->incident[i]));
	return json;
}

static json_t *open_json(const struct incident *incident)
{
	char title[INCIDENT_TEXT];
	json_t *json = json_object();

	set_text(json, "group", incident->group);
	set_text(json, "kind", incident_kinds[incident->kind]);
	set_text(json, "verdict", verdict_word(incident));
	set_text(json, "state", incident_state(incident));
	set_text(json, "title", incident_title(incident, title, sizeof(title)));
	set_time(json, "estimated_onset", incident->estimated);
	set_time(json, "confirmed_onset", incident->confirmed);
	set_text(json, "maintenance", incident->maintenance);
	return json;
}

json_t *incidents_json_open(const struct incidents *incidents)
{
	json_t *open = json_array();

	for (size_t i = 0; i < incidents->count; i++) {
		if (!incidents->incident[i].closed)
			json_array_append_new(open, open_json(&incidents->incident[i]));
	}
	return open;
}

static void get_text(const json_t *json, const char *key, char *out, size_t size)
{
	const char *text = json_string_value(json_object_get(json, key));

	snprintf(out, size, "%s", text ? text : "");
}

/* As set_time() left it */
static bool get_time(const json_t *json, const char *key, uint64_t *time)
{
	const json_t *value = json_object_get(json, key);

	*time = 0;
	if (json_is_null(value))
		return true;
	return json_is_string(value) && !parse_time(json_string_value(value), time);
}

static bool get_times(const json_t *json, struct incident *incident)
{
	return get_time(json, "estimated_onset", &incident->estimated) &&
	       get_time(json, "confirmed_onset", &incident->confirmed) &&
	       get_time(json, "updated", &incident->updated) &&
	       get_time(json, "closed", &incident->closed);
}

static int get_word(const json_t *json, const char *key, const char *const *words)
{
	const char *word = json_string_value(json_object_get(json, key));

	return word ? word_index(word, words) : -1;
}

int incident_parse(const json_t *json, struct incident *incident)
{
	int kind = get_word(json, "kind", incident_kinds);
	int verdict = get_word(json, "verdict", incident_verdicts);

	*incident = (struct incident){ 0 };
	get_text(json, "id", incident->id, sizeof(incident->id));
	if (kind <= FINDING_NONE || verdict < 0 ||
	    strlen(incident->id) != INCIDENT_ID - 1)
		return -1;
	incident->kind = (enum incident_kind)kind;
	incident->verdict = (enum verdict)verdict;
	get_text(json, "group", incident->group, sizeof(incident->group));
	get_text(json, "tripped_to", incident->tripped, sizeof(incident->tripped));
	get_text(json, "figures", incident->text, sizeof(incident->text));
	get_text(json, "change_before", incident->change, sizeof(incident->change));
	get_text(json, "maintenance", incident->maintenance, sizeof(incident->maintenance));
	get_text(json, "end", incident->end, sizeof(incident->end));
	return get_times(json, incident) ? 0 : -1;
}

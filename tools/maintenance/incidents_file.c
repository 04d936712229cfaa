// SPDX-License-Identifier: GPL-2.0-only
#include "incidents_file.h"

#include <stdio.h>
#include <string.h>

#include "../client/incident_words.h"
#include "../text/json_file.h"
#include "../text/word.h"

#define URN "urn:uuid:"

/* The first word of incident_verdicts that blames this firewall */
#define OURS "ours"

static const char *text_of(const json_t *incident, const char *key)
{
	const char *text = json_string_value(json_object_get(incident, key));

	return text ? text : "";
}

static json_t *newest_first(const json_t *incidents)
{
	json_t *array = json_array();

	for (size_t i = json_array_size(incidents); i > 0; i--)
		json_array_append(array, json_array_get(incidents, i - 1));
	return array;
}

json_t *incidents_file_read(const char *directory, char *why, size_t size)
{
	json_t *json = json_file_read(directory, INCIDENTS_FILE, why, size);
	json_t *array;

	if (!json)
		return *why ? NULL : json_array();
	array = newest_first(json_object_get(json, "incidents"));
	json_decref(json);
	return array;
}

static const char *digits_of(const char *id)
{
	return strncmp(id, URN, strlen(URN)) ? id : id + strlen(URN);
}

const json_t *incidents_file_find(const json_t *incidents, const char *word, const char **why)
{
	const json_t *one, *found = NULL;
	size_t i;

	word = digits_of(word);
	*why = "is no incident (tsrewrite incident lists them)";
	json_array_foreach(incidents, i, one) {
		if (!*word || strncmp(digits_of(text_of(one, "id")), word, strlen(word)))
			continue;
		if (found) {
			*why = "is the beginning of several ids: give more of it";
			return NULL;
		}
		found = one;
	}
	return found;
}

const char *incidents_file_short(char out[INCIDENTS_SHORT], const json_t *incident)
{
	snprintf(out, INCIDENTS_SHORT, "%s", digits_of(text_of(incident, "id")));
	return out;
}

char *incidents_file_title(const json_t *incident, char *out, size_t size)
{
	int kind = word_index(text_of(incident, "kind"), incident_kinds);
	int verdict = word_index(text_of(incident, "verdict"), incident_verdicts);

	return incident_words_title(out, size, kind < 0 ? 0 : kind, text_of(incident, "group"),
				    verdict < 0 ? 0 : verdict);
}

bool incidents_file_is_ours(const json_t *incident)
{
	return strcmp(text_of(incident, "state"), "closed") &&
	       !strcmp(text_of(incident, "verdict"), OURS);
}

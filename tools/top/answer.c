// SPDX-License-Identifier: GPL-2.0-only
#include "answer.h"

#include <string.h>

#include "../text/parse_time.h"

#define SECOND 1000000000

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

const char *answer_wrong(const json_t *answer, uint64_t time)
{
	uint64_t sampled;

	if (parse_time(text_of(answer, "time"), &sampled))
		return "tsrewrite watch does not say when it took its last sample";
	if (time > sampled && time - sampled > (uint64_t)ANSWER_STALE * SECOND)
		return "tsrewrite watch has taken no sample for more than 5 seconds";
	return NULL;
}

double answer_usual(const json_t *answer, const char *group)
{
	const json_t *one;
	size_t i;

	json_array_foreach(json_object_get(answer, "groups"), i, one) {
		const json_t *usual = json_object_get(one, "usual_success");

		if (!strcmp(text_of(one, "name"), group))
			return json_is_number(usual) ? json_number_value(usual) : -1;
	}
	return -1;
}

size_t answer_incidents(const json_t *answer)
{
	return json_array_size(json_object_get(answer, "incidents"));
}

static void read_incident(const json_t *json, struct answer_incident *out)
{
	out->kind = text_of(json, "kind");
	out->verdict = text_of(json, "verdict");
	out->title = text_of(json, "title");
}

/* The @number-th open incident whose group is @group */
static bool find_incident(const json_t *answer, const char *group, size_t number,
			  struct answer_incident *out)
{
	const json_t *one;
	size_t i;

	json_array_foreach(json_object_get(answer, "incidents"), i, one) {
		if (strcmp(text_of(one, "group"), group) || number--)
			continue;
		read_incident(one, out);
		return true;
	}
	return false;
}

bool answer_incident(const json_t *answer, const char *group, struct answer_incident *out)
{
	return find_incident(answer, group, 0, out);
}

bool answer_machine_incident(const json_t *answer, size_t i, struct answer_incident *out)
{
	return find_incident(answer, "", i, out);
}

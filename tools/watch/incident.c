// SPDX-License-Identifier: GPL-2.0-only
#include "incident.h"

#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "../parse.h"
#include "../print.h"

static const char *const kind_words[] = {
	[FINDING_NONE]	     = "none",
	[INCIDENT_ATTEMPTS]  = "attempts",
	[INCIDENT_ECHOES]    = "echoes",
	[INCIDENT_SUCCESS]   = "success",
	[INCIDENT_TABLE]     = "table",
	[INCIDENT_ONE_SIDED] = "one_sided",
	[INCIDENT_BYPASS]    = "bypass",
	[INCIDENT_RULES]     = "rules",
	[INCIDENT_KINDS]     = NULL,
};

static const char *const verdict_words[] = {
	[VERDICT_UNCLEAR] = "unclear", [VERDICT_FAR_END] = "far_end",
	[VERDICT_OURS] = "ours", [VERDICT_OURS + 1] = NULL,
};

/* RFC 4122, version 4 */
void incident_new_id(char id[INCIDENT_ID])
{
	uint8_t b[16] = { 0 };

	if (getrandom(b, sizeof(b), 0) < 0)
		memset(b, 0xff, sizeof(b));
	b[6] = (b[6] & 0x0f) | 0x40;
	b[8] = (b[8] & 0x3f) | 0x80;
	snprintf(id, INCIDENT_ID,
		 "urn:uuid:%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
		 b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9],
		 b[10], b[11], b[12], b[13], b[14], b[15]);
}

/* There is a closed one: so many cannot be open */
static void make_room(struct incidents *incidents)
{
	size_t i = 0;

	if (incidents->count < INCIDENTS)
		return;
	while (i < incidents->count - 1 && !incidents->incident[i].closed)
		i++;
	incidents->count--;
	memmove(&incidents->incident[i], &incidents->incident[i + 1],
		(incidents->count - i) * sizeof(*incidents->incident));
}

struct incident *incident_new(struct incidents *incidents)
{
	struct incident *incident;

	make_room(incidents);
	incident = &incidents->incident[incidents->count++];
	*incident = (struct incident){ 0 };
	incident_new_id(incident->id);
	return incident;
}

bool incident_is_machines(enum incident_kind kind)
{
	return kind >= INCIDENT_TABLE;
}

struct incident *incident_open(struct incidents *incidents, const char *group,
			       enum incident_kind kind)
{
	for (size_t i = 0; i < incidents->count; i++) {
		struct incident *incident = &incidents->incident[i];

		if (incident->closed || strcmp(incident->group, group))
			continue;
		if (incident_is_machines(kind) ? incident->kind == kind :
						 !incident_is_machines(incident->kind))
			return incident;
	}
	return NULL;
}

static const char *looks_like(enum verdict verdict)
{
	switch (verdict) {
	case VERDICT_OURS:
		return ": it looks like this firewall";
	case VERDICT_FAR_END:
		return ": it looks like the far end, or the path to it";
	default:
		return "";
	}
}

char *incident_title(const struct incident *incident, char *out, size_t size)
{
	const char *group = incident->group;
	const char *whose = looks_like(incident->verdict);

	switch (incident->kind) {
	case INCIDENT_ATTEMPTS:
		snprintf(out, size, "hardly any connection of group %s is begun any more",
			 group);
		break;
	case INCIDENT_ECHOES:
		snprintf(out, size, "impossible echoes in group %s%s", group, whose);
		break;
	case INCIDENT_SUCCESS:
		snprintf(out, size, "connections of group %s fail%s", group, whose);
		break;
	case INCIDENT_TABLE:
		snprintf(out, size, "the table is nearly full");
		break;
	case INCIDENT_ONE_SIDED:
		snprintf(out, size, "connections go on in one direction only");
		break;
	case INCIDENT_RULES:
		snprintf(out, size, "groups do not have the rules that lead to them");
		break;
	case INCIDENT_BYPASS:
	case INCIDENT_KINDS:
		snprintf(out, size, "something bypasses the attached devices");
		break;
	}
	return out;
}

const char *incident_state(const struct incident *incident)
{
	if (incident->closed)
		return "closed";
	return *incident->tripped ? "tripped" : "open";
}

const char *incident_verdict(const struct incident *incident)
{
	return verdict_words[incident->verdict];
}

static void set_text(json_t *json, const char *key, const char *text)
{
	json_object_set_new(json, key, *text ? json_text(text) : json_null());
}

json_t *incident_json(const struct incident *incident)
{
	json_t *json = json_object();

	set_text(json, "id", incident->id);
	set_text(json, "state", incident_state(incident));
	set_text(json, "group", incident->group);
	set_text(json, "kind", kind_words[incident->kind]);
	set_text(json, "verdict", incident_verdict(incident));
	json_object_set_new(json, "estimated_onset",
			    json_u64(incident->estimated));
	json_object_set_new(json, "confirmed_onset",
			    json_u64(incident->confirmed));
	json_object_set_new(json, "updated", json_u64(incident->updated));
	json_object_set_new(json, "closed", incident->closed ?
			    json_u64(incident->closed) : json_null());
	set_text(json, "tripped_to", incident->tripped);
	set_text(json, "figures", incident->text);
	set_text(json, "change_before", incident->change);
	set_text(json, "end", incident->end);
	return json;
}

json_t *incidents_json(const struct incidents *incidents)
{
	json_t *json = json_array();

	for (size_t i = 0; i < incidents->count; i++)
		json_array_append_new(json,
				      incident_json(&incidents->incident[i]));
	return json;
}

static void get_text(const json_t *json, const char *key, char *out, size_t size)
{
	const char *text = json_string_value(json_object_get(json, key));

	snprintf(out, size, "%s", text ? text : "");
}

static uint64_t get_time(const json_t *json, const char *key)
{
	json_int_t time = json_integer_value(json_object_get(json, key));

	return time > 0 ? (uint64_t)time : 0;
}

static int get_word(const json_t *json, const char *key, const char *const *words)
{
	const char *word = json_string_value(json_object_get(json, key));

	return word ? word_index(word, words) : -1;
}

int incident_parse(const json_t *json, struct incident *incident)
{
	int kind = get_word(json, "kind", kind_words);
	int verdict = get_word(json, "verdict", verdict_words);

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
	get_text(json, "end", incident->end, sizeof(incident->end));
	incident->estimated = get_time(json, "estimated_onset");
	incident->confirmed = get_time(json, "confirmed_onset");
	incident->updated = get_time(json, "updated");
	incident->closed = get_time(json, "closed");
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-only
#include "incident.h"

#include <stdio.h>
#include <string.h>

#include <systemd/sd-id128.h>

#include "../client/incident_words.h"

void incident_new_id(char id[INCIDENT_ID])
{
	sd_id128_t random = SD_ID128_ALLF;
	char uuid[SD_ID128_UUID_STRING_MAX];

	sd_id128_randomize(&random);
	snprintf(id, INCIDENT_ID, "urn:uuid:%s", sd_id128_to_uuid_string(random, uuid));
}

/*
 * Removes the oldest closed incident if there is no room for one more.  There is a closed one,
 * as fewer than INCIDENTS can be open.
 */
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

char *incident_title(const struct incident *incident, char *out, size_t size)
{
	return incident_words_title(out, size, (int)incident->kind, incident->group,
				    (int)incident->verdict);
}

const char *incident_state(const struct incident *incident)
{
	if (incident->closed)
		return "closed";
	return *incident->tripped ? "tripped" : "open";
}

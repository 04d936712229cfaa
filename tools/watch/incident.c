// SPDX-License-Identifier: GPL-2.0-only
#include "incident.h"

#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "../client/incident_words.h"

/* A random UUID, version 4 of RFC 4122 */
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

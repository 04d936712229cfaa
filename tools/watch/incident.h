/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What went wrong, from when on, since which change, and what was done about it
 */
#ifndef TSREWRITE_WATCH_INCIDENT_H
#define TSREWRITE_WATCH_INCIDENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "../attr.h"
#include "change.h"
#include "judge.h"

/* For JSON, the first three by enum finding_kind */
enum incident_kind {
	INCIDENT_ATTEMPTS = FINDING_ATTEMPTS,
	INCIDENT_ECHOES = FINDING_ECHOES,
	INCIDENT_SUCCESS = FINDING_SUCCESS,
	INCIDENT_TABLE,		/* nearly full */
	INCIDENT_ONE_SIDED,	/* connections go on in one direction only */
	INCIDENT_BYPASS,	/* something takes segments past us */
	INCIDENT_RULES,		/* groups have lost theirs */
	INCIDENT_KINDS
};

#define INCIDENT_ID 46		/* "urn:uuid:..." */
#define INCIDENT_TEXT 1024

/* Times are nanoseconds since the epoch */
struct incident {
	char id[INCIDENT_ID];
	char group[ATTR_TEXT];	/* empty for the machine */
	enum incident_kind kind;
	enum verdict verdict;
	uint64_t estimated;	/* onset: the first second out of line */
	uint64_t confirmed;	/* onset: when it was beyond doubt */
	uint64_t updated;
	uint64_t closed;	/* 0: open */
	char tripped[16];	/* the mode it was tripped to, or empty */
	char text[INCIDENT_TEXT];	/* the figures */
	char change[CHANGE_TEXT];	/* the nearest before the onset, or empty */
	char end[ATTR_TEXT];	/* how it ended */

	/* Not kept over a restart */
	struct finding finding;
};

/* More than can be open: one of each group, and of each kind of the machine's */
#define INCIDENTS 400

/* The newest; open ones go last */
struct incidents {
	char feed[INCIDENT_ID];	/* the id of all of them, for who subscribes */
	size_t count;
	struct incident incident[INCIDENTS];
};

void incident_new_id(char id[INCIDENT_ID]);

/* A new one, with an id, in place of the oldest that is closed */
struct incident *incident_new(struct incidents *incidents);

/* The open one of a group, or of the machine with that kind; or NULL */
struct incident *incident_open(struct incidents *incidents, const char *group,
			       enum incident_kind kind);

/* It has the machine's, and not a group's, trouble */
bool incident_is_machines(enum incident_kind kind);

/* "connections of group alpha fail: it looks like this firewall" */
char *incident_title(const struct incident *incident, char *out, size_t size);

const char *incident_state(const struct incident *incident);
const char *incident_verdict(const struct incident *incident);
json_t *incident_json(const struct incident *incident);
json_t *incidents_json(const struct incidents *incidents);

/* 0, or -1 where @json is no incident */
int incident_parse(const json_t *json, struct incident *incident);

#endif /* TSREWRITE_WATCH_INCIDENT_H */

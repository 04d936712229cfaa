/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Incidents: what went wrong with a group or the machine, since when, after which change, and
 * what was done about it.
 */
#ifndef TSREWRITE_WATCH_INCIDENT_H
#define TSREWRITE_WATCH_INCIDENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../client/attr.h"
#include "../maintenance/record.h"
#include "change.h"
#include "finding.h"

/* The kinds of a group's incidents have the values of enum finding_kind */
enum incident_kind {
	INCIDENT_ATTEMPTS = FINDING_ATTEMPTS,
	INCIDENT_ECHOES = FINDING_ECHOES,
	INCIDENT_SUCCESS = FINDING_SUCCESS,
	INCIDENT_TABLE,		/* the flow table is nearly full */
	INCIDENT_ASYMMETRIC,	/* connections go on in one direction only */
	INCIDENT_BYPASS,	/* something carries segments around the module */
	INCIDENT_RULES,		/* rules of groups are missing or were modified */
	INCIDENT_KINDS
};

#define INCIDENT_ID 46		/* the size of "urn:uuid:...", with its NUL */
#define INCIDENT_TEXT 1024

/* Times are nanoseconds since the epoch */
struct incident {
	char id[INCIDENT_ID];
	char group[ATTR_TEXT];	/* its name; empty if the machine is concerned */
	enum incident_kind kind;
	enum verdict verdict;
	uint64_t estimated;	/* the onset: when the first second out of line began */
	uint64_t confirmed;	/* when it was beyond doubt, and opened */
	uint64_t updated;
	uint64_t closed;	/* 0 while it is open */
	char tripped[16];	/* the mode that the group was tripped to, or empty */
	char text[INCIDENT_TEXT];	/* the figures */
	char change[CHANGE_TEXT];	/* the last change before the onset, or empty */
	char maintenance[RECORD_TEXT];	/* the one that was open, or empty */
	char end[ATTR_TEXT];	/* why it was closed */

	/* Not saved, so lost when the service restarts: the change, as news tell of it */
	char told[CHANGE_TEXT];
	/* and what it was opened or updated for */
	struct finding finding;
};

/* More than can be open at once: one for each group, and one for each kind of the machine's */
#define INCIDENTS 400

/* The last incidents, the oldest first */
struct incidents {
	size_t count;
	struct incident incident[INCIDENTS];
};

/* Makes a new unique id */
void incident_new_id(char id[INCIDENT_ID]);

/*
 * Adds a zeroed incident with an id.  If there is no room, the oldest closed one is removed,
 * and pointers to others are invalid.
 */
struct incident *incident_new(struct incidents *incidents);

/*
 * The open incident of @group, whatever its kind, if @kind is of a group's incidents; or the
 * machine's open one of that kind, for which @group is empty; or NULL.
 */
struct incident *incident_open(struct incidents *incidents, const char *group,
			       enum incident_kind kind);

/* Whether incidents of that kind concern the machine, and not a group */
bool incident_is_machines(enum incident_kind kind);

/*
 * Writes one line that says what is wrong to @out, and returns it, such as
 * "connections of group alpha fail: it looks like this firewall"
 */
char *incident_title(const struct incident *incident, char *out, size_t size);

/* "open", "tripped" or "closed" */
const char *incident_state(const struct incident *incident);

#endif /* TSREWRITE_WATCH_INCIDENT_H */

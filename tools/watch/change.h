/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Keeps the last changes of the module that its events told of, and of what else the machine
 * runs, to find the one that came before an incident.
 */
#ifndef TSREWRITE_WATCH_CHANGE_H
#define TSREWRITE_WATCH_CHANGE_H

#include <stddef.h>
#include <stdint.h>

#include "../client/event.h"

#define CHANGES 64
#define CHANGE_TEXT 512

/*
 * A change, in the words of event_print(), of event_print_what(), which has no word of who made
 * it, and of event_print_kind(), which has no name either
 */
struct change {
	uint64_t time;		/* nanoseconds since the epoch */
	char group[ATTR_TEXT];	/* the group that was changed; empty if all are concerned */
	char text[CHANGE_TEXT];
	char what[CHANGE_TEXT];
	char kind[CHANGE_TEXT];
};

/* A ring of the last changes; zeroed, there are none */
struct changes {
	uint64_t count;		/* how many there have been since the start */
	struct change change[CHANGES];
};

void changes_add(struct changes *changes, const struct event *event);

/* Adds an entry that says that events were lost at @time */
void changes_lost(struct changes *changes, uint64_t time);

/*
 * Adds one of the machine that no event tells of, in the words @text, and @kind for those outside
 * to read; or replaces the one of that time and kind.
 */
void changes_note(struct changes *changes, uint64_t time, const char *kind, const char *text);

/* The last change at or before @time that concerns @group, or NULL */
const struct change *changes_before(const struct changes *changes,
				    const char *group, uint64_t time);

#endif /* TSREWRITE_WATCH_CHANGE_H */

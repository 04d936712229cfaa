// SPDX-License-Identifier: GPL-2.0-only
#include "change.h"

#include <stdio.h>
#include <string.h>

#include <linux/tsrewrite.h>

static struct change *next_change(struct changes *changes, uint64_t time)
{
	struct change *change = &changes->change[changes->count++ % CHANGES];

	*change = (struct change){ .time = time };
	return change;
}

/* Prints @event into @text, cut to its size */
static void print_into(char text[CHANGE_TEXT], const struct event *event,
		       void (*print)(const struct event *event, FILE *to))
{
	FILE *to = fmemopen(text, CHANGE_TEXT, "w");

	if (!to)
		return;
	print(event, to);
	fclose(to);
	text[CHANGE_TEXT - 1] = '\0';
}

void changes_add(struct changes *changes, const struct event *event)
{
	struct change *change = next_change(changes, event->time);

	if (attr_present(event, TSREWRITE_A_EVENT_GROUP))
		snprintf(change->group, sizeof(change->group), "%s",
			 event->group.name);
	print_into(change->text, event, event_print);
	print_into(change->what, event, event_print_what);
	print_into(change->kind, event, event_print_kind);
}

void changes_lost(struct changes *changes, uint64_t time)
{
	static const char unknown[] =
		"not known, as events were lost: they came too fast, or memory was short";
	struct change *change = next_change(changes, time);

	memcpy(change->text, unknown, sizeof(unknown));
	memcpy(change->what, unknown, sizeof(unknown));
	memcpy(change->kind, unknown, sizeof(unknown));
}

const struct change *changes_before(const struct changes *changes,
				    const char *group, uint64_t time)
{
	uint64_t kept = changes->count < CHANGES ? changes->count : CHANGES;

	for (uint64_t back = 1; back <= kept; back++) {
		const struct change *change =
			&changes->change[(changes->count - back) % CHANGES];

		if (change->time <= time &&
		    (!*change->group || !strcmp(change->group, group)))
			return change;
	}
	return NULL;
}

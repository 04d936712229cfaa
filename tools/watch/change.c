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

/* Prints @event into @text, cut to @size bytes */
static void print_into(char *text, size_t size, const struct event *event)
{
	FILE *to = fmemopen(text, size, "w");

	if (!to)
		return;
	event_print(event, to);
	fclose(to);
	text[size - 1] = '\0';
}

void changes_add(struct changes *changes, const struct event *event)
{
	struct change *change = next_change(changes, event->time);

	if (attr_present(event, TSREWRITE_A_EVENT_GROUP))
		snprintf(change->group, sizeof(change->group), "%s",
			 event->group.name);
	print_into(change->text, sizeof(change->text), event);
}

void changes_lost(struct changes *changes, uint64_t time)
{
	struct change *change = next_change(changes, time);

	snprintf(change->text, sizeof(change->text), "%s",
		 "not known, as events were lost: they came faster than they were read");
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

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

/* How many changes are kept, by their age: number 0 is the one that was added last */
static uint64_t changes_kept(const struct changes *changes)
{
	return changes->count < CHANGES ? changes->count : CHANGES;
}

static size_t index_back(const struct changes *changes, uint64_t back)
{
	return (changes->count - 1 - back) % CHANGES;
}

static struct change *change_noted(struct changes *changes, uint64_t time, const char *kind)
{
	for (uint64_t back = 0; back < changes_kept(changes); back++) {
		struct change *change = &changes->change[index_back(changes, back)];

		if (change->time == time && !strcmp(change->kind, kind))
			return change;
	}
	return NULL;
}

void changes_note(struct changes *changes, uint64_t time, const char *kind, const char *text)
{
	struct change *change = change_noted(changes, time, kind);

	if (!change)
		change = next_change(changes, time);
	snprintf(change->text, sizeof(change->text), "%s", text);
	snprintf(change->what, sizeof(change->what), "%s", kind);
	snprintf(change->kind, sizeof(change->kind), "%s", kind);
}

/* What is found in logs is added later than what events told of */
const struct change *changes_before(const struct changes *changes,
				    const char *group, uint64_t time)
{
	const struct change *last = NULL;

	for (uint64_t back = 0; back < changes_kept(changes); back++) {
		const struct change *change = &changes->change[index_back(changes, back)];

		if (change->time <= time && (!last || change->time > last->time) &&
		    (!*change->group || !strcmp(change->group, group)))
			last = change;
	}
	return last;
}

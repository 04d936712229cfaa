// SPDX-License-Identifier: GPL-2.0-only
#include "lifecycle.h"

#include <stdio.h>
#include <string.h>

#include "action.h"

#define SECOND 1000000000ULL

/* Stores the last change before the end of the second in which the onset is estimated */
static void name_change(const struct watcher *watcher, struct incident *incident)
{
	const struct change *change =
		changes_before(&watcher->changes, incident->group,
			       incident->estimated + SECOND);

	if (!change)
		return;
	snprintf(incident->change, sizeof(incident->change), "%s", change->text);
	/* Those who read of one group learn no names of devices from it */
	snprintf(incident->told, sizeof(incident->told), "%s",
		 *incident->group && !*change->group ? change->kind : change->what);
}

static void tell_change(struct watcher *watcher, struct incident *incident,
			const char *what)
{
	incident->updated = watcher->time;
	watcher->unsaved = true;
	feeds_tell(&watcher->feeds, incident, what, watcher->time);
	action_tell(watcher, incident, what);
}

/*
 * Telling may take time, as it writes to disks and to whoever reads: first the group is tripped,
 * and then both are told, in the order that readers expect.
 */
static void trip_and_tell(struct watcher *watcher, struct incident *incident,
			  const char *what)
{
	const char *mode = action_trip(watcher, incident);

	tell_change(watcher, incident, what);
	if (!mode)
		return;
	snprintf(incident->tripped, sizeof(incident->tripped), "%s", mode);
	feeds_tell(&watcher->feeds, incident, "tripped", watcher->time);
	action_tell_trip(watcher, incident);
}

void lifecycle_open(struct watcher *watcher, const struct incident *incident)
{
	struct incident *new = incident_new(&watcher->incidents);
	char id[INCIDENT_ID];

	memcpy(id, new->id, sizeof(id));
	*new = *incident;
	memcpy(new->id, id, sizeof(id));
	new->confirmed = watcher->time;
	name_change(watcher, new);
	if (record_is_open(&watcher->maintenance))
		record_format(new->maintenance, &watcher->maintenance, watcher->time);
	trip_and_tell(watcher, new, "opened");
}

void lifecycle_update(struct watcher *watcher, struct incident *incident)
{
	trip_and_tell(watcher, incident, "updated");
}

void lifecycle_close(struct watcher *watcher, struct incident *incident,
		     const char *end)
{
	incident->closed = watcher->time;
	snprintf(incident->end, sizeof(incident->end), "%s", end);
	tell_change(watcher, incident, "closed");
}

void lifecycle_close_all(struct watcher *watcher, const char *end)
{
	for (size_t i = 0; i < watcher->incidents.count; i++) {
		struct incident *incident = &watcher->incidents.incident[i];

		if (!incident->closed)
			lifecycle_close(watcher, incident, end);
	}
}

void lifecycle_resume(struct watcher *watcher)
{
	for (size_t i = 0; i < watcher->incidents.count; i++) {
		struct incident *incident = &watcher->incidents.incident[i];

		if (!incident->closed && incident->kind == INCIDENT_ATTEMPTS)
			lifecycle_close(watcher, incident,
					"the service was restarted: how many attempts are usual is not known");
	}
}

static void join_alarms(const json_t *alarms, char *text, size_t size)
{
	const json_t *alarm;
	size_t i, used = 0;

	*text = '\0';
	json_array_foreach(alarms, i, alarm) {
		int added = snprintf(text + used, size - used, "%s%s",
				     i ? "; " : "", json_string_value(alarm));

		if (added < 0 || (size_t)added >= size - used)
			return;
		used += (size_t)added;
	}
}

/* Whether @text has an alarm that @before has not */
static bool has_new_alarm(const json_t *alarms, const char *text, const char *before)
{
	const json_t *alarm;
	size_t i;

	json_array_foreach(alarms, i, alarm) {
		if (strstr(text, json_string_value(alarm)) &&
		    !strstr(before, json_string_value(alarm)))
			return true;
	}
	return false;
}

/* Those that are over are left out without a word */
static void follow_open(struct watcher *watcher, struct incident *open,
			const json_t *alarms, const char *text)
{
	bool more = has_new_alarm(alarms, text, open->text);

	if ((open->kind != INCIDENT_BYPASS && open->kind != INCIDENT_RULES) ||
	    !strcmp(text, open->text))
		return;
	snprintf(open->text, sizeof(open->text), "%s", text);
	watcher->unsaved = true;
	if (more)
		lifecycle_update(watcher, open);
}

void lifecycle_follow(struct watcher *watcher, enum incident_kind kind,
		      const json_t *alarms)
{
	struct incident *open = incident_open(&watcher->incidents, "", kind);
	struct incident new = {
		.kind = kind, .estimated = watcher->time,
		.verdict = VERDICT_UNCLEAR,
	};

	join_alarms(alarms, new.text, sizeof(new.text));
	if (*new.text && !open)
		lifecycle_open(watcher, &new);
	else if (*new.text)
		follow_open(watcher, open, alarms, new.text);
	else if (open)
		lifecycle_close(watcher, open, "this is no longer the case");
}

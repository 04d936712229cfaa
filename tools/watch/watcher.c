// SPDX-License-Identifier: GPL-2.0-only
#include "watcher.h"

#include <stdio.h>
#include <string.h>

#include "action.h"
#include "store.h"

#define SECOND 1000000000ULL
#define AROUND 10

/* The change that came nearest before, in the very second at the latest */
static void blame(const struct watcher *watcher, struct incident *incident)
{
	const struct change *change =
		changes_before(&watcher->changes, incident->group,
			       incident->estimated + SECOND);

	if (change)
		snprintf(incident->change, sizeof(incident->change), "%s",
			 change->text);
}

static void changed(struct watcher *watcher, struct incident *incident,
		    const char *what)
{
	incident->updated = watcher->time;
	watcher->unsaved = true;
	action_tell(watcher, incident, what);
}

void watcher_open(struct watcher *watcher, const struct incident *incident)
{
	struct incident *new = incident_new(&watcher->incidents);
	char id[INCIDENT_ID];

	memcpy(id, new->id, sizeof(id));
	*new = *incident;
	memcpy(new->id, id, sizeof(id));
	new->confirmed = watcher->time;
	blame(watcher, new);
	changed(watcher, new, "opened");
	action_trip(watcher, new);
}

void watcher_update(struct watcher *watcher, struct incident *incident)
{
	changed(watcher, incident, "updated");
	action_trip(watcher, incident);
}

void watcher_close(struct watcher *watcher, struct incident *incident,
		   const char *end)
{
	incident->closed = watcher->time;
	snprintf(incident->end, sizeof(incident->end), "%s", end);
	changed(watcher, incident, "closed");
}

static void join(const json_t *alarms, char *text, size_t size)
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

void watcher_tell(struct watcher *watcher, enum incident_kind kind,
		  const json_t *alarms)
{
	struct incident *open = incident_open(&watcher->incidents, "", kind);
	struct incident new = {
		.kind = kind, .estimated = watcher->time,
		.verdict = VERDICT_UNCLEAR,
	};

	join(alarms, new.text, sizeof(new.text));
	if (*new.text && !open)
		watcher_open(watcher, &new);
	else if (!*new.text && open)
		watcher_close(watcher, open, "it is over");
}

bool watcher_looks_around(const struct watcher *watcher)
{
	return watcher->now % AROUND == 0;
}

/* That it cannot be saved is told once, until it can */
static void save(struct watcher *watcher)
{
	char why[512];

	if (!store_save(watcher->settings.state, &watcher->incidents,
			watcher->time, why, sizeof(why))) {
		watcher->save_failed = false;
		watcher->unsaved = false;
		return;
	}
	if (!watcher->save_failed)
		action_complain(watcher, "%s", why);
	watcher->save_failed = true;
}

int watcher_second(struct watcher *watcher)
{
	if (watcher_judge_groups(watcher) < 0 ||
	    watcher_judge_machine(watcher) < 0 ||
	    watcher_judge_rules(watcher) < 0)
		return -1;
	if (watcher->unsaved)
		save(watcher);
	return 0;
}

void watcher_free(struct watcher *watcher)
{
	watcher_free_groups(watcher);
	settings_free(&watcher->settings);
}

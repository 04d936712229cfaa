// SPDX-License-Identifier: GPL-2.0-only
#include "keeping.h"

#include "../text/bad_file.h"
#include "../usual/usual_file.h"
#include "action.h"
#include "group.h"

/* Seconds between two saves: a crash loses no more than what was learnt in them */
#define SAVE_SECONDS 600

void keeping_begin(struct watcher *watcher)
{
	char why[1024];

	watcher->usual_taken = watcher->now;
	watcher->usual_saved = watcher->now;
	if (!usual_read(watcher->settings.state, watcher->time, &watcher->usual, why, sizeof(why)))
		return;
	bad_file_keep(watcher->settings.state, USUAL_FILE, why, sizeof(why));
	action_complain(watcher,
			"what was usual before could not be read, or not all of it, and is learnt anew: %s",
			why);
}

void keeping_take(struct watcher *watcher)
{
	uint64_t seconds = watcher->now - watcher->usual_taken;

	if (!watched_groups_learn(watcher))
		return;
	usual_forget(&watcher->usual, (double)seconds);
	watcher->usual_taken = watcher->now;
	watcher->usual_unsaved = true;
}

static void save_usual(struct watcher *watcher)
{
	char why[512];

	watcher->usual_saved = watcher->now;
	if (!watcher->usual_unsaved)
		return;
	if (!usual_save(watcher->settings.state, watcher->time, &watcher->usual, why,
			sizeof(why))) {
		watcher->usual_failed = false;
		watcher->usual_unsaved = false;
		return;
	}
	if (!watcher->usual_failed)
		action_complain(watcher,
				"what is usual could not be saved (this is tried again every ten minutes): %s",
				why);
	watcher->usual_failed = true;
}

void keeping_run(struct watcher *watcher)
{
	if (watcher->now - watcher->usual_taken >= WATCHER_MINUTE)
		keeping_take(watcher);
	if (watcher->now - watcher->usual_saved >= SAVE_SECONDS)
		save_usual(watcher);
}

void keeping_end(struct watcher *watcher)
{
	keeping_take(watcher);
	save_usual(watcher);
}

void keeping_save(struct watcher *watcher)
{
	watcher->usual_unsaved = true;
	keeping_end(watcher);
}

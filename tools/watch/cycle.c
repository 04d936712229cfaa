// SPDX-License-Identifier: GPL-2.0-only
#include "cycle.h"

#include "action.h"
#include "group.h"
#include "machine.h"
#include "rules.h"
#include "store.h"

/* Seconds.  Whoever reads a feed that has not changed for longer knows that nobody watches. */
#define SIGN_OF_LIFE 300

static void revive_feeds(struct watcher *watcher)
{
	if (watcher->revived && watcher->now - watcher->revived < SIGN_OF_LIFE)
		return;
	watcher->revived = watcher->now;
	watcher->unsaved = true;
	feeds_revive(&watcher->feeds);
	store_tidy(watcher->settings.state, &watcher->feeds, watcher->time);
}

void cycle_save(struct watcher *watcher)
{
	const struct publication publication = {
		watcher->settings.feed_url, watcher->time,
	};
	char why[512];

	if (!watcher->unsaved)
		return;
	if (!store_save(watcher->settings.state, &watcher->incidents, &watcher->feeds,
			&publication, why, sizeof(why))) {
		watcher->save_failed = false;
		watcher->unsaved = false;
		return;
	}
	if (!watcher->save_failed)
		action_complain(watcher,
				"incidents could not be saved (this is tried again each second): %s",
				why);
	watcher->save_failed = true;
}

int cycle_run(struct watcher *watcher)
{
	if (watched_groups_judge(watcher) < 0 || machine_judge(watcher) < 0 ||
	    rules_judge(watcher) < 0)
		return -1;
	revive_feeds(watcher);
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-only
#include "reload.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../client/group.h"
#include "../text/report.h"
#include "action.h"
#include "lock.h"
#include "log.h"
#include "settings_file.h"

static void report_problem(void *unused, const char *text)
{
	(void)unused;
	log_refused("%s", text);
}

/* Keeps the first, for the status of the unit */
static void tell_problem(void *arg, const char *text)
{
	struct watcher *watcher = arg;

	action_complain(watcher, "%s", text);
	if (!*watcher->reload_error)
		snprintf(watcher->reload_error, sizeof(watcher->reload_error), "%s", text);
}

/*
 * Takes the lock of the state's directory.  One that is not there is no reason not to watch:
 * that incidents cannot be saved is said when there are any.  Returns false if another service
 * has it.
 */
static bool lock_state(struct watcher *watcher, const char *state)
{
	int lock = lock_directory(state);

	if (lock < 0 && errno == EWOULDBLOCK)
		return false;
	if (watcher->state_lock >= 0)
		close(watcher->state_lock);
	watcher->state_lock = lock;
	return true;
}

int settings_load(struct watcher *watcher)
{
	struct settings *settings = &watcher->settings;

	if (settings_read(settings, watcher->path, watcher->netns, report_problem, NULL) < 0)
		return EXIT_SETTINGS;
	if (!lock_state(watcher, settings->state))
		return log_refused(STATE_TAKEN, settings->state);
	return EXIT_DONE;
}

static bool takes_new_state(struct watcher *watcher, const struct settings *settings)
{
	char why[sizeof(watcher->reload_error)];

	if (!strcmp(settings->state, watcher->settings.state) ||
	    lock_state(watcher, settings->state))
		return true;
	snprintf(why, sizeof(why), STATE_TAKEN, settings->state);
	tell_problem(watcher, why);
	return false;
}

void settings_reload(struct watcher *watcher)
{
	struct settings settings;

	*watcher->reload_error = '\0';
	if (settings_read(&settings, watcher->path, watcher->netns, tell_problem, watcher) < 0 ||
	    !takes_new_state(watcher, &settings)) {
		action_complain(watcher, "the settings stay as they were before");
		settings_free(&settings);
		return;
	}
	settings_free(&watcher->settings);
	watcher->settings = settings;
	watcher->revived = 0;	/* to where they say now */
	action_note(watcher, "the settings were read again");
}

void settings_warn_of_groups(struct watcher *watcher)
{
	const struct settings *settings = &watcher->settings;
	struct groups groups = { 0 };

	if (groups_get(watcher->genl, &groups) < 0)
		return;
	for (size_t i = 0; i < settings->groups; i++) {
		if (!groups_find(&groups, settings->group[i].name))
			action_warn(watcher, SETTINGS_NO_GROUP, settings->path,
				    settings->group[i].line, settings->group[i].name);
	}
	free(groups.group);
}

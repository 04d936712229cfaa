// SPDX-License-Identifier: GPL-2.0-only
#include "maintenance.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "../text/print.h"
#include "action.h"
#include "keeping.h"
#include "log.h"

static void tell_maintenance(const struct watcher *watcher, const struct record *record,
			     const char *what, const char *level)
{
	char text[RECORD_TEXT];

	if (watcher->json) {
		print_json_line(json_pack("{s:o, s:s, s:o}", "time", json_time(watcher->time),
					  "what", what, "maintenance",
					  record_json(record, watcher->time)));
		fflush(stdout);
		return;
	}
	log_line(stdout, level, watcher->time, "maintenance %s: %s", what,
		 record_format(text, record, watcher->time));
}

/* What became of the maintenance, or NULL if that is nothing to tell */
static const char *describe_change(const struct watcher *watcher, const struct record *before,
				   const struct record *now)
{
	if (!record_is_open(now))
		return record_is_open(before) ? "ended" : NULL;
	if (!watcher->maintenance_seen)
		return "open";
	if (!record_is_open(before) || before->begun != now->begun)
		return "begun";
	return before->due != now->due ? "changed" : NULL;
}

static void take_record(struct watcher *watcher, const struct record *now)
{
	struct record before = watcher->maintenance;
	const char *what = describe_change(watcher, &before, now);

	watcher->maintenance = *now;
	if (!what)
		return;
	watcher->overdue_told = false;
	/* Its end judges by what is usual now: the command that began it waits for the file */
	if (!strcmp(what, "begun"))
		keeping_save(watcher);
	/* One whose file was removed is told as it was */
	tell_maintenance(watcher, now->begun ? now : &before, what, SD_NOTICE);
}

/* When the file was written, or zeroed if there is none */
static struct timespec time_of_file(const struct watcher *watcher)
{
	char path[PATH_MAX];
	struct stat is;

	snprintf(path, sizeof(path), "%s/" RECORD_FILE, watcher->settings.state);
	return stat(path, &is) ? (struct timespec){ 0 } : is.st_mtim;
}

static void read_record(struct watcher *watcher)
{
	struct record now;
	char why[RECORD_WHY];

	if (record_load(watcher->settings.state, &now, why))
		action_complain(watcher, "whether a maintenance is open is not known: %s", why);
	take_record(watcher, &now);
}

void maintenance_follow(struct watcher *watcher)
{
	struct timespec written = time_of_file(watcher);

	if (memcmp(&written, &watcher->maintenance_read, sizeof(written))) {
		watcher->maintenance_read = written;
		read_record(watcher);
	}
	watcher->maintenance_seen = true;
	if (!record_is_overdue(&watcher->maintenance, watcher->time) || watcher->overdue_told)
		return;
	watcher->overdue_told = true;
	tell_maintenance(watcher, &watcher->maintenance, "overdue", SD_WARNING);
}

json_t *maintenance_json(const struct watcher *watcher)
{
	return record_is_open(&watcher->maintenance) ?
	       record_json(&watcher->maintenance, watcher->time) : json_null();
}

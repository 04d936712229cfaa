// SPDX-License-Identifier: GPL-2.0-only
#include "store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../text/bad_file.h"
#include "../text/new_file.h"
#include "feed.h"
#include "incident_json.h"

#define JSON_FILE "incidents.json"
#define ATOM_FILE "incidents.atom"
#define GROUPS "groups"
#define SUFFIX ".atom"

/* Seconds that the feed of a group that was removed is still there to be read */
#define WEEK (7 * 24 * 3600)

static int fail_with(const char *directory, const char *file, const char *reason,
		     char *why, size_t size)
{
	snprintf(why, size, "%s/%s: %s", directory, file, reason);
	return -1;
}

/* How many of them are no incidents */
static size_t take_incidents(const json_t *array, struct incidents *incidents)
{
	size_t i, bad = 0;
	const json_t *one;

	json_array_foreach(array, i, one) {
		if (incidents->count == INCIDENTS)
			break;
		if (incident_parse(one, &incidents->incident[incidents->count]))
			bad++;
		else
			incidents->count++;
	}
	return bad;
}

/* Says in @reason how many of the file's incidents and items of news are lost, if any are */
static bool has_lost(size_t incidents, size_t items, char *reason, size_t size)
{
	if (incidents)
		snprintf(reason, size, "%zu incident%s not as this version writes them",
			 incidents, incidents == 1 ? " is" : "s are");
	else if (items)
		snprintf(reason, size, "%zu item%s of news not as this version writes them",
			 items, items == 1 ? " is" : "s are");
	return incidents || items;
}

int store_load(const char *directory, struct incidents *incidents, struct feeds *feeds,
	       char *why, size_t size)
{
	char path[PATH_MAX], reason[512];
	size_t bad_incidents, bad_items;
	json_error_t error;
	json_t *json;

	memset(incidents, 0, sizeof(*incidents));
	memset(feeds, 0, sizeof(*feeds));
	incident_new_id(feeds->whole.id);
	feeds->whole.due = true;
	snprintf(path, sizeof(path), "%s/%s", directory, JSON_FILE);
	if (access(path, F_OK) && errno == ENOENT)
		return 0;
	json = json_load_file(path, 0, &error);
	if (!json) {
		snprintf(reason, sizeof(reason), "%s", error.text);
		bad_file_keep(directory, JSON_FILE, reason, sizeof(reason));
		return fail_with(directory, JSON_FILE, reason, why, size);
	}
	bad_incidents = take_incidents(json_object_get(json, "incidents"), incidents);
	bad_items = feeds_from_json(json, feeds);
	json_decref(json);
	if (!has_lost(bad_incidents, bad_items, reason, sizeof(reason)))
		return 0;
	bad_file_keep(directory, JSON_FILE, reason, sizeof(reason));
	return fail_with(directory, JSON_FILE, reason, why, size);
}

static int write_json(FILE *to, const struct incidents *incidents, const struct feeds *feeds)
{
	json_t *json = json_object();
	int ret;

	feeds_to_json(feeds, json);
	json_object_set_new(json, "incidents", incidents_json(incidents));
	ret = json_dumpf(json, to, JSON_INDENT(2));
	json_decref(json);
	return ret;
}

static int save_json(int directory, const struct incidents *incidents,
		     const struct feeds *feeds)
{
	/* It has names and numbers of users and processes, beside feeds that are for all */
	FILE *to = new_file_begin(directory, JSON_FILE, 0600);
	int ret;

	if (!to)
		return -1;
	ret = write_json(to, incidents, feeds);
	return new_file_end(to, directory, JSON_FILE, true) ? -1 : ret;
}

/* Feeds can be written again from the JSON, and are when the service starts */
static int save_feed(int directory, const char *file, struct feed *feed,
		     const struct news *news, const struct publication *publication)
{
	char self[PATH_MAX];
	FILE *to;

	if (!feed->due)
		return 0;
	to = new_file_begin(directory, file, 0644);
	if (!to)
		return -1;
	snprintf(self, sizeof(self), "%s%s%s", publication->url ? publication->url : "",
		 *feed->name ? GROUPS "/" : "", file);
	feed_write(feed, news, publication->url ? self : NULL, publication->time, to);
	if (new_file_end(to, directory, file, false))
		return -1;
	feed->due = false;
	return 0;
}

static int save_feeds_of_groups(int directory, struct feeds *feeds,
				const struct publication *publication)
{
	char file[FEED_NAME + sizeof(SUFFIX)];
	int ret = 0;

	for (size_t i = 0; i < feeds->count && !ret; i++) {
		snprintf(file, sizeof(file), "%s%s", feeds->group[i].name, SUFFIX);
		ret = save_feed(directory, file, &feeds->group[i], &feeds->news,
				publication);
	}
	return ret;
}

static int save_below_groups(int directory, struct feeds *feeds,
			     const struct publication *publication)
{
	int groups, ret;

	if (mkdirat(directory, GROUPS, 0755) && errno != EEXIST)
		return -1;
	groups = openat(directory, GROUPS, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (groups < 0)
		return -1;
	ret = save_feeds_of_groups(groups, feeds, publication);
	close(groups);
	return ret;
}

/* Returns NULL, or the name of what could not be saved */
static const char *save_all(int directory, const struct incidents *incidents,
			    struct feeds *feeds, const struct publication *publication)
{
	if (save_json(directory, incidents, feeds) < 0)
		return JSON_FILE;
	if (save_feed(directory, ATOM_FILE, &feeds->whole, &feeds->news, publication) < 0)
		return ATOM_FILE;
	return save_below_groups(directory, feeds, publication) < 0 ? GROUPS : NULL;
}

int store_save(const char *path, const struct incidents *incidents, struct feeds *feeds,
	       const struct publication *publication, char *why, size_t size)
{
	int directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	const char *failed = NULL;

	errno = directory < 0 ? errno : 0;
	if (directory >= 0)
		failed = save_all(directory, incidents, feeds, publication);
	if (failed || directory < 0)
		fail_with(path, failed ? failed : "",
			  errno ? strerror(errno) : "it could not be written", why, size);
	if (directory >= 0)
		close(directory);
	return failed || directory < 0 ? -1 : 0;
}

/* Whether it is the feed of a group that is not there any more; cuts @file to its name */
static bool is_left_over(char *file, const struct feeds *feeds)
{
	char *suffix = strrchr(file, '.');

	if (!suffix || suffix == file || strcmp(suffix, SUFFIX))
		return false;
	*suffix = '\0';
	return !feeds_has(feeds, file);
}

void store_tidy(const char *path, const struct feeds *feeds, uint64_t now)
{
	char groups[PATH_MAX], file[NAME_MAX + 1];
	const struct dirent *entry;
	struct stat stat;
	DIR *dir;

	if (snprintf(groups, sizeof(groups), "%s/%s", path, GROUPS) >= PATH_MAX)
		return;
	dir = opendir(groups);
	while (dir && (entry = readdir(dir))) {
		snprintf(file, sizeof(file), "%s", entry->d_name);
		if (is_left_over(file, feeds) &&
		    !fstatat(dirfd(dir), entry->d_name, &stat, AT_SYMLINK_NOFOLLOW) &&
		    stat.st_mtime + WEEK < (time_t)(now / 1000000000))
			unlinkat(dirfd(dir), entry->d_name, 0);
	}
	if (dir)
		closedir(dir);
}

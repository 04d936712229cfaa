// SPDX-License-Identifier: GPL-2.0-only
#include "store.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../text/macros.h"
#include "feed.h"
#include "incident_json.h"

#define JSON_FILE "incidents.json"
#define ATOM_FILE "incidents.atom"

static int fail_with(const char *directory, const char *file, const char *reason,
		     char *why, size_t size)
{
	snprintf(why, size, "%s/%s: %s", directory, file, reason);
	return -1;
}

/* How many of them are no incidents */
static size_t take_incidents(const json_t *json, struct incidents *incidents)
{
	const char *feed = json_string_value(json_object_get(json, "feed"));
	const json_t *array = json_object_get(json, "incidents");
	size_t i, bad = 0;
	const json_t *one;

	if (feed && strlen(feed) == INCIDENT_ID - 1)
		memcpy(incidents->feed, feed, INCIDENT_ID);
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

int store_load(const char *directory, struct incidents *incidents, char *why,
	       size_t size)
{
	char path[PATH_MAX], reason[128];
	json_error_t error;
	json_t *json;
	size_t bad;

	memset(incidents, 0, sizeof(*incidents));
	incident_new_id(incidents->feed);
	snprintf(path, sizeof(path), "%s/%s", directory, JSON_FILE);
	if (access(path, F_OK) && errno == ENOENT)
		return 0;
	json = json_load_file(path, 0, &error);
	if (!json)
		return fail_with(directory, JSON_FILE, error.text, why, size);
	bad = take_incidents(json, incidents);
	json_decref(json);
	if (!bad)
		return 0;
	snprintf(reason, sizeof(reason),
		 "%zu incident%s not as this version writes them", bad,
		 bad == 1 ? " is" : "s are");
	return fail_with(directory, JSON_FILE, reason, why, size);
}

typedef int (*writer)(const struct incidents *incidents, uint64_t now, FILE *to);

static int write_json(const struct incidents *incidents, uint64_t now, FILE *to)
{
	json_t *json = json_pack("{s:s, s:o}", "feed", incidents->feed,
				 "incidents", incidents_json(incidents));
	int ret = json ? json_dumpf(json, to, JSON_INDENT(2)) : -1;

	(void)now;
	json_decref(json);
	return ret;
}

static int write_atom(const struct incidents *incidents, uint64_t now, FILE *to)
{
	feed_write(incidents, now, to);
	return 0;
}

/*
 * Writes a file under another name, and renames it when it is complete and on the disk, so
 * that readers and a crash never see half of it.
 */
static int save_file(const char *directory, const char *file, writer write,
		     const struct incidents *incidents, uint64_t now)
{
	char path[PATH_MAX], new[PATH_MAX];
	FILE *to;
	int ret;

	snprintf(path, sizeof(path), "%s/%s", directory, file);
	snprintf(new, sizeof(new), "%s/.%s.new", directory, file);
	to = fopen(new, "we");
	if (!to)
		return -1;
	ret = write(incidents, now, to);
	if (fflush(to) || ferror(to) || fsync(fileno(to)))
		ret = -1;
	if (fclose(to) || ret < 0)
		return -1;
	return rename(new, path);
}

int store_save(const char *directory, const struct incidents *incidents,
	       uint64_t now, char *why, size_t size)
{
	static const struct {
		const char *file;
		writer write;
	} files[] = {
		{ JSON_FILE, write_json }, { ATOM_FILE, write_atom },
	};

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		errno = 0;
		if (save_file(directory, files[i].file, files[i].write, incidents,
			      now) < 0)
			return fail_with(directory, files[i].file,
					 errno ? strerror(errno) : "it could not be written",
					 why, size);
	}
	return 0;
}

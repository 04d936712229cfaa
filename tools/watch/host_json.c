// SPDX-License-Identifier: GPL-2.0-only
#include "host_json.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "../text/bad_file.h"
#include "../text/new_file.h"
#include "../text/parse_time.h"
#include "../text/print.h"

/* To be raised when what is below changes its meaning */
#define VERSION 1

static void get_text(const json_t *json, const char *key, char *out, size_t size)
{
	const char *text = json_string_value(json_object_get(json, key));

	snprintf(out, size, "%s", text ? text : "");
}

static uint64_t get_time(const json_t *json, const char *key)
{
	const char *text = json_string_value(json_object_get(json, key));
	uint64_t time = 0;

	return text && !parse_time(text, &time) ? time : 0;
}

static void parse_change(const json_t *json, struct host *host)
{
	char text[CHANGE_TEXT], kind[HOST_WORD];
	uint64_t time = get_time(json, "time");

	get_text(json, "text", text, sizeof(text));
	get_text(json, "kind", kind, sizeof(kind));
	if (time && *text)
		host_add(host, time, kind, text);
}

/* Returns NULL, or what is wrong with it */
static const char *parse_host(const json_t *json, struct host *host)
{
	const json_t *change;
	size_t i;

	if (!json_is_integer(json_object_get(json, "version")))
		return "it does not say what the machine ran";
	if (json_integer_value(json_object_get(json, "version")) != VERSION)
		return "it has another version than this program reads";
	get_text(json, "boot_id", host->boot, sizeof(host->boot));
	get_text(json, "kernel", host->kernel, sizeof(host->kernel));
	get_text(json, "module_version", host->version, sizeof(host->version));
	get_text(json, "module_srcversion", host->srcversion, sizeof(host->srcversion));
	host->packages = get_time(json, "packages");
	json_array_foreach(json_object_get(json, "changes"), i, change)
		parse_change(change, host);
	return NULL;
}

static int fail_with(const char *directory, const char *reason, char *why, size_t size)
{
	snprintf(why, size, "%s/" HOST_FILE ": %s", directory, reason);
	return -1;
}

int host_load(const char *directory, struct host *host, char *why, size_t size)
{
	char path[PATH_MAX];
	const char *wrong;
	json_error_t error;
	json_t *json;

	*host = (struct host){ 0 };
	snprintf(path, sizeof(path), "%s/" HOST_FILE, directory);
	if (access(path, F_OK) && errno == ENOENT)
		return 0;
	json = json_load_file(path, 0, &error);
	wrong = json ? parse_host(json, host) : error.text;
	json_decref(json);
	if (!wrong)
		return 0;
	fail_with(directory, wrong, why, size);
	bad_file_keep(directory, HOST_FILE, why, size);
	return -1;
}

static json_t *change_json(const struct host_change *change)
{
	return json_pack("{s:o, s:o, s:o}", "time", json_time(change->time),
			 "kind", json_text(change->kind), "text", json_text(change->text));
}

static json_t *host_json(const struct host *host)
{
	json_t *changes = json_array();

	for (size_t i = 0; i < host->count; i++)
		json_array_append_new(changes, change_json(&host->change[i]));
	return json_pack("{s:i, s:o, s:o, s:o, s:o, s:o, s:o}", "version", VERSION,
			 "boot_id", json_text(host->boot), "kernel", json_text(host->kernel),
			 "module_version", json_text(host->version),
			 "module_srcversion", json_text(host->srcversion),
			 "packages", json_time(host->packages), "changes", changes);
}

int host_save(const char *directory, const struct host *host, char *why, size_t size)
{
	/* Commands of apt have names of users */
	if (!new_file_json(directory, HOST_FILE, 0600, host_json(host)))
		return 0;
	return fail_with(directory, errno ? strerror(errno) : "it could not be written", why,
			 size);
}

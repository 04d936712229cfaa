// SPDX-License-Identifier: GPL-2.0-only
/* Loads flows that were saved, by another build of the module or on another firewall */
#include "flow_load.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../client/report_genl.h"
#include "../client/tick.h"
#include "../text/format.h"
#include "../text/print.h"
#include "../text/report.h"
#include "flow_file.h"
#include "json.h"

#define NSEC_PER_SEC 1000000000u

static void warn_of_missing(const char *kind, const char *name)
{
	char text[FORMAT_SIZE];

	report_warning("flows load: no %s %s is here: %s", kind,
		       format_safe(text, sizeof(text), name),
		       !strcmp(kind, "group") ? "its flows are in the default group" :
						"its flows count for it when a segment passes");
}

/* Returns 0, or -1 with @genl's error filled in */
static int find_ids(struct genl *genl, const struct flow_file *file, struct flow_saved_ids *ids)
{
	struct groups groups = { 0 };
	struct devices devices = { 0 };
	int ret = groups_get(genl, &groups) < 0 || devices_get(genl, &devices) < 0 ? -1 : 0;

	if (!ret)
		flow_file_ids(file, &groups, &devices, ids, warn_of_missing);
	free(groups.group);
	free(devices.device);
	return ret;
}

static uint32_t seconds_since(uint64_t time)
{
	uint64_t now = tick_time_now();
	uint64_t seconds = now > time ? (now - time) / NSEC_PER_SEC : 0;

	return seconds > UINT32_MAX ? UINT32_MAX : (uint32_t)seconds;
}

static void print_text(const struct flow_loaded *loaded)
{
	printf("loaded %u flow%s", loaded->loaded, loaded->loaded == 1 ? "" : "s");
	if (loaded->existing)
		printf(", %u exist%s already", loaded->existing,
		       loaded->existing == 1 ? "s" : "");
	if (loaded->expired)
		printf(", %u ha%s expired", loaded->expired, loaded->expired == 1 ? "s" : "ve");
	if (loaded->no_room)
		printf(", no room for %u", loaded->no_room);
	putchar('\n');
}

static void print_loaded_json(const struct flow_loaded *loaded)
{
	json_t *json = flow_loaded_json(loaded);

	json_object_set_new(json, "changed", json_boolean(loaded->loaded));
	print_json(json);
}

/* What found no room breaks: the exit status says so */
static int tell_loaded(const struct call *call, const struct flow_loaded *loaded)
{
	if (call->json)
		print_loaded_json(loaded);
	else
		print_text(loaded);
	if (loaded->no_room)
		return report_refused("flows load: %u flow%s found no room: %s", loaded->no_room,
				      loaded->no_room == 1 ? "" : "s",
				      "tsrewrite config shows the limits");
	return EXIT_DONE;
}

static int load_read(struct genl *genl, const char *path, struct flow_file *file,
		     struct flow_loaded *loaded)
{
	struct flow_saved_ids ids;

	if (find_ids(genl, file, &ids) < 0)
		return report_genl(genl, "loading flows", "flows load");
	if (flows_saved_map((void *)file->flows.data, file->flows.len, &ids) < 0)
		return report_refused("flows load: %s: it has something else than flows", path);
	if (flows_load(genl, file->flows, seconds_since(file->saved), loaded) < 0)
		return report_genl(genl, "loading flows", "flows load: %s", path);
	return EXIT_DONE;
}

struct loading {
	const char *path;
	struct flow_file *file;
};

static int load_flows(struct genl *genl, const struct call *call, void *arg)
{
	const struct loading *loading = arg;
	struct flow_loaded loaded = { 0 };
	int ret = load_read(genl, loading->path, loading->file, &loaded);

	return ret ? ret : tell_loaded(call, &loaded);
}

/* Reads all of it before any flow is loaded: what is damaged loads nothing */
static int read_file(const char *path, struct flow_file *file)
{
	int fd = strcmp(path, "-") ? open(path, O_RDONLY | O_CLOEXEC) : dup(STDIN_FILENO);
	const char *why;

	if (fd < 0)
		return report_refused("flows load: %s: %s", path, strerror(errno));
	why = flow_file_read(fd, file);
	return why ? report_refused("flows load: %s: %s", path, why) : EXIT_DONE;
}

int flow_load_file(struct genl *genl, const char *path, struct flow_loaded *loaded)
{
	struct flow_file file = { 0 };
	int ret = read_file(path, &file);

	if (!ret)
		ret = load_read(genl, path, &file, loaded);
	flow_file_free(&file);
	return ret;
}

int cmd_flows_load(const struct call *call)
{
	struct flow_file file = { 0 };
	const char *path = call->words[1];
	struct loading loading = { path, &file };
	int ret;

	if (!path)
		return report_usage("flows load: name the file, or - for stdin");
	if (call->words[2])
		return report_surplus("flows load", call->words[2]);
	ret = read_file(path, &file);
	if (!ret)
		ret = session(call, load_flows, &loading);
	flow_file_free(&file);
	return ret;
}

// SPDX-License-Identifier: GPL-2.0-only
#include "saved.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "../client/family.h"
#include "../client/module.h"
#include "../text/format.h"
#include "../text/parse.h"
#include "difference.h"
#include "read.h"
#include "refusal.h"

#define STATE_PATH "/etc/tsrewrite/state"

/* If it cannot be told, as without permission, it counts as the one the machine began with */
static bool is_in_first_netns(void)
{
	struct stat own, first;

	if (stat("/proc/self/ns/net", &own) || stat("/proc/1/ns/net", &first))
		return true;
	return own.st_dev == first.st_dev && own.st_ino == first.st_ino;
}

bool saved_path(const char *netns, char out[PATH_MAX])
{
	if (netns)
		snprintf(out, PATH_MAX, "/etc/netns/%.255s/tsrewrite/state", netns);
	else if (is_in_first_netns())
		snprintf(out, PATH_MAX, "%s", STATE_PATH);
	else
		return false;
	return !access(out, F_OK);
}

const char *saved_compare(const char *path, const char *netns, const struct state *now,
			  char out[SAVED_TEXT])
{
	const char *option = netns ? "-n " : "", *space = netns ? " " : "";
	char why[STATE_WHY];
	struct state saved;
	int ret = state_read(path, &saved, why);

	*out = '\0';
	if (!netns)
		netns = "";
	if (!ret)
		state_resolve_names(&saved);
	if (ret < 0)
		snprintf(out, SAVED_TEXT, "the saved state cannot be read: %s", why);
	else if (state_differs(now, &saved))
		snprintf(out, SAVED_TEXT,
			 "the running state differs from %.400s (tsrewrite %s%s%ssave %.400s keeps it, tsrewrite %s%s%srestore --check %.400s tells the differences)",
			 path, option, netns, space, path, option, netns, space, path);
	state_free(&saved);
	return out;
}

static bool is_module_missing(void)
{
	struct genl genl;

	if (!genl_open(&genl)) {
		genl_close(&genl);
		return false;
	}
	return genl.error.code == ENOENT;
}

/* Whether depmod has listed the module for this kernel */
static bool is_module_built(const char *release)
{
	char path[PATH_MAX], line[PATH_MAX];
	bool found = false;
	FILE *file;

	snprintf(path, sizeof(path), "/lib/modules/%s/modules.dep", release);
	file = fopen(path, "re");
	if (!file)
		return false;
	while (!found && fgets(line, sizeof(line), file))
		found = strstr(line, "/nf_tsrewrite.ko");
	fclose(file);
	return found;
}

/* Appends what was on: "default rewrite, alpha strip on eth0, ppp0" */
static void append_what(const struct state *saved, char *out, size_t size)
{
	const char *between = "";
	size_t used = 0;

	for (size_t i = 0; i < saved->groups && used < size; i++) {
		const struct group *group = &saved->group[i].settings;

		if (group->mode == TSREWRITE_MODE_OFF)
			continue;
		used += (size_t)snprintf(out + used, size - used, "%sgroup %s %s", between,
					 group->name, mode_words[group->mode]);
		between = ", ";
	}
	between = " on ";
	for (size_t i = 0; i < saved->devices && used < size; i++) {
		char name[FORMAT_SIZE];

		used += (size_t)snprintf(out + used, size - used, "%s%s", between,
					 format_safe(name, sizeof(name),
						     saved->device[i].name));
		between = ", ";
	}
}

/* The service loads it, unless the kernel refuses it */
static const char *restart_or_sign(void)
{
	const char *how = module_how_to_load();

	return strcmp(how, MODULE_UNSIGNED) ? "systemctl restart tsrewrite" : how;
}

static void say_off(const struct state *saved, const char *path, char out[SAVED_TEXT])
{
	struct utsname kernel = { 0 };
	char what[160], do_what[512];

	append_what(saved, what, sizeof(what));
	uname(&kernel);
	if (is_module_built(kernel.release))
		snprintf(do_what, sizeof(do_what), "load it (%s)", restart_or_sign());
	else
		snprintf(do_what, sizeof(do_what),
			 "kernel %s has no module nf_tsrewrite: build it for this kernel (make install, or dkms autoinstall)",
			 kernel.release);
	snprintf(out, SAVED_TEXT,
		 "the module is not loaded: it was on by %.400s (%s), and is off: all connections pass untouched; %s",
		 path, what, do_what);
}

const char *saved_was_on(const char *netns, char out[SAVED_TEXT])
{
	char path[PATH_MAX], why[STATE_WHY];
	struct state saved;
	bool on = false;

	if (!is_module_missing() || !saved_path(netns, path))
		return NULL;
	if (!state_read(path, &saved, why))
		on = state_is_on(&saved);
	if (on)
		say_off(&saved, path, out);
	state_free(&saved);
	return on ? out : NULL;
}

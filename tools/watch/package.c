// SPDX-License-Identifier: GPL-2.0-only
#include "package.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../text/word.h"

/* After so many seconds without a change, another command has begun, as a rule */
#define PAUSE 300

/* What dpkg's log says, and what is said here */
enum action { UPGRADE, INSTALL, REMOVE, PURGE };

static const char *const actions[] = { "upgrade", "install", "remove", "purge", NULL };
static const char *const done[] = { "upgraded", "installed", "removed", "removed" };

/* A line of dpkg's log that changes a package */
struct line {
	time_t time;
	enum action what;
	char name[128];
	char old[128];
	char new[128];
};

/* Those whose names begin so */
static const char *const named[] = {
	"linux-image-", "linux-modules-", "linux-generic", "tsrewrite", "nf-tsrewrite", "nftables",
	"libnftables", "libnftnl", "libmnl", "iptables", "ebtables", "ufw", "firewalld",
	"conntrack", "libnetfilter", "iproute2", "ethtool", "ifupdown", "netplan",
	"network-manager", "keepalived", "frr", "bird", "openvswitch", "dkms", "firmware-",
	"systemd", "libsystemd", "udev", "libc6", "kmod", NULL
};

static bool is_named(const char *name)
{
	for (const char *const *begin = named; *begin; begin++) {
		if (!strncmp(name, *begin, strlen(*begin)))
			return true;
	}
	return false;
}

/* Local time, as both logs have it: "2026-11-30 20:10:00"; returns what is behind it, or NULL */
static const char *parse_local(const char *text, time_t *time)
{
	struct tm tm = { .tm_isdst = -1 };
	const char *rest = strptime(text, "%Y-%m-%d%n%H:%M:%S", &tm);

	if (rest)
		*time = mktime(&tm);
	return rest;
}

/* What dpkg does beside that is not of interest, nor is a package that stays what it was */
static bool parse_line(const char *text, struct line *line)
{
	char what[16];
	int action;

	if (sscanf(text, "%*10s %*8s %15s %127s %127s %127s", what, line->name, line->old,
		   line->new) != 4)
		return false;
	action = word_index(what, actions);
	if (action < 0 || !strcmp(line->old, line->new) || !parse_local(text, &line->time))
		return false;
	line->what = (enum action)action;
	line->name[strcspn(line->name, ":")] = '\0';
	return true;
}

/* Such as "nftables 1.0.6-2 -> 1.1.1-1"; returns the length */
static int print_package(const struct line *line, char *out, size_t size)
{
	switch (line->what) {
	case UPGRADE:
		return snprintf(out, size, "%s %s -> %s", line->name, line->old, line->new);
	case INSTALL:
		return snprintf(out, size, "%s %s", line->name, line->new);
	default:
		return snprintf(out, size, "%s %s removed", line->name, line->old);
	}
}

/* Those that find no room are counted, as others are */
static void name_package(struct package_run *run, const struct line *line)
{
	size_t used = strlen(run->names);
	size_t room = sizeof(run->names) - used;
	char text[sizeof(run->names) - sizeof(", ")];
	int len = print_package(line, text, sizeof(text));

	if (len < 0 || (size_t)len >= sizeof(text) || (size_t)len + sizeof(", ") > room)
		return;
	snprintf(run->names + used, room, "%s%s", run->named ? ", " : "", text);
	run->named++;
}

static void add_to_run(struct package_run *run, const struct line *line)
{
	if (!run->count++)
		run->began = line->time;
	run->last = line->time;
	run->only = done[line->what];
	if (is_named(line->name))
		name_package(run, line);
}

static bool is_next_run(const struct package_run *run, const struct line *line)
{
	return run->count && labs((long)(line->time - run->last)) > PAUSE;
}

/* The last @max runs, as they are found */
struct runs {
	struct package_run *run;
	size_t count;
	size_t max;
	time_t since;
};

static void keep_run(struct runs *runs, const struct package_run *run)
{
	if (!run->named || run->last < runs->since)
		return;
	if (runs->count == runs->max)
		memmove(runs->run, runs->run + 1, --runs->count * sizeof(*run));
	runs->run[runs->count++] = *run;
}

size_t package_runs(const char *log, time_t since, struct package_run *runs, size_t max)
{
	struct runs found = { runs, 0, max, since };
	struct package_run run = { 0 };
	struct line line;

	for (const char *text = log; text && *text; text = strchr(text, '\n')) {
		text += *text == '\n';
		if (!parse_line(text, &line))
			continue;
		if (is_next_run(&run, &line)) {
			keep_run(&found, &run);
			run = (struct package_run){ 0 };
		}
		add_to_run(&run, &line);
	}
	keep_run(&found, &run);
	return found.count;
}

/* Writes the rest of the line behind @key in the lines at @stanza to @out, if there is one */
static bool find_value(const char *stanza, const char *key, char *out, size_t size)
{
	const char *end = strstr(stanza, "\n\n");
	const char *at = strstr(stanza, key);

	if (!at || (end && at > end))
		return false;
	at += strlen(key);
	snprintf(out, size, "%.*s", (int)strcspn(at, "\n"), at);
	return true;
}

/* Whether the command that apt's log tells of at @stanza has done that */
static bool has_done(const char *stanza, const struct package_run *run)
{
	char end[64];
	time_t began, ended;

	if (!parse_local(stanza, &began) || began > run->began)
		return false;
	return !find_value(stanza, "\nEnd-Date: ", end, sizeof(end)) ||
	       !parse_local(end, &ended) || ended >= run->began;
}

static void add_command(const struct package_run *run, const char *history, char *out,
			size_t size)
{
	static const char begin[] = "Start-Date: ";
	char command[80], user[64];
	size_t used = strlen(out);

	for (const char *at = strstr(history, begin); at; at = strstr(at, begin)) {
		at += sizeof(begin) - 1;
		if (!has_done(at, run) ||
		    !find_value(at, "\nCommandline: ", command, sizeof(command)))
			continue;
		snprintf(out + used, size - used, " by \"%s\"", command);
		if (find_value(at, "\nRequested-By: ", user, sizeof(user))) {
			used = strlen(out);
			snprintf(out + used, size - used, " of %s", user);
		}
		return;
	}
}

char *package_describe(const struct package_run *run, const char *history, char *out,
		       size_t size)
{
	size_t space = strcspn(run->names, " "), used;

	if (run->count == 1 && strcmp(run->only, done[REMOVE]))
		snprintf(out, size, "package %.*s %s%s", (int)space, run->names, run->only,
			 run->names + space);
	else if (run->count == 1)
		snprintf(out, size, "package %s", run->names);
	else
		snprintf(out, size, "%u packages changed: %s", run->count, run->names);
	used = strlen(out);
	if (run->count > run->named)
		snprintf(out + used, size - used, " and %u other%s",
			 run->count - run->named, run->count - run->named == 1 ? "" : "s");
	if (history)
		add_command(run, history, out, size);
	return out;
}

// SPDX-License-Identifier: GPL-2.0-only
#include "upgrade.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <time.h>

#include <systemd/sd-id128.h>

#include "../client/module.h"
#include "../client/tick.h"
#include "../text/format.h"
#include "action.h"
#include "host_json.h"
#include "package.h"

#define DPKG_LOG   "/var/log/dpkg.log"
#define APT_LOG	   "/var/log/apt/history.log"
#define LOG_TAIL   (4 << 20)	/* of a log, its last 4 MiB are read: 7,000 packages */
#define SECOND	   1000000000ULL

#define OF_BOOT	   "this firewall was booted"
#define OF_MODULE  "the module of this firewall was replaced"
#define OF_PACKAGE "packages of this firewall were changed"

/* Returns whether that was not known before */
static bool add_change(struct watcher *watcher, uint64_t time, const char *kind,
		       const char *what)
{
	char text[CHANGE_TEXT], when[FORMAT_SIZE];

	snprintf(text, sizeof(text), "%s %s", format_time(when, time), what);
	if (!host_add(&watcher->host, time, kind, text))
		return false;
	changes_note(&watcher->changes, time, kind, text);
	action_note(watcher, "this machine: %s", text);
	return true;
}

static void save_host(const struct watcher *watcher)
{
	char why[512];

	if (host_save(watcher->settings.state, &watcher->host, why, sizeof(why)) < 0)
		action_complain(watcher, "what this machine runs could not be saved: %s", why);
}

/* The end of a text file, which the caller frees; or NULL, as where there is no dpkg */
static char *read_tail(const char *path)
{
	FILE *file = fopen(path, "re");
	char *text = file ? malloc(LOG_TAIL + 1) : NULL;
	size_t len;

	if (text && fseek(file, -LOG_TAIL, SEEK_END))
		rewind(file);
	if (text) {
		len = fread(text, 1, LOG_TAIL, file);
		text[len] = '\0';
		/* A crash may have left zeros in the midst of it */
		for (size_t i = 0; i < len; i++)
			text[i] = text[i] ? text[i] : '\n';
	}
	if (file)
		fclose(file);
	return text;
}

/*
 * Adds the runs that dpkg's log of that path has.  Writes the last new one that began before
 * @before to @last.
 */
static bool find_packages(struct watcher *watcher, const char *path, uint64_t before,
			  char last[CHANGE_TEXT])
{
	struct package_run runs[HOST_CHANGES];
	char *log = read_tail(path), *history = read_tail(APT_LOG), text[CHANGE_TEXT];
	size_t count = package_runs(log, (time_t)(watcher->host.packages / SECOND), runs,
				    HOST_CHANGES);
	bool any = false;

	for (size_t i = 0; i < count; i++) {
		uint64_t began = (uint64_t)runs[i].began * SECOND;

		package_describe(&runs[i], history, text, sizeof(text));
		if (!add_change(watcher, began, OF_PACKAGE, text))
			continue;
		any = true;
		if (began < before)
			memcpy(last, text, sizeof(text));
		watcher->host.packages = (uint64_t)runs[i].last * SECOND;
	}
	free(history);
	free(log);
	return any;
}

static void read_running(struct host *now)
{
	struct utsname name;
	sd_id128_t boot;

	if (!sd_id128_get_boot(&boot))
		sd_id128_to_string(boot, now->boot);
	if (!uname(&name))
		snprintf(now->kernel, sizeof(now->kernel), "%s", name.release);
}

/* By the clock of now, whatever it was then */
static uint64_t time_of_boot(const struct watcher *watcher)
{
	struct timespec up;

	clock_gettime(CLOCK_BOOTTIME, &up);
	return watcher->time - (uint64_t)up.tv_sec * SECOND - (uint64_t)up.tv_nsec;
}

static void find_boot(struct watcher *watcher, const struct host *now, uint64_t time,
		      const char *packages)
{
	char *text = watcher->booted;
	size_t used;

	if (!host_differs(watcher->host.boot, now->boot))
		return;
	host_describe_boot(&watcher->host, now, text, sizeof(watcher->booted));
	used = strlen(text);
	if (*packages)
		snprintf(text + used, sizeof(watcher->booted) - used, "; before that, %s",
			 packages);
	add_change(watcher, time, OF_BOOT, text);
}

static void recall_changes(struct watcher *watcher)
{
	const struct host *host = &watcher->host;

	for (size_t i = 0; i < host->count; i++)
		changes_note(&watcher->changes, host->change[i].time, host->change[i].kind,
			     host->change[i].text);
}

static int64_t size_of_log(void)
{
	struct stat is;

	return stat(DPKG_LOG, &is) ? 0 : is.st_size;
}

void upgrade_begin(struct watcher *watcher)
{
	char packages[CHANGE_TEXT] = "", why[1024];
	uint64_t boot = time_of_boot(watcher);
	struct host now = { 0 };

	if (host_load(watcher->settings.state, &watcher->host, why, sizeof(why)) < 0)
		action_complain(watcher, "what this machine ran before could not be read: %s", why);
	recall_changes(watcher);
	read_running(&now);
	/* What was there before anybody looked is no change; nor is the clock that was wrong */
	if (!watcher->host.packages || watcher->host.packages > watcher->time)
		watcher->host.packages = watcher->time;
	watcher->log_size = size_of_log();
	find_packages(watcher, DPKG_LOG ".1", boot, packages);
	find_packages(watcher, DPKG_LOG, boot, packages);
	find_boot(watcher, &now, boot, packages);
	memcpy(watcher->host.boot, now.boot, sizeof(now.boot));
	memcpy(watcher->host.kernel, now.kernel, sizeof(now.kernel));
	save_host(watcher);
}

void upgrade_module(struct watcher *watcher)
{
	struct host *host = &watcher->host, now = { 0 };
	char text[2 * CHANGE_TEXT] = "";
	struct module module;

	if (!module_loaded(&module))
		return;
	snprintf(now.version, sizeof(now.version), "%s", module.version);
	snprintf(now.srcversion, sizeof(now.srcversion), "%s", module.srcversion);
	if (host_differs(host->version, now.version) ||
	    host_differs(host->srcversion, now.srcversion)) {
		host_describe_module(host, &now, text, sizeof(text));
		if (*watcher->booted)
			snprintf(text + strlen(text), sizeof(text) - strlen(text), "; %s",
				 watcher->booted);
		add_change(watcher, tick_time_now(), OF_MODULE, text);
	}
	*watcher->booted = '\0';
	memcpy(host->version, now.version, sizeof(now.version));
	memcpy(host->srcversion, now.srcversion, sizeof(now.srcversion));
	save_host(watcher);
}

void upgrade_check(struct watcher *watcher)
{
	int64_t size = size_of_log();
	char packages[CHANGE_TEXT] = "";

	if (size == watcher->log_size)
		return;
	watcher->log_size = size;
	if (find_packages(watcher, DPKG_LOG, 0, packages))
		save_host(watcher);
}

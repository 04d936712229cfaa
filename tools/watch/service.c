// SPDX-License-Identifier: GPL-2.0-only
#include "service.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include <systemd/sd-daemon.h>

#include "../client/event.h"
#include "../client/family.h"
#include "../client/report_genl.h"
#include "../client/status_socket.h"
#include "../text/print.h"
#include "../text/report.h"
#include "action.h"
#include "cycle.h"
#include "group.h"
#include "incident_json.h"
#include "lifecycle.h"
#include "machine.h"
#include "settings_file.h"
#include "store.h"

/* The descriptors that the service polls; ASKED is the status socket */
enum { TIMER, EVENTS, SIGNALS, ASKED, FDS };

struct service {
	struct watcher watcher;
	struct genl events;
	struct pollfd fd[FDS];
	const char *path;	/* the file with the settings, or NULL for the default one */
	bool ending;
};

/*
 * The service ends after so many checks in a row have failed: a few may, as while a list keeps
 * changing, or memory is short.
 */
#define FAILURES 5

static uint64_t time_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static int event_row(struct genl *genl, struct attrs attrs, void *changes)
{
	struct event event = { 0 };

	if (event_decode(genl, attrs, &event) < 0)
		return -1;
	changes_add(changes, &event);
	return 0;
}

static int hear_events(struct service *service)
{
	struct changes *changes = &service->watcher.changes;

	if (!genl_events(&service->events, event_row, changes))
		return EXIT_DONE;
	if (service->events.error.code != ENOBUFS)
		return report_genl(&service->events, "hearing events", "watch");
	changes_lost(changes, time_now());
	return EXIT_DONE;
}

static void say_status(const struct watcher *watcher)
{
	size_t open = 0;

	for (size_t i = 0; i < watcher->incidents.count; i++)
		open += !watcher->incidents.incident[i].closed;
	sd_notifyf(0, "WATCHDOG=1\nSTATUS=%zu open incident%s", open,
		   open == 1 ? "" : "s");
}

static int handle_tick(struct service *service)
{
	static unsigned int failures;
	uint64_t seconds;

	if (read(service->fd[TIMER].fd, &seconds, sizeof(seconds)) < 0)
		return EXIT_DONE;
	service->watcher.now += seconds;
	service->watcher.time = time_now();
	if (!cycle_run(&service->watcher)) {
		failures = 0;
		say_status(&service->watcher);
	} else if (service->watcher.genl->error.code == ENOENT ||
		   ++failures >= FAILURES) {
		return report_genl(service->watcher.genl, "watching", "watch");
	}
	return EXIT_DONE;
}

/* Reads the settings again; if something is wrong in them, those before remain in force */
static void reload_settings(struct service *service)
{
	struct watcher *watcher = &service->watcher;
	struct settings settings;
	char why[512];

	sd_notify(0, "RELOADING=1");
	if (settings_read(&settings, service->path, why, sizeof(why)) < 0) {
		action_complain(watcher, "%s (the settings stay as they were)", why);
		settings_free(&settings);
	} else {
		settings_free(&watcher->settings);
		watcher->settings = settings;
		watcher->revived = 0;	/* to where they say now */
		action_note(watcher, "the settings were read again");
	}
	sd_notify(0, "READY=1");
}

static void handle_signal(struct service *service)
{
	struct signalfd_siginfo info;

	if (read(service->fd[SIGNALS].fd, &info, sizeof(info)) < 0)
		return;
	switch (info.ssi_signo) {
	case SIGCHLD:
		action_reap(&service->watcher);
		break;
	case SIGHUP:
		reload_settings(service);
		break;
	default:
		service->ending = true;
	}
}

static void answer_status(const struct service *service)
{
	const struct watcher *watcher = &service->watcher;
	json_t *open = incidents_json_open(&watcher->incidents);
	json_t *status = json_pack("{s:o, s:o, s:o}", "time", json_time(watcher->time),
				   "incidents", open,
				   "groups", watched_groups_json(watcher));

	status_socket_answer(service->fd[ASKED].fd, status);
	json_decref(status);
}

static int run_loop(struct service *service)
{
	int ret = EXIT_DONE;

	while (!ret && !service->ending && !print_failed()) {
		if (poll(service->fd, FDS, -1) < 0)
			continue;
		if (service->fd[EVENTS].revents)
			ret = hear_events(service);
		if (!ret && service->fd[TIMER].revents)
			ret = handle_tick(service);
		if (service->fd[SIGNALS].revents)
			handle_signal(service);
		if (service->fd[ASKED].revents)
			answer_status(service);
	}
	return ret;
}

static int open_timer(void)
{
	struct itimerspec second = { { 1, 0 }, { 1, 0 } };
	int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);

	if (fd >= 0)
		timerfd_settime(fd, 0, &second, NULL);
	return fd;
}

static int open_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/*
 * Closes the incidents that were open when the service ended the last time.  That of a group
 * that was tripped goes on, as the module knows whether the trip is still in force.
 */
static void close_old(struct watcher *watcher)
{
	for (size_t i = 0; i < watcher->incidents.count; i++) {
		struct incident *incident = &watcher->incidents.incident[i];

		if (!incident->closed && !*incident->tripped)
			lifecycle_close(watcher, incident,
					"the service was restarted: how it went on is not known");
	}
}

static int load_state(struct service *service)
{
	struct watcher *watcher = &service->watcher;
	char why[512];

	if (settings_read(&watcher->settings, service->path, why,
			  sizeof(why)) < 0)
		return report_refused("watch: %s", why);
	watcher->now = WATCHER_CHECK - 1;	/* the rarer checks are due at the first tick */
	watcher->rules_changes = UINT64_MAX;
	watcher->time = time_now();
	watcher->unsaved = true;
	if (store_load(watcher->settings.state, &watcher->incidents, &watcher->feeds, why,
		       sizeof(why)) < 0)
		action_complain(watcher, "earlier incidents could not be read and are lost: %s",
				why);
	close_old(watcher);
	return EXIT_DONE;
}

static int listen_to_events(struct service *service)
{
	if (genl_open(&service->events) < 0)
		return report_genl(&service->events, "hearing events", "watch");
	if (genl_listen(&service->events) < 0)
		return report_genl(&service->events, "hearing events", "watch");
	service->fd[EVENTS].fd = mnl_socket_get_fd(service->events.nl);
	return EXIT_DONE;
}

static int begin_service(struct service *service)
{
	int ret = load_state(service);

	if (ret)
		return ret;
	machine_begin(&service->watcher);
	service->fd[ASKED].fd = status_socket_listen();
	if (service->fd[ASKED].fd < 0 && errno == EADDRINUSE)
		return report_refused("watch: it is running already in this network namespace");
	service->fd[TIMER].fd = open_timer();
	service->fd[SIGNALS].fd = open_signals();
	for (int i = 0; i < FDS; i++) {
		service->fd[i].events = POLLIN;
		if (i != EVENTS && service->fd[i].fd < 0)
			return report_refused("watch: %s", strerror(errno));
	}
	return listen_to_events(service);
}

/* Runs until a signal ends it; @path is the file with the settings, or NULL */
static int run_service(struct genl *genl, const struct call *call, void *path)
{
	struct service *service = calloc(1, sizeof(*service));
	int ret;

	if (!service)
		return report_refused("watch: %s", strerror(ENOMEM));
	setvbuf(stdout, NULL, _IOLBF, 0);
	signal(SIGPIPE, SIG_IGN);	/* who asked for the status may have closed its socket */
	service->path = path;
	service->watcher.genl = genl;
	service->watcher.json = call->json;
	service->watcher.journal = getenv("JOURNAL_STREAM");
	ret = begin_service(service);
	if (!ret) {
		sd_notify(0, "READY=1");
		action_note(&service->watcher, "watching the connections of each group");
		ret = run_loop(service);
		sd_notify(0, "STOPPING=1");
	}
	watched_groups_free(&service->watcher);
	settings_free(&service->watcher.settings);
	free(service);
	return ret;
}

int service_command(const struct call *call)
{
	if (call->words[0] && call->words[1])
		return report_surplus("watch", call->words[1]);
	return session(call, run_service, call->words[0]);
}

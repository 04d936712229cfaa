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

#include "../print.h"
#include "../report.h"
#include "action.h"
#include "answer.h"
#include "store.h"

/* What is waited for */
enum { TIMER, EVENTS, SIGNALS, ASKED, FDS };

struct service {
	struct watcher watcher;
	struct genl events;
	struct pollfd fd[FDS];
	const char *path;	/* of the settings, or NULL */
	bool ending;
};

/* Dumps that kept changing, a moment's lack of memory */
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

static int hear(struct service *service)
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

static int tick(struct service *service)
{
	static unsigned int failures;
	uint64_t seconds;

	if (read(service->fd[TIMER].fd, &seconds, sizeof(seconds)) < 0)
		return EXIT_DONE;
	service->watcher.now += seconds;
	service->watcher.time = time_now();
	if (!watcher_second(&service->watcher)) {
		failures = 0;
		say_status(&service->watcher);
	} else if (service->watcher.genl->error.code == ENOENT ||
		   ++failures >= FAILURES) {
		return report_genl(service->watcher.genl, "watching", "watch");
	}
	return EXIT_DONE;
}

/* What cannot be read changes nothing */
static void reload(struct service *service)
{
	struct watcher *watcher = &service->watcher;
	struct settings settings;
	char why[512];

	sd_notify(0, "RELOADING=1");
	if (settings_read(&settings, service->path, why, sizeof(why)) < 0) {
		action_complain(watcher, "%s: the settings stay as they were", why);
		settings_free(&settings);
	} else {
		settings_free(&watcher->settings);
		watcher->settings = settings;
		watcher->unsaved = true;
		action_note(watcher, "settings were read again");
	}
	sd_notify(0, "READY=1");
}

static void obey(struct service *service)
{
	struct signalfd_siginfo info;

	if (read(service->fd[SIGNALS].fd, &info, sizeof(info)) < 0)
		return;
	switch (info.ssi_signo) {
	case SIGCHLD:
		action_reap(&service->watcher);
		break;
	case SIGHUP:
		reload(service);
		break;
	default:
		service->ending = true;
	}
}

static int watch(struct service *service)
{
	int ret = EXIT_DONE;

	while (!ret && !service->ending && !print_failed()) {
		if (poll(service->fd, FDS, -1) < 0)
			continue;
		if (service->fd[EVENTS].revents)
			ret = hear(service);
		if (!ret && service->fd[TIMER].revents)
			ret = tick(service);
		if (service->fd[SIGNALS].revents)
			obey(service);
		if (service->fd[ASKED].revents)
			answer_all(service->fd[ASKED].fd, &service->watcher);
	}
	return ret;
}

static int each_second(void)
{
	struct itimerspec second = { { 1, 0 }, { 1, 0 } };
	int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);

	if (fd >= 0)
		timerfd_settime(fd, 0, &second, NULL);
	return fd;
}

static int signals(void)
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

/* What was open when the service ended: nobody knows how it went on */
static void close_old(struct watcher *watcher)
{
	for (size_t i = 0; i < watcher->incidents.count; i++) {
		struct incident *incident = &watcher->incidents.incident[i];

		if (!incident->closed)
			watcher_close(watcher, incident,
				      "the service was started anew");
	}
}

static int load(struct service *service)
{
	struct watcher *watcher = &service->watcher;
	char why[512];

	if (settings_read(&watcher->settings, service->path, why,
			  sizeof(why)) < 0)
		return report_refused("watch: %s", why);
	watcher->now = 9;	/* soon it looks around */
	watcher->rules_changes = UINT64_MAX;
	watcher->time = time_now();
	watcher->unsaved = true;
	if (store_load(watcher->settings.state, &watcher->incidents, why,
		       sizeof(why)) < 0)
		action_complain(watcher, "%s: older incidents are lost", why);
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

static int begin(struct service *service)
{
	int ret = load(service);

	if (ret)
		return ret;
	service->fd[ASKED].fd = answer_listen();
	if (service->fd[ASKED].fd < 0 && errno == EADDRINUSE)
		return report_refused("watch: it runs already in this network namespace");
	service->fd[TIMER].fd = each_second();
	service->fd[SIGNALS].fd = signals();
	for (int i = 0; i < FDS; i++) {
		service->fd[i].events = POLLIN;
		if (i != EVENTS && service->fd[i].fd < 0)
			return report_refused("watch: %s", strerror(errno));
	}
	return listen_to_events(service);
}

int service_run(struct genl *genl, const struct call *call, void *path)
{
	struct service *service = calloc(1, sizeof(*service));
	int ret;

	if (!service)
		return report_refused("watch: %s", strerror(ENOMEM));
	setvbuf(stdout, NULL, _IOLBF, 0);
	signal(SIGPIPE, SIG_IGN);	/* who asked may have gone */
	service->path = path;
	service->watcher.genl = genl;
	service->watcher.json = call->json;
	service->watcher.journal = getenv("JOURNAL_STREAM");
	ret = begin(service);
	if (!ret) {
		sd_notify(0, "READY=1");
		action_note(&service->watcher, "watching");
		ret = watch(service);
		sd_notify(0, "STOPPING=1");
	}
	watcher_free(&service->watcher);
	free(service);
	return ret;
}

// SPDX-License-Identifier: GPL-2.0-only
#include "service.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <systemd/sd-daemon.h>

#include "../client/event.h"
#include "../client/family.h"
#include "../client/module.h"
#include "../client/report_genl.h"
#include "../client/status_socket.h"
#include "../client/tick.h"
#include "../text/print.h"
#include "../text/report.h"
#include "action.h"
#include "check.h"
#include "command.h"
#include "cycle.h"
#include "group.h"
#include "keeping.h"
#include "lifecycle.h"
#include "log.h"
#include "maintenance.h"
#include "module.h"
#include "reload.h"
#include "runner.h"
#include "status.h"
#include "store.h"
#include "upgrade.h"

/* The descriptors that the service polls; ASKED is the status socket */
enum { TIMER, EVENTS, SIGNALS, ASKED, FDS };

struct service {
	struct watcher watcher;
	struct genl genl;
	struct genl events;
	struct pollfd fd[FDS];
	bool ending;
};

/*
 * The service ends after so many checks in a row have failed: a few may, as while a list keeps
 * changing, or memory is short.
 */
#define FAILURES 5

static int event_row(struct genl *genl, struct attrs attrs, void *changes)
{
	struct event event = { 0 };

	if (event_decode(genl, attrs, &event) < 0)
		return -1;
	changes_add(changes, &event);
	return 0;
}

static void lose_module(struct service *service)
{
	action_complain(&service->watcher,
			"the module nf_tsrewrite was unloaded: nothing is rewritten, restored or watched until it is loaded again");
	module_lose(&service->watcher, &service->events);
	service->fd[EVENTS].fd = -1;
}

/* Returns an exit status; without the module, the service waits for it */
static int find_module(struct service *service)
{
	int ret = module_open(&service->watcher, &service->events);

	if (service->watcher.connected) {
		service->fd[EVENTS].fd = mnl_socket_get_fd(service->events.nl);
		action_note(&service->watcher, "watching the connections of each group");
	}
	return ret;
}

/* Only what incidents say of changes comes from events: all else is asked each second */
static void lose_events(struct service *service)
{
	changes_lost(&service->watcher.changes, tick_time_now());
	action_warn(&service->watcher,
		    "events were lost, as they came too fast or memory was short: what changed before an incident may not be known");
}

static int hear_events(struct service *service)
{
	struct changes *changes = &service->watcher.changes;

	if (!genl_events(&service->events, event_row, changes))
		return EXIT_DONE;
	if (service->events.error.code == ENOENT)
		lose_module(service);
	else if (service->events.error.code == ENOBUFS)
		lose_events(service);
	else
		return report_genl(&service->events, "hearing events", "watch");
	return EXIT_DONE;
}

/* A few checks may fail in a row */
static int check_module(struct service *service)
{
	static unsigned int failures;

	if (!cycle_run(&service->watcher)) {
		failures = 0;
	} else if (service->genl.error.code == ENOENT) {
		failures = 0;
		lose_module(service);
	} else if (++failures >= FAILURES) {
		return report_genl(&service->genl, "watching", "watch");
	}
	return EXIT_DONE;
}

static int handle_tick(struct service *service)
{
	struct watcher *watcher = &service->watcher;
	unsigned int seconds = tick_read(service->fd[TIMER].fd);
	int ret;

	if (!seconds)
		return EXIT_DONE;
	watcher->now += seconds;
	watcher->time = tick_time_now();
	if (watcher_is_check_due(watcher) && session_is_stale(watcher->netns))
		return log_refused(SESSION_STALE, watcher->netns);
	maintenance_follow(watcher);
	ret = watcher->connected ? check_module(service) : find_module(service);
	cycle_save(watcher);
	keeping_run(watcher);
	if (watcher_is_check_due(watcher))
		upgrade_check(watcher);
	command_sync(watcher);
	command_run_queued(watcher);
	status_tell_systemd(watcher);
	return ret;
}

static void reload_settings(struct watcher *watcher)
{
	sd_notify(0, "RELOADING=1");
	settings_reload(watcher);
	if (watcher->connected && !*watcher->reload_error)
		settings_warn_of_groups(watcher);
	sd_notify(0, "READY=1");
	status_tell_systemd(watcher);
}

static void handle_signal(struct service *service)
{
	struct signalfd_siginfo info;

	if (read(service->fd[SIGNALS].fd, &info, sizeof(info)) < 0)
		return;
	switch (info.ssi_signo) {
	case SIGCHLD:
		command_run_queued(&service->watcher);
		break;
	case SIGHUP:
		reload_settings(&service->watcher);
		break;
	default:
		service->ending = true;
	}
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
			status_answer(&service->watcher, service->fd[ASKED].fd);
	}
	/* If the module was lost just now, incidents were closed after the last tick */
	cycle_save(&service->watcher);
	keeping_end(&service->watcher);
	command_sync(&service->watcher);
	return ret;
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

static int load_state(struct service *service)
{
	struct watcher *watcher = &service->watcher;
	char why[512];
	int ret;

	watcher->time = tick_time_now();
	ret = settings_load(watcher);
	if (ret)
		return ret;
	watcher->now = WATCHER_CHECK - 1;	/* the rarer checks are due at the first tick */
	watcher->unsaved = true;
	if (store_load(watcher->settings.state, &watcher->incidents, &watcher->feeds, why,
		       sizeof(why)) < 0)
		action_complain(watcher, "earlier incidents could not be read and are lost: %s",
				why);
	keeping_begin(watcher);
	upgrade_begin(watcher);
	maintenance_follow(watcher);
	lifecycle_resume(watcher);
	return EXIT_DONE;
}

#define NAME_TAKEN "another process has the name of the status socket in this network namespace " \
	"(%s): if that is tsrewrite watch, it is running already"

/* Mostly another watch, but anybody may take a name that is free */
static int refuse_name(void)
{
	char owner[64];

	return log_refused(NAME_TAKEN, status_socket_owner(owner, sizeof(owner)));
}

/* The descriptor of events is opened with the module */
static int open_descriptors(struct service *service)
{
	service->fd[ASKED].fd = status_socket_listen();
	if (service->fd[ASKED].fd < 0 && errno == EADDRINUSE)
		return refuse_name();
	service->fd[TIMER].fd = tick_open();
	service->fd[SIGNALS].fd = open_signals();
	service->fd[EVENTS].fd = -1;
	for (int i = 0; i < FDS; i++) {
		service->fd[i].events = POLLIN;
		if (i != EVENTS && service->fd[i].fd < 0)
			return log_refused("%s", strerror(errno));
	}
	return EXIT_DONE;
}

static int begin_service(struct service *service)
{
	struct watcher *watcher = &service->watcher;
	int ret = open_descriptors(service);

	if (!ret)
		ret = load_state(service);
	if (!ret)
		ret = find_module(service);
	if (ret)
		return ret;
	if (!watcher->connected)
		action_warn(watcher,
			    "waiting for the module nf_tsrewrite, which is not loaded (%s)",
			    module_how_to_load());
	sd_notify(0, "READY=1");
	status_tell_systemd(watcher);
	return EXIT_DONE;
}

static void free_service(struct service *service)
{
	if (service->watcher.connected) {
		genl_close(&service->genl);
		genl_close(&service->events);
	}
	watched_groups_free(&service->watcher);
	usual_free(&service->watcher.usual);
	settings_free(&service->watcher.settings);
	free(service);
}

/* Runs until a signal ends it */
static int run_service(const struct call *call, int home_netns)
{
	struct service *service = calloc(1, sizeof(*service));
	int ret;

	if (!service)
		return report_refused("watch: %s", strerror(ENOMEM));
	setvbuf(stdout, NULL, _IOLBF, 0);
	signal(SIGPIPE, SIG_IGN);	/* who asked for the status may have closed its socket */
	service->watcher.genl = &service->genl;
	service->watcher.path = call->words[0];
	service->watcher.netns = call->netns;
	service->watcher.home_netns = home_netns;
	service->watcher.state_lock = -1;
	service->watcher.queue = call->queue;
	service->watcher.json = call->json;
	ret = begin_service(service);
	if (!ret) {
		ret = run_loop(service);
		sd_notify(0, "STOPPING=1");
	}
	command_stop(&service->watcher);
	free_service(service);
	return ret;
}

int service_command(const struct call *call)
{
	int home_netns = -1;

	if (call->check + !!call->queue + !!call->run > 1)
		return report_usage("watch: give only one of --check, --queue and --run");
	if (call->check)
		return check_command(call);
	if (call->run)
		return runner_command(call);
	if (call->words[0] && call->words[1])
		return report_surplus("watch", call->words[1]);
	if (call->netns)
		home_netns = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	if (session_enter(call))
		return EXIT_REFUSED;
	return run_service(call, home_netns);
}

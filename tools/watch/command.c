// SPDX-License-Identifier: GPL-2.0-only
#include "command.h"

#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include "job.h"
#include "log.h"
#include "spool.h"

/* Seconds after which a command that waits, while none is run, is complained about */
#define PATIENCE 60

static __printf(2, 3) void complain(const struct watcher *watcher, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	log_vline(stderr, SD_ERR, watcher->time, format, args);
	va_end(args);
}

static const char *spool_directory(const struct watcher *watcher, char path[PATH_MAX])
{
	if (watcher->queue)
		snprintf(path, PATH_MAX, "%s", watcher->queue);
	else
		snprintf(path, PATH_MAX, "%s/run", watcher->settings.state);
	return path;
}

/* News of an incident that was told already leave room for those of others */
static bool has_room(const struct spool_state *state, const char *what)
{
	size_t most = strcmp(what, "updated") ? SPOOL_MOST : SPOOL_MOST / 2;

	return state->waiting < most;
}

static int add_job(const struct watcher *watcher, int spool, const struct incident *incident,
		   const char *what, const char *command)
{
	const struct job_context context = {
		.time = watcher->time, .timeout = watcher->settings.run_timeout,
		.netns = watcher->netns, .lost = watcher->commands_lost,
	};
	json_t *json = job_json(incident, what, command, &context);
	int ret = json ? spool_add(spool, json) : -1;

	if (!json)
		errno = ENOMEM;
	json_decref(json);
	return ret;
}

/* Returns 0, or -1 with the reason in @why */
static int queue_command(const struct watcher *watcher, const struct incident *incident,
			 const char *what, const char *command, char *why, size_t size)
{
	char path[PATH_MAX];
	int spool = spool_open(spool_directory(watcher, path), why, size);
	struct spool_state state;
	int ret = -1;

	if (spool < 0)
		return -1;
	if (!spool_read_state(spool, &state) && !has_room(&state, what))
		snprintf(why, size, "%zu commands wait already", state.waiting);
	else
		ret = add_job(watcher, spool, incident, what, command);
	if (ret < 0 && !*why)
		snprintf(why, size, "%s", strerror(errno));
	close(spool);
	return ret;
}

void command_queue(struct watcher *watcher, const struct incident *incident,
		   const char *what, const char *command)
{
	char title[INCIDENT_TEXT], why[512] = "";
	bool queued = !queue_command(watcher, incident, what, command, why, sizeof(why));

	/* A disk may take its time, once for each of many groups */
	sd_notify(0, "WATCHDOG=1");
	if (queued) {
		watcher->queue_unsynced = true;
		watcher->commands_lost = 0;
		command_run_queued(watcher);
		return;
	}
	watcher->commands_lost++;
	complain(watcher, "the command \"%s\" is not run for \"%s: %s\": it cannot be queued: %s",
		 command, what, incident_title(incident, title, sizeof(title)), why);
}

void command_sync(struct watcher *watcher)
{
	char path[PATH_MAX], why[512];
	int spool;

	if (!watcher->queue_unsynced)
		return;
	watcher->queue_unsynced = false;
	spool = spool_open(spool_directory(watcher, path), why, sizeof(why));
	if (spool < 0 || spool_sync(spool) < 0)
		complain(watcher, "%s: queued commands may be lost in a power failure: %s",
			 path, spool < 0 ? why : strerror(errno));
	if (spool >= 0)
		close(spool);
}

/* In the child process: becomes what takes commands from the queue; does not return */
static void become_runner(const struct watcher *watcher)
{
	char path[PATH_MAX];
	const char *directory = spool_directory(watcher, path);
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setsid();
	/* Commands are run where the service was started, in either case */
	if (watcher->home_netns >= 0)
		setns(watcher->home_netns, CLONE_NEWNET);
	/* What the service itself prints to stdout may be JSON */
	if (dup2(STDERR_FILENO, STDOUT_FILENO) >= 0)
		execl("/proc/self/exe", "tsrewrite", "watch", "--run", directory, NULL);
	_exit(127);
}

static bool runner_is_at_work(struct watcher *watcher)
{
	if (watcher->runner && waitpid(watcher->runner, NULL, WNOHANG))
		watcher->runner = 0;
	return watcher->runner;
}

static void start_runner(struct watcher *watcher)
{
	pid_t pid = fork();

	if (!pid)
		become_runner(watcher);
	if (pid < 0 && !watcher->commands_stuck)
		complain(watcher, "commands cannot be run: %s (this is tried again each second)",
			 strerror(errno));
	watcher->commands_stuck = pid < 0;
	watcher->runner = pid > 0 ? pid : 0;
}

/* Whoever takes commands from the queue holds its lock meanwhile */
static bool nobody_runs(int spool)
{
	return !flock(spool, LOCK_EX | LOCK_NB) && !flock(spool, LOCK_UN);
}

#define STUCK "%zu commands wait in %s, and nothing runs them: is tsrewrite-run%s%s.path active?"

static void check_unit(struct watcher *watcher, int spool, const struct spool_state *state)
{
	int64_t now = (int64_t)(watcher->time / 1000000000);
	bool stuck = state->waiting && now - state->since > PATIENCE && nobody_runs(spool);

	if (stuck && !watcher->commands_stuck)
		complain(watcher, STUCK, state->waiting, watcher->queue,
			 watcher->netns ? "@" : "", watcher->netns ? watcher->netns : "");
	watcher->commands_stuck = stuck;
}

void command_run_queued(struct watcher *watcher)
{
	char path[PATH_MAX], why[512];
	struct spool_state state;
	int spool;

	/* Nothing was queued yet if the directory is not there */
	if (runner_is_at_work(watcher) || access(spool_directory(watcher, path), F_OK))
		return;
	spool = spool_open(path, why, sizeof(why));
	if (spool < 0)
		return;
	if (!spool_read_state(spool, &state)) {
		if (watcher->queue)
			check_unit(watcher, spool, &state);
		else if (state.waiting || state.begun || *state.strange)
			start_runner(watcher);
	}
	close(spool);
}

void command_stop(const struct watcher *watcher)
{
	if (watcher->runner)
		kill(watcher->runner, SIGTERM);
}

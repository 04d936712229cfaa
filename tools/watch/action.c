// SPDX-License-Identifier: GPL-2.0-only
#include "action.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/tsrewrite.h>
#include <systemd/sd-daemon.h>

#include "../client/group.h"
#include "../text/format.h"
#include "../text/parse.h"
#include "../text/print.h"
#include "incident_json.h"

/* Begins a line with its level for the journal, which adds the time, or else with the time */
static void begin_line(const struct watcher *watcher, const char *level, FILE *to)
{
	char time[FORMAT_SIZE];

	if (watcher->journal)
		fputs(level, to);
	else
		fprintf(to, "%s ", format_time(time, watcher->time));
}

static __printf(4, 0) void put_line(const struct watcher *watcher, FILE *to,
				    const char *level, const char *format,
				    va_list args)
{
	char text[4 * INCIDENT_TEXT], safe[4 * INCIDENT_TEXT];

	vsnprintf(text, sizeof(text), format, args);
	begin_line(watcher, level, to);
	fprintf(to, "%s\n", format_safe(safe, sizeof(safe), text));
	fflush(to);
}

void action_note(const struct watcher *watcher, const char *format, ...)
{
	va_list args;

	if (watcher->json)
		return;
	va_start(args, format);
	put_line(watcher, stdout, SD_INFO, format, args);
	va_end(args);
}

void action_complain(const struct watcher *watcher, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	put_line(watcher, stderr, SD_ERR, format, args);
	va_end(args);
}

static __printf(3, 4) void alarm_line(const struct watcher *watcher,
				      const char *level, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	put_line(watcher, stdout, level, format, args);
	va_end(args);
}

static const char *level_of(const struct incident *incident)
{
	if (incident->closed)
		return SD_NOTICE;
	return incident->verdict == VERDICT_OURS ? SD_ALERT : SD_WARNING;
}

static void print_incident(const struct watcher *watcher,
			   const struct incident *incident, const char *what)
{
	char title[INCIDENT_TEXT], estimated[FORMAT_SIZE], confirmed[FORMAT_SIZE];

	incident_title(incident, title, sizeof(title));
	if (incident->closed) {
		alarm_line(watcher, level_of(incident), "%s: %s: %s", what, title,
			   incident->end);
		return;
	}
	alarm_line(watcher, level_of(incident),
		   "%s: %s (%s); estimated onset %s, confirmed %s; change before: %s",
		   what, title, incident->text,
		   format_time(estimated, incident->estimated),
		   format_time(confirmed, incident->confirmed),
		   *incident->change ? incident->change : "none is known");
}

static json_t *action_json(const struct watcher *watcher,
			   const struct incident *incident, const char *what)
{
	return json_pack("{s:o, s:s, s:o}", "time", json_time(watcher->time),
			 "what", what, "incident", incident_json(incident));
}

static void set_environment(const struct incident *incident, const char *what)
{
	char title[INCIDENT_TEXT];

	setenv("TSREWRITE_WHAT", what, 1);
	setenv("TSREWRITE_STATE", incident_state(incident), 1);
	setenv("TSREWRITE_GROUP", incident->group, 1);
	setenv("TSREWRITE_TITLE", incident_title(incident, title, sizeof(title)),
	       1);
}

/* In the child process: runs @command with @input as its stdin; does not return */
static void run_child(const struct incident *incident, const char *what,
		      const char *command, int input)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	set_environment(incident, what);
	if (dup2(input, STDIN_FILENO) < 0)
		_exit(127);
	execl("/bin/sh", "sh", "-c", command, NULL);
	_exit(127);
}

/*
 * Starts @command, which reads the incident as JSON from its stdin, and does not wait for it:
 * action_reap() does when it has ended.
 */
static void run_command(const struct watcher *watcher,
			const struct incident *incident, const char *what,
			const char *command)
{
	int input = memfd_create("incident", MFD_CLOEXEC);
	json_t *json = action_json(watcher, incident, what);
	pid_t pid = -1;

	if (input >= 0 && !json_dumpfd(json, input, JSON_COMPACT) &&
	    !lseek(input, 0, SEEK_SET))
		pid = fork();
	if (!pid)
		run_child(incident, what, command, input);
	if (pid < 0)
		action_complain(watcher, "the command \"%s\" could not be run: %s",
				command, strerror(errno));
	json_decref(json);
	close(input);
}

void action_tell(struct watcher *watcher, const struct incident *incident,
		 const char *what)
{
	struct policy policy = settings_policy(&watcher->settings,
					       incident->group);

	if (watcher->json) {
		print_json_line(action_json(watcher, incident, what));
		fflush(stdout);
	} else {
		print_incident(watcher, incident, what);
	}
	if (policy.run)
		run_command(watcher, incident, what, policy.run);
}

static const uint32_t modes[] = {
	[TRIP_OFF] = TSREWRITE_MODE_OFF, [TRIP_OBSERVE] = TSREWRITE_MODE_OBSERVE,
	[TRIP_STRIP] = TSREWRITE_MODE_STRIP,
};

/*
 * Answers that go past the attached devices break no connection in mode strip, which hides it
 * still.  So whoever could make them seem to does not switch hiding off.
 */
static uint32_t mode_to_trip_to(const struct policy *policy, const struct finding *finding)
{
	const struct counts *treated = &finding->counted.arm[ARM_TREATED];
	uint64_t unseen = treated->n[COUNT_UNSEEN];

	if (finding->bypassed || (unseen && unseen * 2 >= counts_rsts(treated)))
		return TSREWRITE_MODE_STRIP;
	return modes[policy->trip];
}

/*
 * Whether a trip would add nothing: the group was tripped before this incident, or somebody has
 * just set the mode that it would be tripped to, who is to be asked before it is changed again
 */
static bool is_mode_settled(struct watcher *watcher, const char *name, uint32_t mode)
{
	struct group group;

	if (group_get(watcher->genl, name, &group) < 0)
		return false;
	return group.tripped || group.mode == mode;
}

void action_trip(struct watcher *watcher, struct incident *incident)
{
	struct policy policy = settings_policy(&watcher->settings,
					       incident->group);
	uint32_t mode = mode_to_trip_to(&policy, &incident->finding);

	if (policy.trip == TRIP_NO || incident->verdict != VERDICT_OURS ||
	    incident_is_machines(incident->kind) || *incident->tripped ||
	    is_mode_settled(watcher, incident->group, mode))
		return;
	if (group_trip(watcher->genl, incident->group, mode) < 0) {
		action_complain(watcher, "group %s could not be set to mode %s: %s",
				incident->group, mode_words[mode],
				*watcher->genl->error.text ?
				watcher->genl->error.text :
				strerror(watcher->genl->error.code));
		return;
	}
	snprintf(incident->tripped, sizeof(incident->tripped), "%s", mode_words[mode]);
	incident->updated = watcher->time;
	watcher->unsaved = true;
	action_note(watcher, "tripped: group %s was set to mode %s for new connections",
		    incident->group, incident->tripped);
	if (policy.run)
		run_command(watcher, incident, "tripped", policy.run);
	if (watcher->json)
		print_json_line(action_json(watcher, incident, "tripped"));
}

void action_reap(const struct watcher *watcher)
{
	int status;

	while (waitpid(-1, &status, WNOHANG) > 0) {
		if (WIFEXITED(status) && WEXITSTATUS(status))
			action_complain(watcher, "a command of \"run\" exited with status %d",
					WEXITSTATUS(status));
		else if (WIFSIGNALED(status))
			action_complain(watcher, "a command of \"run\" was killed by signal %d",
					WTERMSIG(status));
	}
}

// SPDX-License-Identifier: GPL-2.0-only
/* Drains a device: new connections pass untouched, until no rewritten one crosses it */
#include "device_drain.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <linux/tsrewrite.h>

#include "../client/device.h"
#include "../client/report_genl.h"
#include "../client/witness.h"
#include "../text/format.h"
#include "../text/print.h"
#include "../text/report.h"
#include "device.h"
#include "json.h"

#define POLL_NS	 500000000	/* time between two counts of the flows */
#define QUIET_S	 10		/* time between two lines, if stderr is no terminal */

struct drain {
	struct device device;	/* as it was when last read */
	bool stop;
	bool changed;		/* whether this command started or stopped it */
};

/* What was printed last, and when */
struct progress {
	bool terminal;
	bool begun;
	uint32_t flows;
	time_t time;
};

/* Blocks the signals that end the command, except those that are ignored, as by nohup */
static void block_signals(sigset_t *signals)
{
	static const int ends[] = { SIGINT, SIGTERM };

	sigemptyset(signals);
	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		struct sigaction action;

		if (!sigaction(ends[i], NULL, &action) &&
		    action.sa_handler != SIG_IGN)
			sigaddset(signals, ends[i]);
	}
	sigprocmask(SIG_BLOCK, signals, NULL);
}

/* Waits until the next count.  Returns false if one of @signals came. */
static bool pause_undisturbed(const sigset_t *signals)
{
	const struct timespec timeout = { .tv_nsec = POLL_NS };

	return sigtimedwait(signals, NULL, &timeout) < 0;
}

/* Nothing is read before: reading counts all flows, which takes time */
static int set_draining(struct genl *genl, struct drain *drain)
{
	char name[ATTR_TEXT];
	struct witness witness;

	snprintf(name, sizeof(name), "%s", drain->device.name);
	witness_begin(&witness, genl, TSREWRITE_EVENT_DEVICE_DRAIN);
	if (device_set_drain(genl, name, !drain->stop) < 0)
		return report_genl(genl, "draining a device", "drain %s", name);
	drain->changed = witness_saw_change(&witness);
	return EXIT_DONE;
}

/* Reads the device again.  Refuses if it is gone, or if somebody else ended the draining. */
static int refresh_device(struct genl *genl, struct device *device)
{
	char name[ATTR_TEXT];

	snprintf(name, sizeof(name), "%s", device->name);
	if (device_get(genl, name, device) < 0)
		return genl->error.code != ENODEV ?
		       report_genl(genl, "listing devices", "drain %s", name) :
		       report_refused("drain %s: the device was detached or renamed meanwhile",
				      name);
	if (!device->drain)
		return report_refused("drain %s: somebody else ended the draining meanwhile",
				      name);
	return EXIT_DONE;
}

static void print_line(const struct drain *drain)
{
	const struct device *device = &drain->device;
	json_t *json = change_json("device", device_json(device), drain->changed);

	json_object_set_new(json, "drained",
			    json_boolean(device->drain && !device->flows));
	print_json_line(json);
}

/* On a terminal one line is overwritten; otherwise a line is printed now and then */
static void tell_flows(struct progress *progress, const struct device *device)
{
	time_t now = time(NULL);
	char name[FORMAT_SIZE];

	if (!progress->terminal && progress->begun &&
	    now - progress->time < QUIET_S)
		return;
	progress->time = now;
	fprintf(stderr, "%sdraining %s: %u rewritten connection%s it%s",
		progress->terminal ? "\r\033[K" : "",
		format_safe(name, sizeof(name), device->name), device->flows,
		device->flows == 1 ? " still crosses" : "s still cross",
		progress->terminal ? "" : "\n");
	progress->begun = true;
	progress->flows = device->flows;
}

static void tell_progress(const struct call *call, struct progress *progress,
			  const struct drain *drain)
{
	const struct device *device = &drain->device;

	if (progress->begun && progress->flows == device->flows)
		return;
	if (!call->json) {
		tell_flows(progress, device);
		return;
	}
	print_line(drain);
	progress->begun = true;
	progress->flows = device->flows;
}

static void clear_line(const struct progress *progress)
{
	if (progress->terminal && progress->begun)
		fputs("\r\033[K", stderr);
}

static int tell_end(const struct call *call, const struct drain *drain)
{
	char name[FORMAT_SIZE];

	if (call->json) {
		print_line(drain);
		return EXIT_DONE;
	}
	format_safe(name, sizeof(name), drain->device.name);
	printf("drained %s: no rewritten connection crosses it, so detaching it breaks none\n"
	       "(tsrewrite detach %s detaches it; tsrewrite drain %s stop ends the draining)\n",
	       name, name, name);
	return EXIT_DONE;
}

static int tell_interrupted(const struct device *device)
{
	char text[3 * ATTR_TEXT];

	snprintf(text, sizeof(text),
		 "the device goes on draining, and %u rewritten connection%s it (tsrewrite drain %s waits again, tsrewrite drain %s stop ends the draining)",
		 device->flows,
		 device->flows == 1 ? " still crosses" : "s still cross",
		 device->name, device->name);
	return report_refused("drain %s: interrupted; %s", device->name, text);
}

static int wait_for_flows(struct genl *genl, const struct call *call,
			  struct drain *drain, const sigset_t *signals)
{
	struct device *device = &drain->device;
	struct progress progress = {
		.terminal = !call->json && isatty(STDERR_FILENO),
	};
	bool undisturbed = true;
	int ret;

	for (;;) {
		ret = refresh_device(genl, device);
		if (ret || !device->flows || !undisturbed)
			break;
		tell_progress(call, &progress, drain);
		if (print_failed())
			return EXIT_REFUSED;
		undisturbed = pause_undisturbed(signals);
	}
	clear_line(&progress);
	if (ret)
		return ret;
	return device->flows ? tell_interrupted(device) :
			       tell_end(call, drain);
}

static int tell_stopped(const struct call *call, const struct drain *drain)
{
	char name[FORMAT_SIZE];

	format_safe(name, sizeof(name), drain->device.name);
	if (call->json)
		print_line(drain);
	else if (drain->changed)
		printf("%s is no longer draining: new connections have their mode again\n",
		       name);
	else
		printf("%s is not draining already: new connections have their mode\n", name);
	return EXIT_DONE;
}

/* The JSON has the device, even if there is nothing to wait for */
static int stop_draining(struct genl *genl, const struct call *call, struct drain *drain)
{
	char name[ATTR_TEXT];

	snprintf(name, sizeof(name), "%s", drain->device.name);
	if (call->json && device_get(genl, name, &drain->device) < 0)
		return report_genl(genl, "listing devices",
				   "drain %s: the draining was ended, but the device could not be read back",
				   name);
	return tell_stopped(call, drain);
}

static void tell_draining(const struct device *device)
{
	char name[FORMAT_SIZE];

	printf("%s is draining already\n", format_safe(name, sizeof(name), device->name));
	fflush(stdout);
}

static int drain_device(struct genl *genl, const struct call *call, void *arg)
{
	struct drain *drain = arg;
	sigset_t signals;
	int ret;

	/* Blocked before the draining begins, so that any interruption is reported */
	block_signals(&signals);
	ret = set_draining(genl, drain);
	if (ret)
		return ret;
	if (!call->json && !drain->stop && !drain->changed)
		tell_draining(&drain->device);
	return drain->stop ? stop_draining(genl, call, drain) :
			     wait_for_flows(genl, call, drain, &signals);
}

int cmd_drain(const struct call *call)
{
	static const char *const known[] = { "stop", NULL };
	struct drain drain = { 0 };
	char **rest;
	int ret;

	ret = device_read_name(call, &drain.device, &rest);
	if (ret)
		return ret;
	if (*rest) {
		if (strcmp(*rest, "stop"))
			return report_unknown_word("drain", "word", *rest, known);
		drain.stop = true;
		rest++;
	}
	if (*rest)
		return report_surplus("drain", *rest);
	return session(call, drain_device, &drain);
}

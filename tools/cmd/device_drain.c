// SPDX-License-Identifier: GPL-2.0-only
/* Draining: connections that begin pass untouched, until no other is left */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <linux/tsrewrite.h>

#include "../format.h"
#include "../print.h"
#include "../report.h"
#include "cmd.h"
#include "device.h"

#define POLL_NS	 500000000	/* how often the flows are counted */
#define QUIET_S	 10		/* between two lines where no terminal is */

struct drain {
	struct device device;	/* as it was seen last */
	bool stop;
};

/* What has been told so far */
struct progress {
	bool terminal;
	bool begun;
	uint32_t flows;
	time_t time;
};

/* Those that end the command; what is ignored, as by nohup, stays so */
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

/* False when a signal came meanwhile */
static bool pause_undisturbed(const sigset_t *signals)
{
	const struct timespec timeout = { .tv_nsec = POLL_NS };

	return sigtimedwait(signals, NULL, &timeout) < 0;
}

static int set(struct genl *genl, const struct drain *drain)
{
	struct nlmsghdr *nlh = genl_request(genl, TSREWRITE_CMD_DEVICE_SET);
	const char *name = drain->device.name;

	mnl_attr_put_strz(nlh, TSREWRITE_A_DEVICE_NAME, name);
	mnl_attr_put_u8(nlh, TSREWRITE_A_DEVICE_DRAIN, !drain->stop);
	if (!genl_do(genl, NULL, NULL))
		return EXIT_DONE;
	return report_genl(genl, "draining a device", "drain %s", name);
}

/* The device anew; it may be gone, or another hand may have ended the draining */
static int look(struct genl *genl, struct device *device)
{
	struct devices devices = { 0 };
	const struct device *found;
	char name[ATTR_TEXT];

	snprintf(name, sizeof(name), "%s", device->name);
	if (devices_get(genl, &devices) < 0)
		return report_genl(genl, "listing devices", "drain %s", name);
	found = devices_find(&devices, name);
	if (found)
		*device = *found;
	free(devices.device);
	if (!found)
		return report_refused("drain %s: it was detached, or renamed, meanwhile",
				      name);
	if (!device->drain)
		return report_refused("drain %s: somebody ended the draining meanwhile",
				      name);
	return EXIT_DONE;
}

static void print_line(const struct device *device)
{
	json_t *json = device_json(device);

	json_object_set_new(json, "drained", json_boolean(!device->flows));
	print_json_line(json);
}

/* One line that changes, or a line now and then */
static void tell_flows(struct progress *progress, const struct device *device)
{
	time_t now = time(NULL);
	char name[FORMAT_SIZE];

	if (!progress->terminal && progress->begun &&
	    now - progress->time < QUIET_S)
		return;
	progress->time = now;
	fprintf(stderr, "%sdraining %s: %u rewritten connection%s it still%s",
		progress->terminal ? "\r\033[K" : "",
		format_safe(name, sizeof(name), device->name), device->flows,
		device->flows == 1 ? " crosses" : "s cross",
		progress->terminal ? "" : "\n");
	progress->begun = true;
	progress->flows = device->flows;
}

static void tell(const struct call *call, struct progress *progress,
		 const struct device *device)
{
	if (progress->begun && progress->flows == device->flows)
		return;
	if (!call->json) {
		tell_flows(progress, device);
		return;
	}
	print_line(device);
	progress->begun = true;
	progress->flows = device->flows;
}

static void clear_line(const struct progress *progress)
{
	if (progress->terminal && progress->begun)
		fputs("\r\033[K", stderr);
}

static int tell_end(const struct call *call, const struct device *device)
{
	char name[FORMAT_SIZE];

	if (call->json) {
		print_line(device);
		return EXIT_DONE;
	}
	format_safe(name, sizeof(name), device->name);
	printf("drained %s: no rewritten connection crosses it, detaching it breaks none now\n"
	       "(tsrewrite detach %s; or, to take it back, tsrewrite drain %s stop)\n",
	       name, name, name);
	return EXIT_DONE;
}

static int tell_interrupted(const struct device *device)
{
	char text[3 * ATTR_TEXT];

	snprintf(text, sizeof(text),
		 "it stays draining, and %u rewritten connection%s it still (tsrewrite drain %s goes on waiting, tsrewrite drain %s stop takes it back)",
		 device->flows, device->flows == 1 ? " crosses" : "s cross",
		 device->name, device->name);
	return report_refused("drain %s: interrupted; %s", device->name, text);
}

static int wait_for_flows(struct genl *genl, const struct call *call,
			  struct device *device, const sigset_t *signals)
{
	struct progress progress = {
		.terminal = !call->json && isatty(STDERR_FILENO),
	};
	bool undisturbed = true;
	int ret;

	for (;;) {
		ret = look(genl, device);
		if (ret || !device->flows || !undisturbed)
			break;
		tell(call, &progress, device);
		if (print_failed())
			return EXIT_REFUSED;
		undisturbed = pause_undisturbed(signals);
	}
	clear_line(&progress);
	if (ret)
		return ret;
	return device->flows ? tell_interrupted(device) :
			       tell_end(call, device);
}

static int stopped(const struct call *call, struct device *device)
{
	char name[FORMAT_SIZE];

	device->drain = 0;
	device->present |= ATTR_BIT(TSREWRITE_A_DEVICE_DRAIN);
	if (call->json)
		print_json_line(device_json(device));
	else
		printf("%s drains no more: new connections have the mode again\n",
		       format_safe(name, sizeof(name), device->name));
	return EXIT_DONE;
}

static int run(struct genl *genl, const struct call *call, void *arg)
{
	struct drain *drain = arg;
	sigset_t signals;
	int ret;

	/* From before the draining: whoever interrupts hears how it stands */
	block_signals(&signals);
	ret = set(genl, drain);
	if (ret)
		return ret;
	return drain->stop ? stopped(call, &drain->device) :
			     wait_for_flows(genl, call, &drain->device, &signals);
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
			return report_word("word", *rest, known);
		drain.stop = true;
		rest++;
	}
	if (*rest)
		return report_surplus("drain", *rest);
	return session(call, run, &drain);
}

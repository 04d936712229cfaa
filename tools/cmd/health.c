// SPDX-License-Identifier: GPL-2.0-only
/*
 * Says in one line and by its exit status whether the firewall works.  It judges by what the
 * service has found out about connections, and not by which processes run.
 */
#include "health.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <linux/tsrewrite.h>

#include "../client/device.h"
#include "../client/group.h"
#include "../client/report_genl.h"
#include "../client/status_socket.h"
#include "../text/parse_time.h"
#include "../text/print.h"
#include "../text/report.h"

enum health { HEALTH_WELL, HEALTH_DEGRADED, HEALTH_FAILING };

static const char *const health_words[] = {
	[HEALTH_WELL] = "well", [HEALTH_DEGRADED] = "degraded",
	[HEALTH_FAILING] = "failing",
};

/* Seconds.  The service takes a sample each second, so an older one says that it hangs. */
#define STALE 5

struct report {
	enum health health;
	json_t *reasons;	/* strings */
};

static void add_reason(struct report *report, enum health health, const char *reason)
{
	if (health > report->health)
		report->health = health;
	json_array_append_new(report->reasons, json_text(reason));
}

/* New connections of a tripped group no longer fail, but are not rewritten either */
static void judge_incident(struct report *report, const json_t *incident)
{
	const char *verdict = "", *state = "", *title = "";
	bool failing;

	json_unpack((json_t *)incident, "{s:s, s:s, s:s}", "verdict", &verdict,
		    "state", &state, "title", &title);
	failing = !strcmp(verdict, "ours") && strcmp(state, "tripped");
	add_reason(report, failing ? HEALTH_FAILING : HEALTH_DEGRADED, title);
}

/* @text is the time of the service's last sample, or NULL */
static void judge_time(struct report *report, const char *text)
{
	uint64_t sampled;

	if (!text || parse_time(text, &sampled))
		add_reason(report, HEALTH_DEGRADED,
			   "tsrewrite watch does not say when it took its last sample");
	else if (time(NULL) - (time_t)(sampled / 1000000000) > STALE)
		add_reason(report, HEALTH_DEGRADED,
			   "tsrewrite watch has taken no sample for more than 5 seconds");
}

static void judge_answer(struct report *report, const json_t *answer)
{
	const json_t *incident;
	size_t i;

	judge_time(report, json_string_value(json_object_get(answer, "time")));
	json_array_foreach(json_object_get(answer, "incidents"), i, incident)
		judge_incident(report, incident);
}

static void ask_service(struct report *report)
{
	char why[256];
	json_t *answer = status_socket_ask(why, sizeof(why));

	if (!answer) {
		add_reason(report, HEALTH_DEGRADED, why);
		return;
	}
	judge_answer(report, answer);
	json_decref(answer);
}

static int judge_groups(struct genl *genl, struct report *report, bool *at_work)
{
	struct groups groups = { 0 };
	char reason[2 * ATTR_TEXT];

	if (groups_get(genl, &groups) < 0)
		return -1;
	for (size_t i = 0; i < groups.count; i++) {
		const struct group *group = &groups.group[i];

		*at_work |= group->mode != TSREWRITE_MODE_OFF;
		if (group->mode != TSREWRITE_MODE_BUG)
			continue;
		snprintf(reason, sizeof(reason),
			 "connections of group %s are broken on purpose: its mode is bug",
			 group->name);
		add_reason(report, HEALTH_FAILING, reason);
	}
	free(groups.group);
	return 0;
}

static const char *wrong_with(const struct device *device)
{
	if (!attr_present(device, TSREWRITE_A_DEVICE_IFINDEX))
		return "absent";
	return device->confirmed ? NULL :
		"unconfirmed: new connections on it pass untouched until it is confirmed";
}

static void judge_answers(struct report *report, const struct device *device)
{
	const char *versions = device_unanswered(device);
	char reason[2 * ATTR_TEXT];

	if (!versions)
		return;
	snprintf(reason, sizeof(reason),
		 "answers by %s do not pass %s: new connections lose their TSopt until one does",
		 versions, device->name);
	add_reason(report, HEALTH_DEGRADED, reason);
}

static void judge_frames(struct report *report, const struct device *device)
{
	char text[ATTR_TEXT], reason[4 * ATTR_TEXT];
	const char *kind = device_unread(device, text, sizeof(text));

	if (!kind)
		return;
	snprintf(reason, sizeof(reason),
		 "%s frames leave through %s: the packets in them are not read, so that inside clocks show",
		 kind, device->name);
	add_reason(report, HEALTH_DEGRADED, reason);
}

static int judge_devices(struct genl *genl, struct report *report, bool at_work)
{
	struct devices devices = { 0 };
	char reason[2 * ATTR_TEXT];

	if (devices_get(genl, &devices) < 0)
		return -1;
	if (at_work && !devices.count)
		add_reason(report, HEALTH_DEGRADED, "no device is attached");
	for (size_t i = 0; i < devices.count; i++) {
		const char *wrong = wrong_with(&devices.device[i]);

		if (attr_present(&devices.device[i], TSREWRITE_A_DEVICE_IFINDEX)) {
			judge_answers(report, &devices.device[i]);
			judge_frames(report, &devices.device[i]);
		}
		if (!wrong)
			continue;
		snprintf(reason, sizeof(reason), "device %s is %s",
			 devices.device[i].name, wrong);
		add_reason(report, HEALTH_DEGRADED, reason);
	}
	free(devices.device);
	return 0;
}

static void print_report(const struct report *report, bool json)
{
	const json_t *reason;
	size_t i;

	if (json) {
		print_json_line(json_pack("{s:s, s:O}", "health",
					  health_words[report->health],
					  "reasons", report->reasons));
		return;
	}
	fputs(health_words[report->health], stdout);
	json_array_foreach(report->reasons, i, reason)
		printf("%s%s", i ? "; " : ": ", json_string_value(reason));
	putchar('\n');
}

static int judge_module(struct genl *genl, const struct call *call, void *arg)
{
	struct report *report = arg;
	bool at_work = false;

	(void)call;
	if (judge_groups(genl, report, &at_work) < 0 ||
	    judge_devices(genl, report, at_work) < 0) {
		report_genl(genl, "reading the health", "health");
		return EXIT_REFUSED;
	}
	ask_service(report);
	return EXIT_DONE;
}

/* If the module does not answer, nothing is rewritten or restored: this counts as failing */
int cmd_health(const struct call *call)
{
	struct report report = { HEALTH_WELL, json_array() };

	if (call->words[0])
		return report_surplus("health", call->words[0]);
	if (session(call, judge_module, &report))
		add_reason(&report, HEALTH_FAILING, "the module does not answer");
	print_report(&report, call->json);
	json_decref(report.reasons);
	return (int)report.health;
}

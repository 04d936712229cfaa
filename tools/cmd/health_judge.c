// SPDX-License-Identifier: GPL-2.0-only
#include "health_judge.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <linux/tsrewrite.h>

#include "../client/device.h"
#include "../client/group.h"
#include "../client/report_genl.h"
#include "../client/status_socket.h"
#include "../text/format.h"
#include "../text/parse_time.h"
#include "../text/print.h"
#include "trip.h"

const char *const health_words[] = {
	[HEALTH_WELL] = "well", [HEALTH_DEGRADED] = "degraded",
	[HEALTH_FAILING] = "failing", [HEALTH_UNKNOWN] = "unknown",
};

/* Seconds.  The service takes a sample each second, so an older one says that it hangs. */
#define STALE 5

/* How much a reason weighs: what is known to fail is not made doubtful by what is not known */
static const int weights[] = {
	[HEALTH_WELL] = 0, [HEALTH_DEGRADED] = 1, [HEALTH_UNKNOWN] = 2,
	[HEALTH_FAILING] = 3,
};

void health_begin(struct health_report *report)
{
	*report = (struct health_report){ .reasons = json_array() };
}

void health_end(struct health_report *report)
{
	json_decref(report->reasons);
	json_decref(report->service);
}

void health_add(struct health_report *report, enum health health, const char *reason)
{
	if (weights[health] > weights[report->health])
		report->health = health;
	json_array_append_new(report->reasons, json_text(reason));
}

/* @name as in JSON, or NULL */
static bool is_tripped(const struct groups *groups, const char *name)
{
	char safe[4 * ATTR_TEXT];

	for (size_t i = 0; name && i < groups->count; i++) {
		const struct group *group = &groups->group[i];

		if (!strcmp(format_safe(safe, sizeof(safe), group->name), name))
			return group->tripped;
	}
	return false;
}

/* New connections of a tripped group no longer fail, but are not rewritten either */
static void judge_incident(struct health_report *report, const struct groups *groups,
			   const json_t *incident)
{
	const char *verdict = "", *state = "", *title = "";
	const char *group = json_string_value(json_object_get(incident, "group"));
	bool failing;

	json_unpack((json_t *)incident, "{s:s, s:s, s:s}", "verdict", &verdict,
		    "state", &state, "title", &title);
	failing = !strcmp(verdict, "ours") && strcmp(state, "tripped") &&
		  !is_tripped(groups, group);
	health_add(report, failing ? HEALTH_FAILING : HEALTH_DEGRADED, title);
}

/* @text is the time of the service's last sample, or NULL */
static void judge_time(struct health_report *report, const char *text)
{
	uint64_t sampled;

	if (!text || parse_time(text, &sampled))
		health_add(report, HEALTH_DEGRADED,
			   "tsrewrite watch does not say when it took its last sample");
	else if (time(NULL) - (time_t)(sampled / 1000000000) > STALE)
		health_add(report, HEALTH_DEGRADED,
			   "tsrewrite watch has taken no sample for more than 5 seconds");
}

static void judge_answer(struct health_report *report, const struct groups *groups,
			 const json_t *answer)
{
	const json_t *incident;
	size_t i;

	judge_time(report, json_string_value(json_object_get(answer, "time")));
	json_array_foreach(json_object_get(answer, "incidents"), i, incident)
		judge_incident(report, groups, incident);
}

static void ask_service(struct health_report *report, const struct groups *groups)
{
	char why[256];

	report->service = status_socket_ask(why, sizeof(why));
	if (report->service)
		judge_answer(report, groups, report->service);
	else
		health_add(report, HEALTH_DEGRADED, why);
}

static void judge_group(struct health_report *report, const struct group *group)
{
	char reason[TRIP_TEXT];

	if (group->mode == TSREWRITE_MODE_BUG) {
		snprintf(reason, sizeof(reason),
			 "connections of group %s are broken on purpose: its mode is bug",
			 group->name);
		health_add(report, HEALTH_FAILING, reason);
	} else if (group->tripped) {
		health_add(report, HEALTH_DEGRADED, trip_describe(reason, group));
	}
}

/* Returns whether any group has something to do */
static bool judge_groups(struct health_report *report, const struct groups *groups)
{
	bool at_work = false;

	for (size_t i = 0; i < groups->count; i++) {
		at_work |= groups->group[i].mode != TSREWRITE_MODE_OFF;
		judge_group(report, &groups->group[i]);
	}
	return at_work;
}

static const char *wrong_with(const struct device *device)
{
	if (device_is_refused(device))
		return "there, but could not be attached to: its connections pass untouched";
	if (!attr_present(device, TSREWRITE_A_DEVICE_IFINDEX))
		return "absent";
	return device->confirmed ? NULL :
		"unconfirmed: new connections lose their TSopt if any group would hide them";
}

static void judge_answers(struct health_report *report, const struct device *device)
{
	const char *versions = device_unanswered(device);
	char reason[2 * ATTR_TEXT];

	if (!versions)
		return;
	snprintf(reason, sizeof(reason),
		 "answers by %s do not pass %s: new connections lose their TSopt until one does",
		 versions, device->name);
	health_add(report, HEALTH_DEGRADED, reason);
}

static void judge_frames(struct health_report *report, const struct device *device)
{
	char text[ATTR_TEXT], reason[4 * ATTR_TEXT];
	const char *kind = device_unread(device, text, sizeof(text));

	if (!kind)
		return;
	snprintf(reason, sizeof(reason),
		 "%s frames leave through %s: the packets in them are not read, so that inside clocks show",
		 kind, device->name);
	health_add(report, HEALTH_DEGRADED, reason);
}

static int judge_devices(struct genl *genl, struct health_report *report, bool at_work)
{
	struct devices devices = { 0 };
	char reason[2 * ATTR_TEXT];

	if (devices_get(genl, &devices) < 0)
		return -1;
	if (at_work && !devices.count)
		health_add(report, HEALTH_DEGRADED, "no device is attached");
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
		health_add(report, HEALTH_DEGRADED, reason);
	}
	free(devices.device);
	return 0;
}

/* Connections work without the module, but show inside clocks */
void health_judge_failure(const struct genl *genl, const char *was_on,
			  struct health_report *report)
{
	char why[128], reason[512];

	if (genl->error.code == ENOENT) {
		health_add(report, HEALTH_DEGRADED, was_on ? was_on :
			   "the module nf_tsrewrite is not loaded: all connections pass untouched");
		return;
	}
	snprintf(reason, sizeof(reason), "the module could not be asked: %s",
		 report_genl_reason(genl, "reading the health", why, sizeof(why)));
	health_add(report, HEALTH_UNKNOWN, reason);
}

void health_judge(struct genl *genl, struct health_report *report)
{
	struct groups groups = { 0 };

	if (groups_get(genl, &groups) < 0 ||
	    judge_devices(genl, report, judge_groups(report, &groups)) < 0)
		health_judge_failure(genl, NULL, report);
	ask_service(report, &groups);
	free(groups.group);
}

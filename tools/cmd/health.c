// SPDX-License-Identifier: GPL-2.0-only
/*
 * One line, and an exit status, from function and not from liveness: what the
 * service has found out about connections, not whether something runs
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <linux/tsrewrite.h>

#include "../format.h"
#include "../print.h"
#include "../report.h"
#include "../watch/answer.h"
#include "cmd.h"
#include "device.h"
#include "group.h"

enum health { HEALTH_WELL, HEALTH_DEGRADED, HEALTH_FAILING };

static const char *const health_words[] = {
	[HEALTH_WELL] = "well", [HEALTH_DEGRADED] = "degraded",
	[HEALTH_FAILING] = "failing",
};

/* A service that looks each second has looked since */
#define STALE 5

struct report {
	enum health health;
	json_t *reasons;	/* strings */
};

static void add(struct report *report, enum health health, const char *reason)
{
	if (health > report->health)
		report->health = health;
	json_array_append_new(report->reasons, json_text(reason));
}

/* What is tripped passes untouched: no more failing, but not at work */
static void judge_incident(struct report *report, const json_t *incident)
{
	const char *verdict = "", *state = "", *title = "";
	bool failing;

	json_unpack((json_t *)incident, "{s:s, s:s, s:s}", "verdict", &verdict,
		    "state", &state, "title", &title);
	failing = !strcmp(verdict, "ours") && strcmp(state, "tripped");
	add(report, failing ? HEALTH_FAILING : HEALTH_DEGRADED, title);
}

static void judge_answer(struct report *report, const json_t *answer)
{
	const json_t *incident;
	json_int_t looked;
	size_t i;

	looked = json_integer_value(json_object_get(answer, "time"));
	if ((json_int_t)time(NULL) - looked / 1000000000 > STALE)
		add(report, HEALTH_DEGRADED,
		    "tsrewrite watch has not looked for some seconds");
	json_array_foreach(json_object_get(answer, "incidents"), i, incident)
		judge_incident(report, incident);
}

static void ask_service(struct report *report)
{
	char why[256];
	json_t *answer = answer_ask(why, sizeof(why));

	if (!answer) {
		add(report, HEALTH_DEGRADED, why);
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
			 "connections of group %s are broken on purpose: mode bug",
			 group->name);
		add(report, HEALTH_FAILING, reason);
	}
	free(groups.group);
	return 0;
}

static const char *wrong_with(const struct device *device)
{
	if (!attr_present(device, TSREWRITE_A_DEVICE_IFINDEX))
		return "absent";
	return device->confirmed ? NULL :
		"unconfirmed: its new connections pass untouched";
}

static int judge_devices(struct genl *genl, struct report *report, bool at_work)
{
	struct devices devices = { 0 };
	char reason[2 * ATTR_TEXT];

	if (devices_get(genl, &devices) < 0)
		return -1;
	if (at_work && !devices.count)
		add(report, HEALTH_DEGRADED, "no device is attached");
	for (size_t i = 0; i < devices.count; i++) {
		const char *wrong = wrong_with(&devices.device[i]);

		if (!wrong)
			continue;
		snprintf(reason, sizeof(reason), "device %s is %s",
			 devices.device[i].name, wrong);
		add(report, HEALTH_DEGRADED, reason);
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

static int judge(struct genl *genl, const struct call *call, void *arg)
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

/* Where the module does not answer, nothing is rewritten, and nothing restored */
int cmd_health(const struct call *call)
{
	struct report report = { HEALTH_WELL, json_array() };

	if (call->words[0])
		return report_surplus("health", call->words[0]);
	if (session(call, judge, &report))
		add(&report, HEALTH_FAILING, "the module does not answer");
	print_report(&report, call->json);
	json_decref(report.reasons);
	return (int)report.health;
}

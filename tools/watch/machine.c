// SPDX-License-Identifier: GPL-2.0-only
/*
 * The machine: its table, what comes by in one direction only, what runs beside us
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/tsrewrite.h>

#include "../cmd/device.h"
#include "../cmd/surroundings.h"
#include "watcher.h"

/* Looking around takes some dumps: not each second */
#define AROUND 10

/* So much below what opened it closes it again */
#define RELIEF 10

/* Open, or told anew where @text changed, or closed */
static void tell(struct watcher *watcher, enum incident_kind kind, bool wrong,
		 const char *text)
{
	struct incident *open = incident_open(&watcher->incidents, "", kind);
	struct incident new = {
		.kind = kind, .estimated = watcher->time,
		.verdict = VERDICT_UNCLEAR,
	};

	if (wrong && !open) {
		snprintf(new.text, sizeof(new.text), "%s", text);
		watcher_open(watcher, &new);
	} else if (!wrong && open) {
		watcher_close(watcher, open, "it is over");
	}
}

static bool is_full(uint32_t flows, uint32_t limit, uint32_t percent)
{
	return (uint64_t)flows * 100 >= (uint64_t)limit * percent;
}

static int judge_table(struct watcher *watcher)
{
	uint32_t full = watcher->settings.full;
	struct config config;
	char text[INCIDENT_TEXT];

	if (config_get(watcher->genl, &config) < 0)
		return -1;
	if (incident_open(&watcher->incidents, "", INCIDENT_TABLE))
		full = full > RELIEF ? full - RELIEF : 1;
	snprintf(text, sizeof(text),
		 "%u of %u flows; half-open from outside %u of %u; whole machine %u of %u",
		 config.flows, config.limit, config.inbound_flows,
		 config.inbound_limit, config.machine_flows,
		 config.machine_limit);
	tell(watcher, INCIDENT_TABLE,
	     is_full(config.flows, config.limit, full) ||
	     is_full(config.inbound_flows, config.inbound_limit, full) ||
	     is_full(config.machine_flows, config.machine_limit, full), text);
	return 0;
}

static uint64_t one_sided_lately(const struct watcher *watcher)
{
	uint64_t sum = 0;

	for (int i = 0; i < WATCHER_MINUTE; i++)
		sum += watcher->one_sided[i];
	return sum;
}

static int judge_one_sided(struct watcher *watcher)
{
	struct stats stats;
	char text[INCIDENT_TEXT];
	uint64_t now, sum;
	bool wrong;

	if (stats_get(watcher->genl, &stats) < 0)
		return -1;
	now = stats.value[TSREWRITE_A_STATS_FLOW_ONE_SIDED];
	watcher->one_sided[watcher->now % WATCHER_MINUTE] = watcher->now > 1 ?
		(uint32_t)(now - watcher->one_sided_before) : 0;
	watcher->one_sided_before = now;
	sum = one_sided_lately(watcher);
	wrong = sum >= watcher->settings.one_sided ||
		(sum && incident_open(&watcher->incidents, "",
				      INCIDENT_ONE_SIDED));
	snprintf(text, sizeof(text),
		 "%llu in the last minute: an offload, a flowtable or the path bypasses the attached devices",
		 (unsigned long long)sum);
	tell(watcher, INCIDENT_ONE_SIDED, wrong, text);
	return 0;
}

static void join(const json_t *alarms, char *text, size_t size)
{
	const json_t *alarm;
	size_t i, used = 0;

	*text = '\0';
	json_array_foreach(alarms, i, alarm) {
		int added = snprintf(text + used, size - used, "%s%s",
				     i ? "; " : "", json_string_value(alarm));

		if (added < 0 || (size_t)added >= size - used)
			return;
		used += (size_t)added;
	}
}

static int judge_surroundings(struct watcher *watcher)
{
	struct devices devices = { 0 };
	char text[INCIDENT_TEXT];
	json_t *alarms;

	if (watcher->now % AROUND != 1)
		return 0;
	if (devices_get(watcher->genl, &devices) < 0)
		return -1;
	alarms = json_array();
	surroundings_judge(watcher->genl, &devices, alarms);
	join(alarms, text, sizeof(text));
	tell(watcher, INCIDENT_BYPASS, json_array_size(alarms), text);
	json_decref(alarms);
	free(devices.device);
	return 0;
}

int watcher_judge_machine(struct watcher *watcher)
{
	if (judge_table(watcher) < 0 || judge_one_sided(watcher) < 0)
		return -1;
	return judge_surroundings(watcher);
}

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
#include "../print.h"
#include "watcher.h"

/* So much below what opened it closes it again */
#define RELIEF 10

/* One alarm, or none */
static void tell(struct watcher *watcher, enum incident_kind kind, bool wrong,
		 const char *text)
{
	json_t *alarms = json_array();

	if (wrong)
		json_array_append_new(alarms, json_text(text));
	watcher_tell(watcher, kind, alarms);
	json_decref(alarms);
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
	watcher->one_sided[watcher->now % WATCHER_MINUTE] = watcher->has_looked ?
		(uint32_t)(now - watcher->one_sided_before) : 0;
	watcher->has_looked = true;
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

static int judge_surroundings(struct watcher *watcher)
{
	struct devices devices = { 0 };
	json_t *alarms;

	if (!watcher_looks_around(watcher))
		return 0;
	if (devices_get(watcher->genl, &devices) < 0)
		return -1;
	alarms = json_array();
	surroundings_judge(watcher->genl, &devices, alarms);
	watcher_tell(watcher, INCIDENT_BYPASS, alarms);
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

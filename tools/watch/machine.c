// SPDX-License-Identifier: GPL-2.0-only
#include "machine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/tsrewrite.h>

#include "../client/bypass.h"
#include "../client/config.h"
#include "../client/device.h"
#include "../client/stats.h"
#include "../text/print.h"
#include "lifecycle.h"

/* How many percent below the threshold that opened the incident it is closed again */
#define RELIEF 10

#define SECOND 1000000000ULL

/* Whether what was open before the service was restarted may still be the case */
static bool is_unsure(struct watcher *watcher, enum incident_kind kind)
{
	const struct incident *open = incident_open(&watcher->incidents, "", kind);
	uint64_t runs = watcher->now - (WATCHER_CHECK - 1);

	return open && runs < WATCHER_MINUTE &&
	       open->confirmed + (runs + 1) * SECOND < watcher->time;
}

/*
 * Opens or closes the machine's incident of that kind, with @text as its figures.  What the
 * counters did in the last minute is not known at first.
 */
static void follow_one(struct watcher *watcher, enum incident_kind kind, bool wrong,
		       const char *text)
{
	json_t *alarms;

	if (!wrong && is_unsure(watcher, kind))
		return;
	alarms = json_array();
	if (wrong)
		json_array_append_new(alarms, json_text(text));
	lifecycle_follow(watcher, kind, alarms);
	json_decref(alarms);
}

static bool is_full(uint32_t flows, uint32_t limit, uint32_t percent)
{
	return (uint64_t)flows * 100 >= (uint64_t)limit * percent;
}

/* Takes the counter as it is now.  Returns how much it has risen in the last minute. */
static uint64_t follow_counter(const struct watcher *watcher, struct last_minute *minute,
			       uint64_t counter)
{
	uint64_t sum = 0;

	/* Another module, loaded meanwhile, begins at 0 */
	minute->risen[watcher->now % WATCHER_MINUTE] =
		minute->has_before && counter > minute->before ?
		(uint32_t)(counter - minute->before) : 0;
	minute->has_before = true;
	minute->before = counter;
	for (int i = 0; i < WATCHER_MINUTE; i++)
		sum += minute->risen[i];
	return sum;
}

static uint64_t sum_of(const struct stats *stats, const uint16_t counters[3])
{
	uint64_t sum = 0;

	for (int i = 0; i < 3 && counters[i]; i++)
		sum += stats->value[counters[i]];
	return sum;
}

/* Adds to @text what happened to connections without room.  Returns false if there were none. */
static bool describe_no_room(struct watcher *watcher, const struct stats *stats,
			     char text[INCIDENT_TEXT])
{
	static const struct {
		const char *text;
		uint16_t counters[3];
	} fates[WATCHER_NO_ROOM] = {
		{ "SYNs that lost their TSopt", {
			TSREWRITE_A_STATS_EGRESS_STRIPPED_NO_ROOM,
			TSREWRITE_A_STATS_INGRESS_STRIPPED_NO_ROOM } },
		{ "SYN-ACKs that were dropped", {
			TSREWRITE_A_STATS_EGRESS_DROPPED_NO_ROOM } },
		{ "SYNs that passed untouched", {
			TSREWRITE_A_STATS_EGRESS_TABLE_FULL,
			TSREWRITE_A_STATS_EGRESS_INBOUND_LIMIT,
			TSREWRITE_A_STATS_EGRESS_NO_MEMORY } },
	};
	size_t used = strlen(text), before = used;

	for (int i = 0; i < WATCHER_NO_ROOM; i++) {
		uint64_t count = follow_counter(watcher, &watcher->no_room[i],
						sum_of(stats, fates[i].counters));

		if (count)
			used += (size_t)snprintf(text + used, INCIDENT_TEXT - used,
						 "; in the last minute %llu %s",
						 (unsigned long long)count, fates[i].text);
	}
	return used > before;
}

static int judge_table(struct watcher *watcher, const struct stats *stats)
{
	uint32_t full = watcher->settings.full;
	char text[INCIDENT_TEXT], flows[CONFIG_FLOWS];
	struct config config;
	bool no_room;

	if (config_get(watcher->genl, &config) < 0)
		return -1;
	if (incident_open(&watcher->incidents, "", INCIDENT_TABLE))
		full = full > RELIEF ? full - RELIEF : 1;
	snprintf(text, sizeof(text), "flows: %s", config_format_flows(flows, &config));
	no_room = describe_no_room(watcher, stats, text);
	follow_one(watcher, INCIDENT_TABLE, no_room ||
		   is_full(config.flows, config.limit, full) ||
		   is_full(config.inbound_flows, config.inbound_limit, full) ||
		   is_full(config.machine_flows, config.machine_limit, full) ||
		   (config_has_user(&config) &&
		    is_full(config.user_flows, config.user_limit, full)), text);
	return 0;
}

static void judge_asymmetric(struct watcher *watcher, const struct stats *stats)
{
	char text[INCIDENT_TEXT];
	uint64_t sum;
	bool wrong;

	sum = follow_counter(watcher, &watcher->asymmetric,
			     stats->value[TSREWRITE_A_STATS_FLOW_ASYMMETRIC]);
	wrong = sum >= watcher->settings.asymmetric ||
		(sum && incident_open(&watcher->incidents, "",
				      INCIDENT_ASYMMETRIC));
	snprintf(text, sizeof(text),
		 "%llu connections in the last minute: an offload, a flowtable or the path bypasses the attached devices",
		 (unsigned long long)sum);
	follow_one(watcher, INCIDENT_ASYMMETRIC, wrong, text);
}

static int find_bypasses(struct watcher *watcher)
{
	struct devices devices = { 0 };
	json_t *alarms;

	if (!watcher_is_check_due(watcher))
		return 0;
	if (devices_get(watcher->genl, &devices) < 0)
		return -1;
	alarms = json_array();
	bypass_find(watcher->genl, &devices, alarms);
	lifecycle_follow(watcher, INCIDENT_BYPASS, alarms);
	json_decref(alarms);
	free(devices.device);
	return 0;
}

void machine_begin(struct watcher *watcher)
{
	char text[INCIDENT_TEXT] = "";
	struct stats stats;

	/* Without the module, machine_judge() says so */
	if (stats_get(watcher->genl, &stats) < 0)
		return;
	describe_no_room(watcher, &stats, text);
	follow_counter(watcher, &watcher->asymmetric,
		       stats.value[TSREWRITE_A_STATS_FLOW_ASYMMETRIC]);
}

int machine_judge(struct watcher *watcher)
{
	struct stats stats;

	if (stats_get(watcher->genl, &stats) < 0 || judge_table(watcher, &stats) < 0)
		return -1;
	judge_asymmetric(watcher, &stats);
	return find_bypasses(watcher);
}

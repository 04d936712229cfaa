// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rules that lead to groups: are they there, and has a device that came back them?
 */
#include <stdlib.h>

#include <linux/tsrewrite.h>

#include "../classifier/dump.h"
#include "../cmd/device.h"
#include "../cmd/group.h"
#include "../cmd/group_alarms.h"
#include "../cmd/group_rules.h"
#include "../print.h"
#include "action.h"
#include "watcher.h"

/* Of other people's rules nothing is known */
static bool are_ours(const struct groups *groups)
{
	for (size_t i = 0; i < groups->count; i++) {
		if (groups->group[i].prefixes)
			return true;
	}
	return false;
}

static bool waits(const struct device *device)
{
	return attr_present(device, TSREWRITE_A_DEVICE_IFINDEX) &&
	       !device->confirmed;
}

/* What cannot be confirmed, as rules are missing, is an alarm by itself */
static void confirm(struct watcher *watcher, struct devices *devices)
{
	for (size_t i = 0; i < devices->count; i++) {
		struct device *device = &devices->device[i];

		if (!waits(device) ||
		    group_rules_confirm(watcher->genl, device->name) < 0)
			continue;
		device->confirmed = true;
		action_note(watcher, "confirmed: %s has the rules of the groups again",
			    device->name);
	}
}

static void add_alarm(const char *text, void *alarms)
{
	json_array_append_new(alarms, json_text(text));
}

static int judge(struct watcher *watcher, struct groups *groups,
		 struct devices *devices)
{
	json_t *alarms;
	int ret;

	if (groups_get(watcher->genl, groups) < 0 ||
	    devices_get(watcher->genl, devices) < 0)
		return -1;
	if (are_ours(groups))
		confirm(watcher, devices);
	alarms = json_array();
	ret = group_alarms(watcher->genl, groups, devices, add_alarm, alarms);
	if (!ret)
		watcher_tell(watcher, INCIDENT_RULES, alarms);
	json_decref(alarms);
	return ret;
}

/* Reading a hundred thousand prefixes takes a while: not where nothing changed */
static bool has_changed(struct watcher *watcher)
{
	uint64_t changes = watcher->changes.count;
	uint32_t generation;

	if (classifier_dump_generation(&generation) < 0)
		generation = 0;
	if (generation == watcher->rules_generation &&
	    changes == watcher->rules_changes)
		return false;
	watcher->rules_generation = generation;
	watcher->rules_changes = changes;
	return true;
}

int watcher_judge_rules(struct watcher *watcher)
{
	struct groups groups = { 0 };
	struct devices devices = { 0 };
	int ret;

	if (!watcher_looks_around(watcher) || !has_changed(watcher))
		return 0;
	ret = judge(watcher, &groups, &devices);
	free(groups.group);
	free(devices.device);
	return ret;
}

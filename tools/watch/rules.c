// SPDX-License-Identifier: GPL-2.0-only
#include "rules.h"

#include <stdlib.h>

#include <linux/tsrewrite.h>

#include "../classifier/dump.h"
#include "../classifier/group_alarms.h"
#include "../classifier/group_rules.h"
#include "../client/device.h"
#include "../client/group.h"
#include "../text/print.h"
#include "action.h"
#include "lifecycle.h"

/*
 * Whether rules of this command put connections into groups.  If only the user's own rules
 * do, it is not known whether a device has them.
 */
static bool are_ours(const struct groups *groups)
{
	for (size_t i = 0; i < groups->count; i++) {
		if (groups->group[i].prefix_count)
			return true;
	}
	return false;
}

static bool waits_for_rules(const struct device *device)
{
	return attr_present(device, TSREWRITE_A_DEVICE_IFINDEX) &&
	       !device->confirmed;
}

/* Confirms what can be; if rules are missing, group_alarms() says so anyway */
static void confirm_devices(struct watcher *watcher, struct devices *devices)
{
	for (size_t i = 0; i < devices->count; i++) {
		struct device *device = &devices->device[i];

		if (!waits_for_rules(device) ||
		    group_rules_confirm(watcher->genl, device->name) < 0)
			continue;
		device->confirmed = true;
		action_note(watcher, "confirmed: device %s has the rules of groups again",
			    device->name);
	}
}

static void add_alarm(const char *text, void *alarms)
{
	json_array_append_new(alarms, json_text(text));
}

static int judge_rules(struct watcher *watcher, struct groups *groups,
		       struct devices *devices)
{
	json_t *alarms;
	int ret;

	if (groups_get(watcher->genl, groups) < 0 ||
	    devices_get(watcher->genl, devices) < 0)
		return -1;
	if (are_ours(groups))
		confirm_devices(watcher, devices);
	alarms = json_array();
	ret = group_alarms(watcher->genl, groups, devices, add_alarm, alarms);
	if (!ret)
		lifecycle_follow(watcher, INCIDENT_RULES, alarms);
	json_decref(alarms);
	return ret;
}

/* Whether rules or groups may have changed: reading very many prefixes takes long */
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

int rules_judge(struct watcher *watcher)
{
	struct groups groups = { 0 };
	struct devices devices = { 0 };
	int ret;

	if (!watcher_is_check_due(watcher) || !has_changed(watcher))
		return 0;
	ret = judge_rules(watcher, &groups, &devices);
	free(groups.group);
	free(devices.device);
	return ret;
}

// SPDX-License-Identifier: GPL-2.0-only
#include "device.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>

#include <linux/tsrewrite.h>

#include "../classifier/group_rules.h"
#include "../client/report_genl.h"
#include "../state/device_bypassed.h"
#include "../text/format.h"
#include "../text/parse.h"
#include "../text/print.h"
#include "../text/report.h"
#include "../text/word.h"
#include "json.h"

int device_read_name(const struct call *call, struct device *device,
		     char ***rest)
{
	char *name = call->words[0];
	const char *why;

	if (!name)
		return report_usage("%s: name a device", call->name);
	why = parse_device(name);
	if (why)
		return report_usage("%s: \"%s\" %s", call->name, name, why);
	snprintf(device->name, sizeof(device->name), "%s", name);
	device->present = ATTR_BIT(TSREWRITE_A_DEVICE_NAME);
	*rest = call->words + 1;
	return EXIT_DONE;
}

static int read_zone(const struct call *call, struct device *device,
		     char **words)
{
	static const char *const known[] = { "zone", NULL };
	const char *why;

	if (!words[0])
		return EXIT_DONE;
	if (word_index(words[0], known) < 0)
		return report_unknown_word(call->name, "word", words[0], known);
	if (!words[1])
		return report_usage("%s: zone needs a number in 0..255",
				    call->name);
	why = parse_zone(words[1], &device->zone);
	if (why)
		return report_usage("%s: zone \"%s\" %s", call->name, words[1],
				    why);
	if (words[2])
		return report_surplus(call->name, words[2]);
	device->present |= ATTR_BIT(TSREWRITE_A_DEVICE_ZONE);
	return EXIT_DONE;
}

/* Finds the device by its index, as the user may have given an alternative name */
static int confirm_index(struct genl *genl, uint32_t ifindex)
{
	struct devices devices = { 0 };
	int ret = 0;

	if (devices_get(genl, &devices) < 0)
		return -1;
	for (size_t i = 0; i < devices.count && ret >= 0; i++) {
		if (devices.device[i].ifindex == ifindex &&
		    !devices.device[i].confirmed)
			ret = group_rules_confirm(genl, devices.device[i].name);
	}
	free(devices.device);
	return ret;
}

/*
 * Confirms the device, which has to wait for its rules if there are groups.  On failure it
 * is detached by force: no rewritten connection crosses it yet.
 */
static int give_rules(struct genl *genl, const char *name)
{
	struct genl_error error;

	if (confirm_index(genl, if_nametoindex(name)) >= 0)
		return EXIT_DONE;
	error = genl->error;
	if (device_detach(genl, name, true, NULL) < 0)
		report_warning("attach %s: the device was attached, but its rules for groups could not be written or confirmed, and it could not be detached again",
			       name);
	genl->error = error;
	return report_genl(genl, "writing rules", "attach %s", name);
}

static int print_attached(struct genl *genl, const char *name)
{
	struct device device = { 0 };

	if (device_get(genl, name, &device) < 0)
		return report_genl(genl, "listing devices",
				   "attach %s: the device was attached, but could not be read back",
				   name);
	print_json(change_json("device", device_json(&device), true));
	return EXIT_DONE;
}

/* @now is how the device is attached already */
static int tell_attached(const struct call *call, const struct device *device,
			 const struct device *now)
{
	char name[FORMAT_SIZE];

	if (now->zone != device->zone)
		return report_refused("attach %s: already attached, in zone %u (detach it first)",
				      device->name, now->zone);
	if (device_is_refused(now))
		return report_refused("attach %s: it is attached, but %s (%s)", device->name,
				      "its kind, its stack or its hooks did not allow it to be rewritten on when it came",
				      "detach it and attach it again: that says why");
	if (call->json)
		print_json(change_json("device", device_json(now), false));
	else
		printf("%s is attached already\n",
		       format_safe(name, sizeof(name), now->name));
	return EXIT_DONE;
}

/* The device is asked for again after a refusal: somebody else may have attached it meanwhile */
static int attach_device(struct genl *genl, const struct call *call, void *arg)
{
	const struct device *device = arg;
	struct device now = { 0 };

	if (!device_get(genl, device->name, &now))
		return tell_attached(call, device, &now);
	if (device_refuse_bypassed(genl, device->name))
		return EXIT_REFUSED;
	if (device_attach(genl, device, call->absent) < 0) {
		struct genl_error error = genl->error;

		if (error.code == EEXIST && !device_get(genl, device->name, &now))
			return tell_attached(call, device, &now);
		genl->error = error;
		return report_genl(genl, "attaching a device", "attach %s",
				   device->name);
	}
	if (if_nametoindex(device->name) && give_rules(genl, device->name))
		return EXIT_REFUSED;
	return call->json ? print_attached(genl, device->name) : EXIT_DONE;
}

int cmd_attach(const struct call *call)
{
	struct device device = { 0 };
	char **rest;
	int ret;

	ret = device_read_name(call, &device, &rest);
	if (!ret)
		ret = read_zone(call, &device, rest);
	return ret ? ret : session(call, attach_device, &device);
}

static json_t *detached_json(const struct device *device, bool changed)
{
	json_t *json = change_json("device", json_pack("{s:o}", "name",
						       json_text(device->name)), changed);

	json_object_set_new(json, "broken", json_u64(device->flows));
	return json;
}

static void print_detached(const struct call *call, const struct device *device)
{
	char name[FORMAT_SIZE];

	if (call->json)
		print_json(detached_json(device, true));
	else if (device->flows)
		printf("detached %s: %u rewritten connection%s\n",
		       format_safe(name, sizeof(name), device->name), device->flows,
		       device->flows == 1 ? " breaks" : "s break");
}

static int tell_detached(const struct call *call, const struct device *device)
{
	char name[FORMAT_SIZE];

	if (call->json)
		print_json(detached_json(device, false));
	else
		printf("%s is not attached already\n",
		       format_safe(name, sizeof(name), device->name));
	return EXIT_DONE;
}

/* Of a name that no device has, it is said that there is none: it may be a slip of the pen */
static int detach_refused(const struct genl *genl, const struct call *call,
			  const struct device *device)
{
	if (genl->error.code == ENODEV && if_nametoindex(device->name))
		return tell_detached(call, device);
	if (genl->error.code == ENODEV)
		return report_refused("detach %s: it is not attached, and no device has that name",
				      device->name);
	return report_breaking(genl, call->force, "detaching a device",
			       "detach %s", device->name);
}

static int detach_device(struct genl *genl, const struct call *call, void *arg)
{
	struct device *device = arg;
	struct device answer = { 0 };

	if (device_detach(genl, device->name, call->force, &answer) < 0)
		return detach_refused(genl, call, device);
	if (group_rules_follow_devices(genl) < 0)
		report_warning("detach %s: the device was detached, but its rules for groups could not be removed: %s",
			       device->name, genl->error.text);
	print_detached(call, answer.present ? &answer : device);
	return EXIT_DONE;
}

int cmd_detach(const struct call *call)
{
	struct device device = { 0 };
	char **rest;
	int ret;

	ret = device_read_name(call, &device, &rest);
	if (!ret && *rest)
		ret = report_surplus("detach", *rest);
	return ret ? ret : session(call, detach_device, &device);
}

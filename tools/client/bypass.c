// SPDX-License-Identifier: GPL-2.0-only
#include "bypass.h"

#include <stdarg.h>
#include <stdio.h>

#include <linux/tsrewrite.h>

#include "../text/print.h"
#include "device.h"
#include "flowtable.h"
#include "hook.h"
#include "redirect.h"

/* Where to tell of the hooks that are found on a device */
struct bypass_search {
	json_t *alarms;
	const char *device;
};

static __printf(2, 3) void alarm_of(json_t *alarms, const char *format, ...)
{
	char text[4 * ATTR_TEXT];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	json_array_append_new(alarms, json_text(text));
}

static void found_hook(enum nfhook_direction direction, const char *name,
		       void *arg)
{
	const struct bypass_search *search = arg;

	if (direction == NFHOOK_INGRESS)
		alarm_of(search->alarms,
			 "%s runs before tsrewrite on what arrives on %s: it sees echoes that are not restored yet, and may drop or redirect segments",
			 name, search->device);
	else
		alarm_of(search->alarms,
			 "%s runs after tsrewrite on what leaves through %s: it may change segments that were rewritten",
			 name, search->device);
}

static void found_flowtable(json_t *alarms, const char *device,
			    const struct nft_flowtable *flowtable)
{
	alarm_of(alarms,
		 "%s is above %s, which is in flowtable %s/%s: what the flowtable carries bypasses %s, and rewritten connections break (attach %s instead, or take it out of the flowtable)",
		 device, flowtable->device, flowtable->table, flowtable->name,
		 device, flowtable->device);
}

static void found_redirect(json_t *alarms, const char *device,
			   const struct redirect *redirect)
{
	alarm_of(alarms,
		 "a tc filter (%s) redirects what arrives on %s before tsrewrite sees it: connections that are rewritten on %s break (shape what leaves on the inside instead)",
		 redirect->kind, redirect->device, device);
}

static int find_redirect(struct genl *genl, const struct device *device,
			 struct links *links, json_t *alarms)
{
	struct redirect redirect;
	int found = redirect_find(genl, links, device->ifindex, &redirect);

	if (found > 0)
		found_redirect(alarms, device->name, &redirect);
	return found;
}

static void judge_answers(json_t *alarms, const struct device *device)
{
	const char *versions = device_unanswered(device);

	if (versions)
		alarm_of(alarms,
			 "answers by %s do not pass %s: new connections lose their TSopt until one does, so that they work and hide (something may carry what arrives past tsrewrite)",
			 versions, device->name);
}

static void judge_frames(json_t *alarms, const struct device *device)
{
	char text[ATTR_TEXT];
	const char *kind = device_unread(device, text, sizeof(text));

	if (kind)
		alarm_of(alarms,
			 "%s frames leave through %s: tsrewrite does not read the packets in them, so that inside clocks show (attach the device that puts them into such frames, if there is one)",
			 kind, device->name);
}

static int find_on_device(struct genl *genl, const struct device *device,
			  struct flowtables *flowtables, json_t *alarms)
{
	struct bypass_search search = { alarms, device->name };
	const struct nft_flowtable *flowtable;

	if (device_is_refused(device))
		alarm_of(alarms,
			 "device %s is attached and exists, but its kind, its stack or its hooks did not allow it to be rewritten on when it came: its connections pass untouched (detach it and attach it again: that says why)",
			 device->name);
	if (!attr_present(device, TSREWRITE_A_DEVICE_IFINDEX))
		return 0;
	judge_answers(alarms, device);
	judge_frames(alarms, device);
	flowtable = flowtables_below(flowtables, device->ifindex);
	if (flowtable)
		found_flowtable(alarms, device->name, flowtable);
	if (find_redirect(genl, device, &flowtables->links, alarms) < 0)
		return -1;
	return hooks_outside(genl, device->name, found_hook, &search);
}

static int find_on_devices(struct genl *genl, const struct devices *devices,
			   struct flowtables *flowtables, json_t *alarms)
{
	for (size_t i = 0; i < devices->count; i++) {
		if (find_on_device(genl, &devices->device[i], flowtables,
				   alarms) < 0)
			return -1;
	}
	return 0;
}

void bypass_find(struct genl *genl, const struct devices *devices,
		 json_t *alarms)
{
	struct flowtables flowtables;

	if (!devices->count)
		return;
	if (flowtables_get(genl, &flowtables) < 0) {
		alarm_of(alarms, "%s", genl->error.text);
		return;
	}
	if (find_on_devices(genl, devices, &flowtables, alarms) < 0)
		alarm_of(alarms, "%s", genl->error.text);
	flowtables_free(&flowtables);
}

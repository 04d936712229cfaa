// SPDX-License-Identifier: GPL-2.0-only
#include "surroundings.h"

#include <stdarg.h>
#include <stdio.h>

#include <linux/tsrewrite.h>

#include "../print.h"
#include "flowtable.h"
#include "hook.h"

/* One device's */
struct surroundings {
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

static void judge_hook(enum nfhook_direction direction, const char *name,
		       void *arg)
{
	const struct surroundings *around = arg;

	if (direction == NFHOOK_INGRESS)
		alarm_of(around->alarms,
			 "%s runs before tsrewrite on what arrives on %s: it sees echoes that are not restored yet, and may take segments away",
			 name, around->device);
	else
		alarm_of(around->alarms,
			 "%s runs after tsrewrite on what leaves through %s: it may change what was rewritten",
			 name, around->device);
}

static void judge_flowtable(json_t *alarms, const char *device,
			    const struct nft_flowtable *flowtable)
{
	alarm_of(alarms,
		 "%s is above %s, which is in flowtable %s/%s: what it carries bypasses %s, and rewritten connections break (attach %s instead, or take it out of the flowtable)",
		 device, flowtable->device, flowtable->table, flowtable->name,
		 device, flowtable->device);
}

static int judge_device(struct genl *genl, const struct device *device,
			struct flowtables *flowtables, json_t *alarms)
{
	struct surroundings around = { alarms, device->name };
	const struct nft_flowtable *flowtable;

	if (!attr_present(device, TSREWRITE_A_DEVICE_IFINDEX))
		return 0;
	flowtable = flowtables_below(flowtables, device->ifindex);
	if (flowtable)
		judge_flowtable(alarms, device->name, flowtable);
	return hooks_outside(genl, device->name, judge_hook, &around);
}

static int judge_devices(struct genl *genl, const struct devices *devices,
			 struct flowtables *flowtables, json_t *alarms)
{
	for (size_t i = 0; i < devices->count; i++) {
		if (judge_device(genl, &devices->device[i], flowtables,
				 alarms) < 0)
			return -1;
	}
	return 0;
}

/* Where it cannot be told whether anything bypasses us, that is told */
void surroundings_judge(struct genl *genl, const struct devices *devices,
			json_t *alarms)
{
	struct flowtables flowtables;

	if (!devices->count)
		return;
	if (flowtables_get(genl, &flowtables) < 0) {
		alarm_of(alarms, "%s", genl->error.text);
		return;
	}
	if (judge_devices(genl, devices, &flowtables, alarms) < 0)
		alarm_of(alarms, "%s", genl->error.text);
	flowtables_free(&flowtables);
}

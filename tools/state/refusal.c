// SPDX-License-Identifier: GPL-2.0-only
#include "refusal.h"

#include <stdio.h>
#include <string.h>

#include <linux/tsrewrite.h>

#include "../text/report.h"
#include "device_bypassed.h"
#include "difference.h"

void state_resolve_names(struct state *wanted)
{
	char name[IFNAMSIZ];

	for (size_t i = 0; i < wanted->devices; i++) {
		uint32_t ifindex = if_nametoindex(wanted->device[i].name);

		if (ifindex && if_indextoname(ifindex, name) &&
		    !state_find_device(wanted, name))
			memcpy(wanted->device[i].name, name, sizeof(name));
	}
	state_sort(wanted);
}

static const struct config_setting *mark_mask(void)
{
	const struct config_setting *setting = config_settings;

	while (setting->attr != TSREWRITE_A_CONFIG_MARK_MASK)
		setting++;
	return setting;
}

static int refuse_mask(const struct state *now, const struct state *wanted, const char *path)
{
	if (now->groups < 2 ||
	    !state_config_differs(&now->config, &wanted->config, mark_mask()))
		return EXIT_DONE;
	return report_refused("restore: %s:%zu: %s", path, wanted->config_line,
			      "mark-mask cannot change while there are groups (tsrewrite group del removes them)");
}

/* The groups that go are removed last, so that for a moment there are all */
static int refuse_groups(const struct state *now, const struct state *wanted, const char *path)
{
	bool masked = attr_present(&wanted->config, TSREWRITE_A_CONFIG_MARK_MASK);
	uint32_t mask = masked ? wanted->config.mark_mask : now->config.mark_mask;
	size_t room = mask ? mask / (mask & -mask) : 0, groups = now->groups - 1;

	for (size_t i = 1; i < wanted->groups; i++) {
		if (state_find_group(now, wanted->group[i].settings.name))
			continue;
		if (++groups > room)
			return report_refused("restore: %s:%zu: group %s: %zu groups can be; %s",
					      path, wanted->group[i].line,
					      wanted->group[i].settings.name, room,
					      "with those that would be removed there are more (tsrewrite group del removes them before)");
	}
	return EXIT_DONE;
}

/* The user's own rules have its old id */
static int refuse_id(const struct state_group *wanted, const struct state *now,
		     const char *path)
{
	const struct state_group *same = state_find_group(now, wanted->settings.name);

	if (!same || !state_ids_differ(&same->settings, &wanted->settings))
		return EXIT_DONE;
	return report_refused("restore: %s:%zu: group %s has id %u, which cannot change (%s)",
			      path, wanted->line, wanted->settings.name, same->settings.id,
			      "tsrewrite group del removes it before");
}

static int refuse_detach(const struct state_device *device, const struct state *wanted,
			 bool force)
{
	const struct state_device *same = state_find_device(wanted, device->name);

	if ((same && same->zone == device->zone) || !device->flows || force)
		return EXIT_DONE;
	return report_refused("restore: device %s would be detached%s: %u connection%s %s",
			      device->name, same ? " to change its zone" : "", device->flows,
			      device->flows == 1 ? "" : "s",
			      "would break (--force breaks them; tsrewrite drain waits for their end)");
}

static int refuse_attach(struct genl *genl, const struct state_device *device,
			 const struct state *now, const char *path)
{
	if (state_find_device(now, device->name))
		return EXIT_DONE;
	if (if_nametoindex(device->name))
		return device_refuse_bypassed(genl, device->name);
	if (device->absent)
		return EXIT_DONE;
	return report_refused("restore: %s:%zu: there is no device %s (%s)", path, device->line,
			      device->name, "attach --absent attaches it when it comes");
}

int state_refuse(struct genl *genl, const struct state *now, const struct state *wanted,
		 const char *path, bool force)
{
	int ret = refuse_mask(now, wanted, path);

	if (!ret)
		ret = refuse_groups(now, wanted, path);
	for (size_t i = 1; !ret && i < wanted->groups; i++)
		ret = refuse_id(&wanted->group[i], now, path);
	for (size_t i = 0; !ret && i < now->devices; i++)
		ret = refuse_detach(&now->device[i], wanted, force);
	for (size_t i = 0; !ret && i < wanted->devices; i++)
		ret = refuse_attach(genl, &wanted->device[i], now, path);
	return ret;
}

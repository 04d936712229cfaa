// SPDX-License-Identifier: GPL-2.0-only
#include "refusal.h"

#include <stdio.h>
#include <string.h>

#include <linux/tsrewrite.h>

#include "../text/format.h"
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

/* Of any line, the last one with settings is named */
static int refuse_config(const struct state *wanted, const char *path)
{
	const struct config_setting *setting = config_settings;

	for (; setting->word; setting++) {
		uint32_t max = setting->unit->max;
		uint32_t value = config_value(&wanted->config, setting->attr);
		char text[FORMAT_SIZE], highest[FORMAT_SIZE];

		if (max && attr_present(&wanted->config, setting->attr) &&
		    (!value || value > max))
			return report_refused("restore: %s:%zu: %s %s is not in 1 to %s", path,
					      wanted->config_line, setting->word,
					      config_format_value(text, setting, &wanted->config),
					      setting->unit->format(highest, max));
	}
	return EXIT_DONE;
}

static uint32_t wanted_mask(const struct state *now, const struct state *wanted)
{
	return attr_present(&wanted->config, TSREWRITE_A_CONFIG_MARK_MASK) ?
	       wanted->config.mark_mask : now->config.mark_mask;
}

/* The groups that go are removed last, so that for a moment there are all */
static int refuse_groups(const struct state *now, const struct state *wanted, const char *path)
{
	uint32_t mask = wanted_mask(now, wanted);
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

static const struct state_group *find_id(const struct state *state, uint8_t id)
{
	for (size_t i = 1; i < state->groups; i++) {
		if (state->group[i].settings.id == id)
			return &state->group[i];
	}
	return NULL;
}

/* The id that a new group asks for, while the groups that go still have theirs */
static int refuse_new_id(const struct state_group *group, const struct state *now, uint32_t mask,
			 const char *path)
{
	uint8_t id = group->settings.id;
	const struct state_group *holder = find_id(now, id);

	if (!attr_present(&group->settings, TSREWRITE_A_GROUP_ID))
		return EXIT_DONE;
	if (mask && id > mask / (mask & -mask))
		return report_refused("restore: %s:%zu: group %s: mark-mask has no room for id %u",
				      path, group->line, group->settings.name, id);
	if (!holder)
		return EXIT_DONE;
	return report_refused("restore: %s:%zu: group %s: id %u is that of group %s (%s)", path,
			      group->line, group->settings.name, id, holder->settings.name,
			      "tsrewrite group del removes it before");
}

/* The user's own rules have its old id */
static int refuse_id(const struct state_group *wanted, const struct state *now, uint32_t mask,
		     const char *path)
{
	const struct state_group *same = state_find_group(now, wanted->settings.name);

	if (!same)
		return refuse_new_id(wanted, now, mask, path);
	if (!state_ids_differ(&same->settings, &wanted->settings))
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

/* state_resolve_names() leaves an alternative name if the file has the device's name, too */
static int refuse_twice(const struct state_device *device, const struct state *wanted,
			const char *path)
{
	uint32_t ifindex = if_nametoindex(device->name);
	char real[IFNAMSIZ], name[FORMAT_SIZE], other[FORMAT_SIZE];
	const struct state_device *same;

	if (!ifindex || !if_indextoname(ifindex, real) || !strcmp(real, device->name))
		return EXIT_DONE;
	same = state_find_device(wanted, real);
	return !same ? EXIT_DONE :
	       report_refused("restore: %s:%zu: %s is another name of %s, which line %zu attaches",
			      path, device->line,
			      format_safe(name, sizeof(name), device->name),
			      format_safe(other, sizeof(other), real), same->line);
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
	int ret = refuse_config(wanted, path);

	if (!ret)
		ret = refuse_mask(now, wanted, path);
	if (!ret)
		ret = refuse_groups(now, wanted, path);
	for (size_t i = 1; !ret && i < wanted->groups; i++)
		ret = refuse_id(&wanted->group[i], now, wanted_mask(now, wanted), path);
	for (size_t i = 0; !ret && i < now->devices; i++)
		ret = refuse_detach(&now->device[i], wanted, force);
	for (size_t i = 0; !ret && i < wanted->devices; i++)
		ret = refuse_twice(&wanted->device[i], wanted, path);
	for (size_t i = 0; !ret && i < wanted->devices; i++)
		ret = refuse_attach(genl, &wanted->device[i], now, path);
	return ret;
}

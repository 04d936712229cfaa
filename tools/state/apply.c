// SPDX-License-Identifier: GPL-2.0-only
/*
 * The order of the steps: the mark mask; modes, as apply_modes.c has it; groups with their
 * prefixes and ports, all in one transaction of nftables; what is detached, and what is
 * attached; modes; limits and timeouts; groups that go.  So nothing is rewritten on the way that
 * neither state rewrites, what both hide is hidden all the time, and what breaks connections,
 * as a device that is detached by force or a timeout that is shorter, comes behind what is
 * likely to be refused.
 *
 * One window is left: a device that changes its zone is detached and attached again, and what
 * begins on it meanwhile passes untouched.
 */
#include "apply.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include <linux/tsrewrite.h>

#include "../client/report_genl.h"
#include "../text/report.h"
#include "apply_modes.h"
#include "apply_rules.h"
#include "applying.h"
#include "difference.h"
#include "signals.h"

/* The settings that differ, as @from has them: the mark mask, or the others */
static struct config changed_config(const struct applying *applying, const struct config *from,
				    bool mask)
{
	const struct config_setting *setting = config_settings;
	struct config changed = *from;

	changed.present = 0;
	for (; setting->word; setting++) {
		bool is_mask = setting->attr == TSREWRITE_A_CONFIG_MARK_MASK;

		if (mask == is_mask &&
		    state_config_differs(&applying->now->config, &applying->wanted->config,
					 setting))
			changed.present |= ATTR_BIT(setting->attr);
	}
	return changed;
}

/* @mask is NULL, or not */
static int undo_config(void *context, const void *mask)
{
	const struct applying *applying = context;
	struct config before = changed_config(applying, &applying->now->config, mask);

	return config_set(applying->genl, &before) < 0 ?
	       applying_stuck(applying, "limits and timeouts", "") : 0;
}

static int apply_config(struct applying *applying, bool mask)
{
	struct config wanted = changed_config(applying, &applying->wanted->config, mask);
	const struct config_setting *setting = config_settings;

	if (!wanted.present)
		return EXIT_DONE;
	if (undo_prepare(&applying->undo) < 0)
		return applying_out_of_memory();
	if (config_set(applying->genl, &wanted) < 0) {
		while (setting->word && setting->attr != applying->genl->error.attr)
			setting++;
		return report_genl(applying->genl, APPLYING_PRIVILEGED, "restore: config set%s%s",
				   setting->word ? " " : "", setting->word ? setting->word : "");
	}
	undo_add(&applying->undo, undo_config, mask ? applying : NULL);
	return EXIT_DONE;
}

static int attach_device(struct applying *applying, const struct state_device *device,
			 bool absent)
{
	struct device request = {
		.present = ATTR_BIT(TSREWRITE_A_DEVICE_ZONE), .zone = device->zone,
	};

	snprintf(request.name, sizeof(request.name), "%s", device->name);
	return device_attach(applying->genl, &request, absent);
}

static int undo_detach(void *context, const void *arg)
{
	struct applying *applying = context;
	const struct state_device *device = arg;

	if (attach_device(applying, device, true) < 0 ||
	    (device->confirmed && !device->absent &&
	     apply_confirm(applying->genl, device->name) < 0) ||
	    (device->drain && device_set_drain(applying->genl, device->name, true) < 0))
		return applying_stuck(applying, "attach ", device->name);
	return 0;
}

static int apply_detach(struct applying *applying, const struct state_device *device)
{
	const struct state_device *same = state_find_device(applying->wanted, device->name);
	struct device answer = { 0 };

	if (same && same->zone == device->zone)
		return EXIT_DONE;
	if (undo_prepare(&applying->undo) < 0)
		return applying_out_of_memory();
	if (device_detach(applying->genl, device->name, applying->force, &answer) < 0)
		return report_breaking(applying->genl, applying->force, APPLYING_PRIVILEGED,
				       "restore: detach %s", device->name);
	undo_add(&applying->undo, undo_detach, device);
	applying->detached = true;
	applying->broken += answer.flows;
	return EXIT_DONE;
}

/*
 * By force: what crosses the device as a rewritten connection has begun since it was attached, a
 * moment ago, or came to it from another device, and did not work on it before either.
 */
static int undo_attach(void *context, const void *arg)
{
	struct applying *applying = context;
	const struct state_device *device = arg;
	struct device answer = { 0 };

	if (device_detach(applying->genl, device->name, true, &answer) < 0)
		return applying_stuck(applying, "detach ", device->name);
	applying->broken += answer.flows;
	return apply_whole_rules(applying->genl) < 0 ?
	       applying_stuck(applying, "rules for groups of device ", device->name) : 0;
}

static int apply_attach(struct applying *applying, const struct state_device *device)
{
	const struct state_device *same = state_find_device(applying->now, device->name);

	if (same && same->zone == device->zone)
		return EXIT_DONE;
	if (undo_prepare(&applying->undo) < 0)
		return applying_out_of_memory();
	if (attach_device(applying, device, device->absent) < 0)
		return report_genl(applying->genl, APPLYING_PRIVILEGED, "restore: attach %s",
				   device->name);
	undo_add(&applying->undo, undo_attach, device);
	return EXIT_DONE;
}

static int undo_group(void *context, const void *arg)
{
	const struct applying *applying = context;
	const struct state_group *group = arg;

	return group_remove(applying->genl, group->settings.name) < 0 ?
	       applying_stuck(applying, "group del ", group->settings.name) : 0;
}

static int add_group(struct applying *applying, const struct state_group *group, bool with_id)
{
	struct group request = group->settings;
	bool has_id = attr_present(&request, TSREWRITE_A_GROUP_ID);
	uint8_t id;

	if (has_id != with_id || state_find_group(applying->now, request.name))
		return EXIT_DONE;
	if (undo_prepare(&applying->undo) < 0)
		return applying_out_of_memory();
	request.present = ATTR_BIT(TSREWRITE_A_GROUP_MODE) |
			  ATTR_BIT(TSREWRITE_A_GROUP_CANARY) |
			  ATTR_BIT(TSREWRITE_A_GROUP_COUNT) |
			  (has_id ? ATTR_BIT(TSREWRITE_A_GROUP_ID) : 0);
	if (group_add(applying->genl, &request, &id) < 0)
		return report_genl(applying->genl, APPLYING_PRIVILEGED, "restore: group add %s",
				   request.name);
	undo_add(&applying->undo, undo_group, group);
	return EXIT_DONE;
}

static int add_with_id(struct applying *applying, const struct state_group *group)
{
	return add_group(applying, group, true);
}

static int add_without_id(struct applying *applying, const struct state_group *group)
{
	return add_group(applying, group, false);
}

static int undo_rules(void *context, const void *unused)
{
	const struct applying *applying = context;

	(void)unused;
	return apply_rules(applying->genl, applying->wanted, applying->now) < 0 ?
	       applying_stuck(applying, "prefixes and ports of groups", "") : 0;
}

static int apply_all_rules(struct applying *applying)
{
	if (undo_prepare(&applying->undo) < 0)
		return applying_out_of_memory();
	undo_add(&applying->undo, undo_rules, NULL);
	if (!apply_rules(applying->genl, applying->now, applying->wanted))
		return EXIT_DONE;
	return report_genl(applying->genl, APPLYING_PRIVILEGED,
			   "restore: prefixes and ports of groups");
}

/*
 * Whether rules that are there were modified or lost where no prefix or port tells it, or are
 * left of a device that was detached
 */
static bool are_rules_modified(const struct applying *applying)
{
	const struct state *now = applying->now;
	bool modified = *now->wrong || applying->detached;

	for (size_t i = 0; i < now->devices; i++)
		modified |= now->device[i].unruled;
	return modified;
}

static int mend_rules(struct applying *applying)
{
	if (!are_rules_modified(applying) || !apply_whole_rules(applying->genl))
		return EXIT_DONE;
	return report_genl(applying->genl, APPLYING_PRIVILEGED, "restore: rules of groups");
}

/*
 * A device that was attached or came back while there are groups waits for the confirmation of
 * its rules.  All are asked for again: one may have come since the state was read.
 */
static int confirm_devices(struct applying *applying)
{
	struct devices devices = { 0 };
	int ret = EXIT_DONE;

	if (applying->wanted->groups < 2)
		return EXIT_DONE;
	if (devices_get(applying->genl, &devices) < 0)
		return report_genl(applying->genl, APPLYING_PRIVILEGED, "restore: listing devices");
	for (size_t i = 0; !ret && i < devices.count; i++) {
		const struct device *device = &devices.device[i];

		if (attr_present(device, TSREWRITE_A_DEVICE_IFINDEX) && !device->confirmed &&
		    apply_confirm(applying->genl, device->name) < 0)
			ret = report_genl(applying->genl, APPLYING_PRIVILEGED,
					  "restore: group confirm %s", device->name);
	}
	free(devices.device);
	return ret;
}

/* Nothing can be undone any more, nor need it be: the group has no connections left */
static int remove_group(struct applying *applying, const struct state_group *group)
{
	const char *name = group->settings.name;

	if (state_find_group(applying->wanted, name) ||
	    !group_remove(applying->genl, name) || applying->genl->error.code == ENOENT)
		return EXIT_DONE;
	return report_genl(applying->genl, APPLYING_PRIVILEGED, "restore: group del %s", name);
}

static int each_device(struct applying *applying, const struct state *of,
		       int (*step)(struct applying *applying,
				   const struct state_device *device))
{
	int ret = EXIT_DONE;

	for (size_t i = 0; !ret && i < of->devices; i++)
		ret = step(applying, &of->device[i]);
	return ret;
}

static int each_group(struct applying *applying, const struct state *of,
		      int (*step)(struct applying *applying, const struct state_group *group))
{
	int ret = EXIT_DONE;

	for (size_t i = 1; !ret && i < of->groups; i++)
		ret = step(applying, &of->group[i]);
	return ret;
}

static int apply_devices(struct applying *applying)
{
	int ret = each_device(applying, applying->now, apply_detach);

	if (!ret)
		ret = each_device(applying, applying->wanted, apply_attach);
	if (!ret)
		ret = mend_rules(applying);
	return ret ? ret : confirm_devices(applying);
}

static int apply_steps(struct applying *applying)
{
	int ret = apply_config(applying, true);

	if (!ret)
		ret = apply_modes_before(applying);
	/* The groups that take any id come last, so that they take nobody's */
	if (!ret)
		ret = each_group(applying, applying->wanted, add_with_id);
	if (!ret)
		ret = each_group(applying, applying->wanted, add_without_id);
	if (!ret)
		ret = apply_all_rules(applying);
	if (!ret)
		ret = apply_devices(applying);
	if (!ret)
		ret = apply_modes_after(applying);
	return ret ? ret : apply_config(applying, false);
}

static void undo_steps(struct applying *applying)
{
	if (applying->undo.count && !undo_all(&applying->undo, applying))
		report_warning("restore: what was done before that is undone: nothing is changed");
}

/* Nothing that breaks connections is done in silence, even if the state is as it was before */
static void tell_broken(const struct applying *applying)
{
	if (applying->broken)
		report_warning("restore: %u rewritten connection%s when a device was detached",
			       applying->broken,
			       applying->broken == 1 ? " has broken" : "s have broken");
}

int state_apply(struct genl *genl, const struct state *now, const struct state *wanted,
		bool force)
{
	struct applying applying = {
		.genl = genl, .now = now, .wanted = wanted, .force = force,
	};
	sigset_t before;
	int ret;

	/* Who interrupts the command would leave half of a state */
	signals_hold(&before);
	ret = apply_steps(&applying);
	if (ret)
		undo_steps(&applying);
	tell_broken(&applying);
	undo_free(&applying.undo);
	if (!ret)
		ret = each_group(&applying, now, remove_group);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return ret;
}

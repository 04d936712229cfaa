// SPDX-License-Identifier: GPL-2.0-only
#include "plan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <linux/tsrewrite.h>

#include "classes_sum.h"

static int fail_unreadable(struct genl *genl, int error)
{
	if (error == EPERM)
		return genl_fail(genl, EPERM, "%s", "");
	return genl_fail(genl, error, "this kernel has no nf_tables (%s)",
			 strerror(error));
}

static const char *name_of(const struct groups *groups, uint8_t id)
{
	const struct group *group = groups_by_id(groups, id);

	return group ? group->name : "(unknown)";
}

static int refuse_conflict(struct genl *genl, const struct snapshot *snapshot,
			   const struct class_conflict *conflict)
{
	const char *name = name_of(&snapshot->groups, conflict->group);
	char ours[PREFIX_SIZE], theirs[PREFIX_SIZE];

	if (conflict->port)
		return genl_fail(genl, 0,
				 "port %u is one of group %s, whose other ports differ: groups must have the same ports, or none in common",
				 conflict->port, name);
	return genl_fail(genl, 0, "%s overlaps %s of group %s",
			 prefix_format(ours, &conflict->ours),
			 prefix_format(theirs, &conflict->theirs), name);
}

/*
 * Sets @stay for the groups whose rules remain as they are: those that exist, but for the
 * default group, which never has rules, and for those that have new settings.
 */
static void choose_others(const struct snapshot *snapshot,
			  const struct group_rules_setting *settings, size_t count,
			  bool stay[CLASSES_GROUPS])
{
	memset(stay, false, CLASSES_GROUPS * sizeof(*stay));
	for (size_t i = 0; i < snapshot->groups.count; i++)
		stay[snapshot->groups.group[i].id] = true;
	stay[0] = false;
	for (size_t i = 0; i < count; i++)
		stay[settings[i].id] = false;
}

static void note_given(struct group_rules_setting *setting, const struct ports *ports,
		       struct classes *after)
{
	struct classes_sum sum = classes_sum(after, setting->id);

	setting->given = sum;
	after->note[setting->id] = (struct class_note){
		.known = sum.prefix_count, .map = ports_lowest(ports),
		.prefix_count = sum.prefix_count, .fingerprint = sum.fingerprint,
	};
}

static int plan_one(struct genl *genl, const struct snapshot *snapshot,
		    struct group_rules_setting *setting, struct classes *after)
{
	struct class_conflict conflict;
	struct ranges ranges = { 0 };
	struct ports ports;
	int ret = 0;

	if (wanted_fill(genl, snapshot, setting, &ports, &ranges) < 0)
		ret = -1;
	else if (classes_conflict(after, &ports, &ranges, &conflict))
		ret = refuse_conflict(genl, snapshot, &conflict);
	else if (classes_put(after, setting->id, &ports, &ranges) < 0)
		ret = genl_errno(genl);
	free(ranges.range);
	if (!ret)
		note_given(setting, &ports, after);
	return ret;
}

static bool wants_rules(const struct group_rules_settings *settings)
{
	for (size_t i = 0; i < settings->count; i++) {
		const struct group_rules *rules = settings->setting[i].rules;

		if (rules->has_port || rules->to.count)
			return true;
	}
	return false;
}

int plan_settings(struct genl *genl, const struct snapshot *snapshot,
		  struct classes *after, void *arg)
{
	struct group_rules_settings *settings = arg;
	bool stay[CLASSES_GROUPS];

	if (snapshot->classifier.unreadable && wants_rules(settings))
		return fail_unreadable(genl, snapshot->classifier.unreadable);
	choose_others(snapshot, settings->setting, settings->count, stay);
	if (classes_copy(&snapshot->classifier.classes, stay, after) < 0)
		return genl_errno(genl);
	for (size_t i = 0; i < settings->count; i++) {
		if (plan_one(genl, snapshot, &settings->setting[i], after) < 0)
			return -1;
	}
	return 0;
}

int plan_same(struct genl *genl, const struct snapshot *snapshot,
	      struct classes *after, void *unused)
{
	bool stay[CLASSES_GROUPS];

	(void)unused;
	memset(stay, true, sizeof(stay));
	return classes_copy(&snapshot->classifier.classes, stay, after) < 0 ?
	       genl_errno(genl) : 0;
}

/*
 * Without this check a confirmed device would let connections of a group that lacks its rules
 * begin in the default group.
 */
int plan_complete(struct genl *genl, const struct snapshot *snapshot,
		  struct classes *after, void *device)
{
	const struct groups *groups = &snapshot->groups;
	const struct device *found = devices_find(&snapshot->devices, device);

	if (!found)
		return genl_fail(genl, ENODEV, "device is not attached");
	if (!attr_present(found, TSREWRITE_A_DEVICE_IFINDEX))
		return genl_fail(genl, ENODEV, "device is attached, but absent");
	for (size_t i = 0; i < groups->count; i++) {
		const struct group *group = &groups->group[i];

		if (!classes_sum_is(classes_sum(&snapshot->classifier.classes,
						group->id),
				    group_given(group)))
			return genl_fail(genl, 0,
					 "rules of group %s are missing or were modified (see tsrewrite status)",
					 group->name);
	}
	return plan_same(genl, snapshot, after, NULL);
}

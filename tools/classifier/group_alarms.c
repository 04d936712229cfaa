// SPDX-License-Identifier: GPL-2.0-only
#include "group_alarms.h"

#include <stdarg.h>
#include <stdio.h>

#include "classes_sum.h"
#include "plan.h"
#include "read.h"
#include "snapshot.h"
#include "verify.h"

struct judgement {
	const struct groups *groups;
	const struct devices *devices;
	const struct classifier *classifier;
	group_alarm alarm;
	void *arg;
};

static __printf(2, 3) void tell_alarm(const struct judgement *judgement,
				      const char *format, ...)
{
	char text[4 * ATTR_TEXT];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	judgement->alarm(text, judgement->arg);
}

static void judge_device(const struct judgement *judgement,
			 const struct device *device)
{
	const struct classifier_device there = { device->name, device->ifindex };

	if (!attr_present(device, TSREWRITE_A_DEVICE_IFINDEX))
		return;
	if (!device->confirmed)
		tell_alarm(judgement,
			   "device %s is not confirmed to have the rules of groups: its new connections lose their TSopt if any group would hide them, and otherwise pass untouched (tsrewrite group confirm %s)",
			   device->name, device->name);
	else if (judgement->classifier->exists &&
		 !judgement->classifier->foreign &&
		 !classifier_chain_of(judgement->classifier, &there))
		tell_alarm(judgement,
			   "device %s has lost its rules for groups, or they were modified: its new connections may count as the default group's (tsrewrite group confirm %s)",
			   device->name, device->name);
}

static void judge_group(const struct judgement *judgement,
			const struct group *group)
{
	struct classes_sum has = classes_sum(&judgement->classifier->classes,
					     group->id);

	if (!group->id || classes_sum_is(has, group_given(group)))
		return;
	if (!has.prefix_count)
		tell_alarm(judgement,
			   "group %s has lost its rules, for %u prefix%s: its new connections count as the default group's (tsrewrite group set %s to ...)",
			   group->name, group->prefix_count,
			   group->prefix_count == 1 ? "" : "es", group->name);
	else if (has.prefix_count != group->prefix_count)
		tell_alarm(judgement,
			   "the rules of group %s were modified: it was given %u prefixes and has %u (tsrewrite group set %s to ...)",
			   group->name, group->prefix_count, has.prefix_count, group->name);
	else
		tell_alarm(judgement,
			   "the rules of group %s were modified: its prefixes or ports are not those that it was given (tsrewrite group set %s to ...)",
			   group->name, group->name);
}

/* Rules for groups that do not exist are left, for example, if the module was reloaded */
static void judge_strays(const struct judgement *judgement)
{
	const struct classes *classes = &judgement->classifier->classes;

	for (size_t i = 0; i < classes->count; i++) {
		if (groups_by_id(judgement->groups, classes->class[i].group))
			continue;
		tell_alarm(judgement,
			   "there are rules for groups that do not exist, for example number %u (the next tsrewrite group add, set or del removes them)",
			   classes->class[i].group);
		return;
	}
}

static void judge_table(const struct judgement *judgement)
{
	const struct classifier *classifier = judgement->classifier;

	if (*classifier->wrong)
		tell_alarm(judgement,
			   "nft's table netdev " CLASSIFIER_TABLE
			   " was modified: %s (tsrewrite group confirm DEV restores it)",
			   classifier->wrong);
	if (classifier->marked)
		tell_alarm(judgement,
			   "%llu packets had bits of mark-mask set in their marks, which were cleared: other rules seem to use these bits (tsrewrite config shows mark-mask)",
			   (unsigned long long)classifier->marked);
}

int group_alarms(struct genl *genl, const struct groups *groups,
		 const struct devices *devices, group_alarm alarm, void *arg)
{
	struct classifier classifier;
	const struct judgement judgement = {
		groups, devices, &classifier, alarm, arg,
	};

	if (snapshot_rules(genl, &classifier) < 0)
		return -1;
	judge_table(&judgement);
	for (size_t i = 0; i < devices->count; i++)
		judge_device(&judgement, &devices->device[i]);
	for (size_t i = 0; i < groups->count; i++) {
		if (!classifier.unreadable)
			judge_group(&judgement, &groups->group[i]);
	}
	judge_strays(&judgement);
	classifier_free(&classifier);
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-only
#include "group_alarms.h"

#include <stdarg.h>
#include <stdio.h>

#include "group_rules.h"

struct judgement {
	const struct groups *groups;
	const struct devices *devices;
	const struct classifier *classifier;
	group_alarm alarm;
	void *arg;
};

static __printf(2, 3) void tell(const struct judgement *judgement,
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
		tell(judgement,
		     "%s came, or was renamed, when there were groups: its new connections pass untouched until it has their rules (tsrewrite group confirm %s)",
		     device->name, device->name);
	else if (judgement->classifier->exists &&
		 !judgement->classifier->foreign &&
		 !classifier_chain_of(judgement->classifier, &there))
		tell(judgement,
		     "%s has lost its rules for groups: its new connections are the default group's (tsrewrite group confirm %s)",
		     device->name, device->name);
}

static void judge_group(const struct judgement *judgement,
			const struct group *group)
{
	struct classes_sum has = classes_sum(&judgement->classifier->classes,
					     group->id);

	if (!group->id || classes_sum_is(has, group_given(group)))
		return;
	if (!has.prefixes)
		tell(judgement,
		     "group %s has lost its rules, for %u prefix%s: its connections are the default group's (tsrewrite group set %s to ...)",
		     group->name, group->prefixes,
		     group->prefixes == 1 ? "" : "es", group->name);
	else if (has.prefixes != group->prefixes)
		tell(judgement,
		     "group %s was given %u prefixes and has %u: others have changed its rules (tsrewrite group set %s to ...)",
		     group->name, group->prefixes, has.prefixes, group->name);
	else
		tell(judgement,
		     "group %s was given other prefixes or ports than it has: others have changed its rules (tsrewrite group set %s to ...)",
		     group->name, group->name);
}

static bool is_known(const struct groups *groups, uint8_t id)
{
	for (size_t i = 0; i < groups->count; i++) {
		if (groups->group[i].id == id)
			return true;
	}
	return false;
}

/* As after the module was loaded anew */
static void judge_strays(const struct judgement *judgement)
{
	const struct classes *classes = &judgement->classifier->classes;

	for (size_t i = 0; i < classes->count; i++) {
		if (is_known(judgement->groups, classes->class[i].group))
			continue;
		tell(judgement,
		     "there are rules of groups that do not exist, of number %u for one (the next tsrewrite group add, set or del removes them)",
		     classes->class[i].group);
		return;
	}
}

static void judge_table(const struct judgement *judgement)
{
	const struct classifier *classifier = judgement->classifier;

	if (*classifier->wrong)
		tell(judgement,
		     "somebody has changed nft's table netdev " CLASSIFIER_TABLE
		     ": %s (tsrewrite group confirm DEV writes it anew)",
		     classifier->wrong);
	if (classifier->marked)
		tell(judgement,
		     "%llu packets came with bits of mark-mask in their marks, which were cleared: do rules of others use them (tsrewrite config)?",
		     (unsigned long long)classifier->marked);
}

int group_alarms(struct genl *genl, const struct groups *groups,
		 const struct devices *devices, group_alarm alarm, void *arg)
{
	struct classifier classifier;
	const struct judgement judgement = {
		groups, devices, &classifier, alarm, arg,
	};

	if (group_rules_get(genl, &classifier) < 0)
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

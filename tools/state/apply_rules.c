// SPDX-License-Identifier: GPL-2.0-only
#include "apply_rules.h"

#include <stdio.h>
#include <stdlib.h>

#include <linux/tsrewrite.h>

#include "../classifier/group_rules.h"
#include "difference.h"

/* One setting for each group that changes; @group is what it becomes, NULL for none */
struct changes {
	struct group_rules rules[CLASSES_GROUPS];
	struct group_rules_setting setting[CLASSES_GROUPS];
	const struct state_group *group[CLASSES_GROUPS];
	const char *name[CLASSES_GROUPS];
	size_t count;
};

/* The ranges remain those of @group */
static void add_change(struct changes *changes, const struct group *running,
		       const struct state_group *group)
{
	struct group_rules *rules = &changes->rules[changes->count];

	*rules = (struct group_rules){ .has_to = true, .has_port = true };
	if (group) {
		rules->to = group->ranges;
		rules->ports = group->ports;
	}
	/* A group without prefixes has no rules, and so no ports */
	rules->has_port = rules->to.count;
	changes->name[changes->count] = running->name;
	changes->setting[changes->count].id = running->id;
	changes->setting[changes->count].rules = rules;
	changes->group[changes->count++] = group;
}

/* @running has the groups' ids */
static void find_changes(struct changes *changes, const struct groups *running,
			 const struct state *from, const struct state *to)
{
	for (size_t i = 0; i < running->count; i++) {
		const struct group *group = &running->group[i];
		const struct state_group *before = state_find_group(from, group->name);
		const struct state_group *after = state_find_group(to, group->name);

		if (!group->id || (!before && !after))
			continue;
		if (before && after ? state_rules_differ(before, after) :
		    (before ? before : after)->sum.prefix_count)
			add_change(changes, group, after);
	}
}

/* Tells the module what each group was given, so that it is known if rules are lost */
static int tell_given(struct genl *genl, const struct changes *changes)
{
	for (size_t i = 0; i < changes->count; i++) {
		const struct state_group *group = changes->group[i];
		struct group request = {
			.present = ATTR_BIT(TSREWRITE_A_GROUP_PREFIX_COUNT) |
				   ATTR_BIT(TSREWRITE_A_GROUP_FINGERPRINT),
		};
		struct classes_sum given = changes->setting[i].given;

		/* What a running group was given is not what it has if its rules were lost */
		if (group && !group->line)
			given = group->given;
		request.prefix_count = given.prefix_count;
		request.fingerprint = given.fingerprint;
		snprintf(request.name, sizeof(request.name), "%s", changes->name[i]);
		if (group_set(genl, &request) < 0)
			return -1;
	}
	return 0;
}

int apply_rules(struct genl *genl, const struct state *from, const struct state *to)
{
	struct changes *changes = calloc(1, sizeof(*changes));
	struct groups running = { 0 };
	int ret = -1;

	if (!changes)
		return genl_errno(genl);
	if (!groups_get(genl, &running)) {
		find_changes(changes, &running, from, to);
		ret = changes->count ? group_rules_set(genl, changes->setting,
						       changes->count, NULL) : 0;
		if (ret >= 0)
			ret = tell_given(genl, changes);
	}
	free(running.group);
	free(changes);
	return ret;
}

int apply_whole_rules(struct genl *genl)
{
	return group_rules_follow_devices(genl) < 0 ? -1 : 0;
}

int apply_confirm(struct genl *genl, const char *device)
{
	return group_rules_confirm(genl, device) < 0 ? -1 : 0;
}

// SPDX-License-Identifier: GPL-2.0-only
#include "wanted.h"

#include <errno.h>
#include <sys/socket.h>

#include "prefix_change.h"

struct classes_sum group_given(const struct group *group)
{
	return (struct classes_sum){
		.prefix_count = group->prefix_count, .fingerprint = group->fingerprint,
	};
}

static int add_prefixes(struct genl *genl, struct group_rules_setting *setting,
			struct ranges *ranges)
{
	int added = ranges_put(ranges, &setting->rules->to);

	setting->already = !added;
	return added < 0 ? genl_errno(genl) : 0;
}

/* Ports are kept with the prefixes, and would be gone when prefixes are added again */
static int remove_prefixes(struct genl *genl, const struct group_rules *rules,
			   const struct ports *ports, struct ranges *ranges)
{
	const struct range *missing = ranges_take(ranges, &rules->to), *whole;
	char part[PREFIX_SIZE], text[PREFIX_SIZE];

	if (!missing && (ranges->count || !ports->count))
		return 0;
	if (!missing)
		return genl_fail(genl, 0,
				 "it would keep its ports, but no prefixes (to none removes both)");
	whole = ranges_holding(ranges, missing);
	if (!whole)
		return genl_fail(genl, 0, "%s is not one of its prefixes",
				 prefix_format(part, missing));
	return genl_fail(genl, 0,
			 "%s is a part of its prefix %s: remove that, and add what is to stay",
			 prefix_format(part, missing), prefix_format(text, whole));
}

static int check_given(struct genl *genl, const struct snapshot *snapshot, uint8_t id)
{
	const struct group *group = groups_by_id(&snapshot->groups, id);

	if (!group)
		return genl_fail(genl, ENOENT, "no such group");
	if (classes_sum_is(classes_sum(&snapshot->classifier.classes, id),
			   group_given(group)))
		return 0;
	return genl_fail(genl, EAGAIN,
			 "its rules are missing or were modified (see tsrewrite status): set all of its prefixes");
}

static int replace_prefixes(struct genl *genl, const struct ranges *to,
			    struct ranges *ranges)
{
	ranges->count = 0;
	for (size_t i = 0; i < to->count; i++) {
		if (ranges_add(ranges, &to->range[i]) < 0)
			return genl_errno(genl);
	}
	return 0;
}

static int change_prefixes(struct genl *genl, const struct snapshot *snapshot,
			   struct group_rules_setting *setting,
			   const struct ports *ports, struct ranges *ranges)
{
	const struct group_rules *rules = setting->rules;

	if (rules->change == GROUP_RULES_SET)
		return replace_prefixes(genl, &rules->to, ranges);
	if (check_given(genl, snapshot, setting->id) < 0)
		return -1;
	if (rules->change == GROUP_RULES_ADD)
		return add_prefixes(genl, setting, ranges);
	return remove_prefixes(genl, rules, ports, ranges);
}

static int add_everywhere(struct genl *genl, struct ranges *ranges)
{
	const struct range everywhere[] = {
		range_of_all(AF_INET), range_of_all(AF_INET6),
	};

	if (ranges_add(ranges, &everywhere[0]) < 0 ||
	    ranges_add(ranges, &everywhere[1]) < 0)
		return genl_errno(genl);
	return 0;
}

int wanted_fill(struct genl *genl, const struct snapshot *snapshot,
		struct group_rules_setting *setting, struct ports *ports,
		struct ranges *ranges)
{
	const struct group_rules *rules = setting->rules;

	if (classes_of(&snapshot->classifier.classes, setting->id, ports, ranges) < 0)
		return genl_errno(genl);
	if (rules->has_port)
		*ports = rules->ports;
	if (rules->has_to)
		return change_prefixes(genl, snapshot, setting, ports, ranges);
	if (!rules->has_port || ranges->count)
		return 0;
	return add_everywhere(genl, ranges);
}

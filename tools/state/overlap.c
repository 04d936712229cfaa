// SPDX-License-Identifier: GPL-2.0-only
#include "overlap.h"

#include <errno.h>
#include <string.h>

#include "../text/report.h"

static int report_overlap(const struct state *state, const struct state_group *group,
			  const struct class_conflict *conflict)
{
	const char *other = state->group[conflict->group].settings.name;
	char ours[PREFIX_SIZE], theirs[PREFIX_SIZE];

	if (conflict->port)
		return report_usage("group %s: port %u is also group %s's, whose others differ: %s",
				    group->settings.name, conflict->port, other,
				    "groups must have the same ports, or none in common");
	return report_usage("group %s: %s overlaps %s of group %s", group->settings.name,
			    prefix_format(ours, &conflict->ours),
			    prefix_format(theirs, &conflict->theirs), other);
}

/* The summary of a group's own classes is the same wherever they stand */
static int sum_group(struct state_group *group)
{
	struct classes own = { 0 };
	int ret = classes_put(&own, 1, &group->ports, &group->ranges);

	group->sum = classes_sum(&own, 1);
	group->given = group->sum;
	classes_free(&own);
	return ret < 0 ? report_refused("%s", strerror(ENOMEM)) : EXIT_DONE;
}

static int add_classes(struct state *state, size_t i, struct classes *all)
{
	struct state_group *group = &state->group[i];
	struct class_conflict conflict;

	if (classes_conflict(all, &group->ports, &group->ranges, &conflict))
		return report_overlap(state, group, &conflict);
	if (classes_put(all, (uint8_t)i, &group->ports, &group->ranges) < 0)
		return report_refused("%s", strerror(ENOMEM));
	return sum_group(group);
}

/* The index of a group stands for its id */
int overlap_refuse(struct state *state, size_t *line)
{
	struct classes all = { 0 };
	int ret = EXIT_DONE;

	for (size_t i = 1; !ret && i < state->groups; i++) {
		*line = state->group[i].line;
		ret = add_classes(state, i, &all);
	}
	classes_free(&all);
	return ret;
}

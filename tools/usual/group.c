// SPDX-License-Identifier: GPL-2.0-only
#include "group.h"

#include <stdlib.h>
#include <string.h>

#include "../text/format.h"

struct usual_group *usual_group_find(const struct usual *usual, const char *name)
{
	char safe[sizeof(usual->group->name)];

	format_safe(safe, sizeof(safe), name);
	for (size_t i = 0; i < usual->count; i++) {
		if (!strcmp(usual->group[i].name, safe))
			return &usual->group[i];
	}
	return NULL;
}

struct usual_group *usual_group_add(struct usual *usual, const char *name)
{
	struct usual_group *group = usual_group_find(usual, name), *more;

	if (group)
		return group;
	more = realloc(usual->group, (usual->count + 1) * sizeof(*more));
	if (!more)
		return NULL;
	usual->group = more;
	group = &more[usual->count++];
	*group = (struct usual_group){ 0 };
	format_safe(group->name, sizeof(group->name), name);
	return group;
}

struct usual_week *usual_group_week(struct usual_group *group, enum usual_kind kind)
{
	if (!group->week[kind])
		group->week[kind] = calloc(1, sizeof(*group->week[kind]));
	return group->week[kind];
}

void usual_group_remove(struct usual *usual, size_t index)
{
	for (int kind = 0; kind < USUAL_KINDS; kind++)
		free(usual->group[index].week[kind]);
	usual->count--;
	memmove(&usual->group[index], &usual->group[index + 1],
		(usual->count - index) * sizeof(*usual->group));
}

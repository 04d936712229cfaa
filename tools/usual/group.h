/* SPDX-License-Identifier: GPL-2.0-only */
/* What is kept of a group: a week of each kind of its connections */
#ifndef TSREWRITE_USUAL_GROUP_H
#define TSREWRITE_USUAL_GROUP_H

#include <stddef.h>

#include <linux/tsrewrite.h>

#include "counts.h"
#include "week.h"

struct usual_group {
	char name[4 * TSREWRITE_GROUP_NAMSIZ];	/* as format_safe() has it */
	double absent;		/* seconds since the group was there */
	struct usual_week *week[USUAL_KINDS];	/* NULL if nothing was learnt of that kind */
};

/* Zeroed, nothing was learnt */
struct usual {
	size_t count;
	struct usual_group *group;
};

/* The group of that name, or NULL */
struct usual_group *usual_group_find(const struct usual *usual, const char *name);

/* The same, and adds it if there is none; NULL if there is no memory */
struct usual_group *usual_group_add(struct usual *usual, const char *name);

/* The week of that kind, empty if there was none; NULL if there is no memory */
struct usual_week *usual_group_week(struct usual_group *group, enum usual_kind kind);

/* Removes the group with that index */
void usual_group_remove(struct usual *usual, size_t index);

#endif /* TSREWRITE_USUAL_GROUP_H */

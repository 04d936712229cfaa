/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_CMD_GROUP_H
#define TSREWRITE_CMD_GROUP_H

#include <jansson.h>

#include <linux/tsrewrite.h>

#include "../classes.h"
#include "../genl.h"
#include "../session.h"

/* @value is indexed by enum tsrewrite_group_stats_attr */
struct group_stats {
	uint64_t present;
	uint64_t value[TSREWRITE_A_GROUP_STATS_MAX + 1];
};

struct group {
	uint64_t present;
	uint8_t id;
	char name[ATTR_TEXT];
	uint32_t mode;
	uint8_t canary;
	uint32_t prefixes;	/* see group_given() */
	uint32_t fingerprint;
	struct group_stats treated;
	struct group_stats control;
};

struct groups {
	struct group *group;
	size_t count;
};

/* As a dump has it; events and answers promise only a name */
extern const struct attr_table group_table;
extern const struct attr_table group_named_table;

/* @groups->group is the caller's to free */
int groups_get(struct genl *genl, struct groups *groups);
const struct group *groups_default(const struct groups *groups);
const struct group *groups_find(const struct groups *groups, const char *name);

/* The group alone, without its rules; 0, or -1 with @genl's error filled in */
int group_remove(struct genl *genl, const char *name);

/* What its rules were given */
struct classes_sum group_given(const struct group *group);

json_t *group_json(const struct group *group);
json_t *groups_json(const struct groups *groups);

/* What follows the word "group"; each returns an exit status */
int group_show(const struct call *call);
int group_change(const struct call *call, const char *what);
int group_delete(const struct call *call);
int group_load(const struct call *call);
int group_confirm(const struct call *call);

#endif /* TSREWRITE_CMD_GROUP_H */

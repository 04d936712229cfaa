/* SPDX-License-Identifier: GPL-2.0-only */
/* Lists, adds, changes and removes groups of connections, which have counters each */
#ifndef TSREWRITE_CLIENT_GROUP_H
#define TSREWRITE_CLIENT_GROUP_H

#include <linux/tsrewrite.h>

#include "genl.h"

/* @value is indexed by enum tsrewrite_group_stats_attr */
struct group_stats {
	uint64_t present;
	uint64_t value[TSREWRITE_A_GROUP_STATS_MAX + 1];
};

/*
 * A group.  @canary is in percent.  The module keeps @prefix_count and @fingerprint, of the
 * prefixes and ports that the group was given, for user space.  @tripped: its mode was set
 * by whoever watches connections, because they failed.  @count: connections are counted in
 * mode off, too.
 */
struct group {
	uint64_t present;
	uint8_t id;
	char name[ATTR_TEXT];
	uint32_t mode;
	uint8_t canary;
	uint32_t prefix_count;
	uint32_t fingerprint;
	bool tripped;
	bool count;
	struct group_stats treated;
	struct group_stats control;
	struct group_stats untouched;	/* without TSopt, or begun in mode off */
};

struct groups {
	struct group *group;
	size_t count;
};

/*
 * What is required: group_table is for a dump, which has the whole group; group_named_table
 * for an event, which has the name at least; group_settings_table for the settings that an
 * event says have changed, none of which need be there.
 */
extern const struct attr_table group_table;
extern const struct attr_table group_named_table;
extern const struct attr_table group_settings_table;
extern const struct attr_table group_stats_table;

/*
 * Reads all, of which the default group is the first.  Returns 0, or -1 with @genl's error
 * filled in.  Free @groups->group.
 */
int groups_get(struct genl *genl, struct groups *groups);

/* The group whose id is 0, the one of that id, and the one of that name; or NULL */
const struct group *groups_default(const struct groups *groups);
const struct group *groups_by_id(const struct groups *groups, uint8_t id);
const struct group *groups_find(const struct groups *groups, const char *name);

/* The functions below return 0, or -1 with @genl's error filled in. */

int group_get(struct genl *genl, const char *name, struct group *group);

/*
 * Add, or change, the group named @group->name by its settings that are present.  *@id
 * becomes the id of the new group.
 */
int group_add(struct genl *genl, const struct group *group, uint8_t *id);
int group_set(struct genl *genl, const struct group *group);
int group_set_mode(struct genl *genl, const char *name, uint32_t mode);

/* Sets the mode because connections fail, which the module notes until a mode is set again */
int group_trip(struct genl *genl, const char *name, uint32_t mode);

/* Removes the group from the module, and leaves its rules in nftables as they are */
int group_remove(struct genl *genl, const char *name);

#endif /* TSREWRITE_CLIENT_GROUP_H */

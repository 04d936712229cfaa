/* SPDX-License-Identifier: GPL-2.0-only */
/* Checks and writes the rules of groups for commands that change groups or devices */
#ifndef TSREWRITE_CLASSIFIER_GROUP_RULES_H
#define TSREWRITE_CLASSIFIER_GROUP_RULES_H

#include "plan.h"
#include "snapshot.h"

/*
 * The functions that return an int return 1 if they wrote rules, 0 if there was nothing to
 * write, or -1 with @genl's error filled in.
 */

/*
 * Checks whether a new group can have @rules beside those of the others.  Returns a snapshot,
 * which is handed to group_rules_set() or freed by snapshot_free(); or NULL with @genl's
 * error filled in.
 */
struct snapshot *group_rules_check(struct genl *genl,
				   const struct group_rules *rules);

/*
 * Changes the rules of @count groups in one transaction, and removes rules for groups that do
 * not exist.  @seen is a snapshot, or NULL to take one; it is freed.
 */
int group_rules_set(struct genl *genl, struct group_rules_setting *settings,
		    size_t count, struct snapshot *seen);

/*
 * Gives each attached device that exists its chain, and removes the chains of other devices.
 * Without any rules of groups there is no table, and nothing is written.
 */
int group_rules_follow_devices(struct genl *genl);

/*
 * Does the same, and confirms to the module that @device has the rules of all groups.  Fails,
 * and changes nothing, if @device is not attached or does not exist, or if rules of a group
 * are missing or were modified.
 */
int group_rules_confirm(struct genl *genl, const char *device);

#endif /* TSREWRITE_CLASSIFIER_GROUP_RULES_H */

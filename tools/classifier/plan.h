/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Plans which classes the table is to have after a change, from a snapshot of what it has.
 * The functions are pure, except that they store the reason of a failure in genl->error.
 */
#ifndef TSREWRITE_CLASSIFIER_PLAN_H
#define TSREWRITE_CLASSIFIER_PLAN_H

#include "wanted.h"

struct group_rules_settings {
	struct group_rules_setting *setting;
	size_t count;
};

/*
 * Fills in @after, which is empty, from the classes of @snapshot.  Returns 0, or -1 with @genl's
 * error filled in.
 */
typedef int (*planner)(struct genl *genl, const struct snapshot *snapshot,
		       struct classes *after, void *arg);

/*
 * Changes the classes of the groups in @settings, a struct group_rules_settings, and removes
 * those of groups that do not exist.  Fails with EAGAIN if prefixes are to be added to, or
 * removed from, other rules than those that the group was given: that is so for a moment
 * whenever another process changes them.
 */
int plan_settings(struct genl *genl, const struct snapshot *snapshot,
		  struct classes *after, void *settings);

/* Leaves all classes as they are */
int plan_same(struct genl *genl, const struct snapshot *snapshot,
	      struct classes *after, void *unused);

/*
 * Leaves them as they are; fails if a group's are not those that it was given, or if the
 * device named @device is not attached or does not exist.
 */
int plan_complete(struct genl *genl, const struct snapshot *snapshot,
		  struct classes *after, void *device);

#endif /* TSREWRITE_CLASSIFIER_PLAN_H */

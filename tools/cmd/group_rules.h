/* SPDX-License-Identifier: GPL-2.0-only */
/* The rules that lead to groups, as commands change them */
#ifndef TSREWRITE_CMD_GROUP_RULES_H
#define TSREWRITE_CMD_GROUP_RULES_H

#include "../classifier/classifier.h"
#include "../genl.h"

/* The rules beside what the module knows, of one moment */
struct picture;

/* What is said of a group's connections; what is not said stays */
struct group_rules {
	bool has_to;
	struct ranges to;	/* none: no rules at all */
	bool has_port;
	struct ports ports;
};

/*
 * Functions that return an int return 0, or -1 with @genl's error filled in.
 *
 * Without nf_tables, or permission, there is a classifier, which is unreadable.
 */
int group_rules_get(struct genl *genl, struct classifier *classifier);

/*
 * Can they be had by a group that has none?  Then what was seen for that, for
 * group_rules_set(), or group_rules_forget(); else NULL, with the error filled in.
 */
struct picture *group_rules_check(struct genl *genl,
				  const struct group_rules *rules);
void group_rules_forget(struct picture *picture);

/* Group @id shall have @rules; it then has @given */
struct group_rules_setting {
	uint8_t id;
	const struct group_rules *rules;
	struct classes_sum given;
};

/*
 * Changes those of @count groups, all or none.  By the way, those go that lead to
 * groups which do not exist.  @seen may be NULL, and is forgotten.
 */
int group_rules_set(struct genl *genl, struct group_rules_setting *settings,
		    size_t count, struct picture *seen);

/* Chains for the devices that are attached, and for no others */
int group_rules_follow_devices(struct genl *genl);

/* The same, if no rules are missing; then say that @device has them */
int group_rules_confirm(struct genl *genl, const char *device);

#endif /* TSREWRITE_CMD_GROUP_RULES_H */

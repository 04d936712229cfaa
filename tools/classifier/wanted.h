/* SPDX-License-Identifier: GPL-2.0-only */
/* What a group is to have after a command that sets, adds or removes prefixes and ports */
#ifndef TSREWRITE_CLASSIFIER_WANTED_H
#define TSREWRITE_CLASSIFIER_WANTED_H

#include "classes_sum.h"
#include "snapshot.h"

/* What the prefixes of a command are for: to replace a group's, be added, be removed */
enum group_rules_change {
	GROUP_RULES_SET,
	GROUP_RULES_ADD,
	GROUP_RULES_DEL,
};

/*
 * The prefixes and ports that a command gives to a group.  Without @has_to, or @has_port, the
 * group keeps those that it has.
 */
struct group_rules {
	bool has_to;
	enum group_rules_change change;
	struct ranges to;	/* if empty, the group has no rules at all */
	bool has_port;
	struct ports ports;
};

/*
 * Group @id is to have @rules.  A plan stores in @given what it will have, and in @already
 * whether it has all prefixes that are to be added.
 */
struct group_rules_setting {
	uint8_t id;
	const struct group_rules *rules;
	struct classes_sum given;
	bool already;
};

/* The summary of the prefixes and ports that a group was given, as the module keeps it */
struct classes_sum group_given(const struct group *group);

/*
 * Fills in @ports, and @ranges, which the caller frees: those of the new rules of a group, and
 * what they do not mention as it is.  With ports and without prefixes it is every address.
 * Returns 0, or -1 with @genl's error filled in, as plan_settings() of plan.h says.
 */
int wanted_fill(struct genl *genl, const struct snapshot *snapshot,
		struct group_rules_setting *setting, struct ports *ports,
		struct ranges *ranges);

#endif /* TSREWRITE_CLASSIFIER_WANTED_H */

/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_GROUP_H
#define TSRW_GROUP_H

#include <linux/compiler.h>
#include <linux/tsrewrite.h>
#include <linux/types.h>

/**
 * struct tsrw_group - a named class of flows
 * @name: how commands name it
 * @id: 0 for the default group, which takes the flows of no other
 * @mode: enum tsrewrite_mode, for flows that begin
 */
struct tsrw_group {
	char name[TSREWRITE_GROUP_NAMSIZ];
	u8 id;
	u8 mode;
};

void tsrw_group_init_default(struct tsrw_group *group);
bool tsrw_group_set_mode(struct tsrw_group *group, enum tsrewrite_mode mode);

/**
 * tsrw_group_mode - the mode of a flow that begins now
 * @group: its group
 *
 * Return: enum tsrewrite_mode. Context: any.
 */
static inline enum tsrewrite_mode tsrw_group_mode(const struct tsrw_group *group)
{
	return READ_ONCE(group->mode);
}

#endif /* TSRW_GROUP_H */

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Groups of flows and their modes.
 */
#include <linux/string.h>

#include "group.h"

/**
 * tsrw_group_init_default - the group that is always there, off
 * @group: filled in
 */
void tsrw_group_init_default(struct tsrw_group *group)
{
	*group = (struct tsrw_group){ .mode = TSREWRITE_MODE_OFF };
	strscpy(group->name, TSREWRITE_GROUP_DEFAULT, sizeof(group->name));
}

/**
 * tsrw_group_set_mode - change the mode of flows that begin from now on
 * @group: the group
 * @mode: the mode; a flow that has begun keeps its own
 *
 * Return: true if it is another than before. Context: under genl_lock.
 */
bool tsrw_group_set_mode(struct tsrw_group *group, enum tsrewrite_mode mode)
{
	if (group->mode == mode)
		return false;
	WRITE_ONCE(group->mode, mode);
	return true;
}

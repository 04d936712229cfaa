/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_CMD_GROUP_ALARMS_H
#define TSREWRITE_CMD_GROUP_ALARMS_H

#include "device.h"
#include "group.h"

/* Called with what is wrong, and what to do */
typedef void (*group_alarm)(const char *text, void *arg);

/* Are the rules there that groups were given?  0, or -1 with @genl's error filled in. */
int group_alarms(struct genl *genl, const struct groups *groups,
		 const struct devices *devices, group_alarm alarm, void *arg);

#endif /* TSREWRITE_CMD_GROUP_ALARMS_H */

/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_CMD_GROUP_CHANGE_H
#define TSREWRITE_CMD_GROUP_CHANGE_H

#include "../client/session.h"

/* Does group add or group set; @what is "add" or "set".  Returns the exit status. */
int group_change(const struct call *call, const char *what);

#endif /* TSREWRITE_CMD_GROUP_CHANGE_H */

/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_CMD_GROUP_SHOW_H
#define TSREWRITE_CMD_GROUP_SHOW_H

#include "../client/session.h"

/* Does group [show [NAME]].  Returns the exit status. */
int group_show(const struct call *call);

#endif /* TSREWRITE_CMD_GROUP_SHOW_H */

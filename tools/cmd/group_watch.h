/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_CMD_GROUP_WATCH_H
#define TSREWRITE_CMD_GROUP_WATCH_H

#include "../client/session.h"

/* Does group [show] -w.  Returns the exit status. */
int group_watch(const struct call *call);

#endif /* TSREWRITE_CMD_GROUP_WATCH_H */

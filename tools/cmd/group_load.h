/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_CMD_GROUP_LOAD_H
#define TSREWRITE_CMD_GROUP_LOAD_H

#include "../client/session.h"

/* Does group load FILE.  Returns the exit status. */
int group_load(const struct call *call);

#endif /* TSREWRITE_CMD_GROUP_LOAD_H */

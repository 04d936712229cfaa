/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_CMD_GROUP_DELETE_H
#define TSREWRITE_CMD_GROUP_DELETE_H

#include "../client/session.h"

/* Does group del NAME ...  Returns the exit status. */
int group_delete(const struct call *call);

#endif /* TSREWRITE_CMD_GROUP_DELETE_H */

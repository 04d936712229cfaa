/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_CMD_GROUP_CONFIRM_H
#define TSREWRITE_CMD_GROUP_CONFIRM_H

#include "../client/session.h"

/* Does group confirm DEV.  Returns the exit status. */
int group_confirm(const struct call *call);

#endif /* TSREWRITE_CMD_GROUP_CONFIRM_H */

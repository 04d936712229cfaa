/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_CMD_KEY_H
#define TSREWRITE_CMD_KEY_H

#include "../client/session.h"

/* Returns the exit status of the command */
int cmd_key(const struct call *call);

#endif /* TSREWRITE_CMD_KEY_H */

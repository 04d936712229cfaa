/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_CMD_MODE_H
#define TSREWRITE_CMD_MODE_H

#include "../client/session.h"

/* Each returns the exit status of its command */
int cmd_on(const struct call *call);
int cmd_off(const struct call *call);
int cmd_mode(const struct call *call);

#endif /* TSREWRITE_CMD_MODE_H */

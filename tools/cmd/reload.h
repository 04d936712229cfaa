/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_CMD_RELOAD_H
#define TSREWRITE_CMD_RELOAD_H

#include "../client/session.h"

/* Replaces the module under traffic.  Returns the exit status of the command. */
int cmd_reload(const struct call *call);

#endif /* TSREWRITE_CMD_RELOAD_H */

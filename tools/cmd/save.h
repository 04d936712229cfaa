/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_CMD_SAVE_H
#define TSREWRITE_CMD_SAVE_H

#include "../client/session.h"

/* Writes the whole state as commands.  Returns the exit status of the command. */
int cmd_save(const struct call *call);

#endif /* TSREWRITE_CMD_SAVE_H */

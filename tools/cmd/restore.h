/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_CMD_RESTORE_H
#define TSREWRITE_CMD_RESTORE_H

#include "../client/session.h"

/* Makes the state that of a file.  Returns the exit status of the command. */
int cmd_restore(const struct call *call);

#endif /* TSREWRITE_CMD_RESTORE_H */

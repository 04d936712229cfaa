/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_CMD_SAVE_H
#define TSREWRITE_CMD_SAVE_H

#include "../client/session.h"
#include "../state/state.h"

/* Writes the whole state as commands.  Returns the exit status of the command. */
int cmd_save(const struct call *call);

/*
 * Reports, as @command, that rules of groups were lost or modified, so that the running state
 * is not what the operator gave.  Returns an exit status.
 */
int save_refuse_lost_rules(const char *command, const struct state *state);

#endif /* TSREWRITE_CMD_SAVE_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* Writes the changes that events tell of to systemd's journal, under the identifier tsrewrite */
#ifndef TSREWRITE_CMD_JOURNAL_H
#define TSREWRITE_CMD_JOURNAL_H

#include "../client/session.h"

/*
 * Runs until a signal ends it.  While the module is not loaded it waits for it.  Returns the
 * exit status if it cannot go on, after reporting why.
 */
int journal_run(const struct call *call);

#endif /* TSREWRITE_CMD_JOURNAL_H */

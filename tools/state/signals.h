/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_STATE_SIGNALS_H
#define TSREWRITE_STATE_SIGNALS_H

#include <signal.h>

/*
 * Blocks the signals that end a command, where that would leave things half done.  *before, which
 * may be NULL, becomes the mask that sigprocmask() restores.
 */
void signals_hold(sigset_t *before);

#endif /* TSREWRITE_STATE_SIGNALS_H */

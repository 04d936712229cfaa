/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_WATCH_CHECK_H
#define TSREWRITE_WATCH_CHECK_H

#include "../client/session.h"

/*
 * The command watch --check [FILE]: says all that is wrong with the settings.  Returns
 * EXIT_DONE if nothing is, or EXIT_REFUSED.
 */
int check_command(const struct call *call);

#endif /* TSREWRITE_WATCH_CHECK_H */

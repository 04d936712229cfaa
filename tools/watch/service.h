/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_WATCH_SERVICE_H
#define TSREWRITE_WATCH_SERVICE_H

#include "../client/session.h"

/*
 * The command watch [FILE]: runs until SIGTERM or SIGINT, or until something fails; with
 * --check or --run, check_command() or runner_command().  Returns an exit status.
 */
int service_command(const struct call *call);

#endif /* TSREWRITE_WATCH_SERVICE_H */

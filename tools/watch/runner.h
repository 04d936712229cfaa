/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Runs the commands that are queued in a directory, one at a time and in order, until none
 * waits: in a unit of systemd, with none of the service's restrictions, or as the service's
 * own child.
 */
#ifndef TSREWRITE_WATCH_RUNNER_H
#define TSREWRITE_WATCH_RUNNER_H

#include "../client/session.h"

/*
 * The command watch --run DIRECTORY.  Returns EXIT_DONE, or EXIT_REFUSED if one of the
 * commands failed.
 */
int runner_command(const struct call *call);

#endif /* TSREWRITE_WATCH_RUNNER_H */

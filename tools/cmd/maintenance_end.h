/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_CMD_MAINTENANCE_END_H
#define TSREWRITE_CMD_MAINTENANCE_END_H

#include "../client/session.h"

/*
 * Judges by how connections fare whether the maintenance has left all as it was, and ends it if
 * so.  Returns an exit status.
 */
int maintenance_end(const struct call *call);

#endif /* TSREWRITE_CMD_MAINTENANCE_END_H */

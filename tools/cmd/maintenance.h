/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_CMD_MAINTENANCE_H
#define TSREWRITE_CMD_MAINTENANCE_H

#include "../client/session.h"

int cmd_maintenance(const struct call *call);

#endif /* TSREWRITE_CMD_MAINTENANCE_H */

/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_CMD_INCIDENT_H
#define TSREWRITE_CMD_INCIDENT_H

#include "../client/session.h"

int cmd_incident(const struct call *call);

#endif /* TSREWRITE_CMD_INCIDENT_H */

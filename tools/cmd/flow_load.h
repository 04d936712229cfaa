/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_CMD_FLOW_LOAD_H
#define TSREWRITE_CMD_FLOW_LOAD_H

#include "../client/session.h"

int cmd_flows_load(const struct call *call);

#endif /* TSREWRITE_CMD_FLOW_LOAD_H */

/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_CMD_FLOW_SAVE_H
#define TSREWRITE_CMD_FLOW_SAVE_H

#include "../client/session.h"

int cmd_flows_save(const struct call *call);

#endif /* TSREWRITE_CMD_FLOW_SAVE_H */

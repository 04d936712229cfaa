/* SPDX-License-Identifier: GPL-2.0-only */
/* The commands: each reads its words, does its work, returns the exit status */
#ifndef TSREWRITE_CMD_H
#define TSREWRITE_CMD_H

#include "../session.h"

int cmd_attach(const struct call *call);
int cmd_detach(const struct call *call);
int cmd_drain(const struct call *call);
int cmd_on(const struct call *call);
int cmd_off(const struct call *call);
int cmd_mode(const struct call *call);
int cmd_status(const struct call *call);
int cmd_stats(const struct call *call);
int cmd_flows(const struct call *call);
int cmd_flush(const struct call *call);
int cmd_monitor(const struct call *call);
int cmd_group(const struct call *call);
int cmd_metrics(const struct call *call);
int cmd_watch(const struct call *call);
int cmd_health(const struct call *call);
int cmd_config(const struct call *call);

#endif /* TSREWRITE_CMD_H */

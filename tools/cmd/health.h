/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_CMD_HEALTH_H
#define TSREWRITE_CMD_HEALTH_H

#include "../client/session.h"
#include "health_judge.h"

/* The exit status if the command line is wrong: the other commands' means failing here */
#define HEALTH_USAGE HEALTH_UNKNOWN

/* Returns the exit status of the command, which is an enum health */
int cmd_health(const struct call *call);

#endif /* TSREWRITE_CMD_HEALTH_H */

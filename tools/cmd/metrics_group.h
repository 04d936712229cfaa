/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_CMD_METRICS_GROUP_H
#define TSREWRITE_CMD_METRICS_GROUP_H

#include "../client/group.h"
#include "exposition.h"

/* Writes the families of groups: modes, canaries, outcomes of connections and echoes */
void metrics_of_groups(struct exposition *to, const struct groups *groups);

#endif /* TSREWRITE_CMD_METRICS_GROUP_H */

/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_CMD_STATS_H
#define TSREWRITE_CMD_STATS_H

#include <linux/tsrewrite.h>

#include "../genl.h"

/* @value is indexed by enum tsrewrite_stats_attr */
struct stats {
	uint64_t present;
	uint64_t value[TSREWRITE_A_STATS_MAX + 1];
};

extern const struct attr_table stats_table;

/* As JSON and the man page have it, or NULL where there is no such counter */
const char *stats_name(uint16_t attr);

int stats_get(struct genl *genl, struct stats *stats);

#endif /* TSREWRITE_CMD_STATS_H */

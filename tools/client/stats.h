/* SPDX-License-Identifier: GPL-2.0-only */
/* Reads the module's counters */
#ifndef TSREWRITE_CLIENT_STATS_H
#define TSREWRITE_CLIENT_STATS_H

#include <linux/tsrewrite.h>

#include "genl.h"

/* @value is indexed by enum tsrewrite_stats_attr */
struct stats {
	uint64_t present[TSREWRITE_A_STATS_MAX / 64 + 1];
	uint64_t value[TSREWRITE_A_STATS_MAX + 1];
};

extern const struct attr_table stats_table;

/* The name of a counter, as JSON and the man page have it; NULL if there is no such counter */
const char *stats_name(uint16_t attr);

/* Reads all.  Returns 0, or -1 with @genl's error filled in. */
int stats_get(struct genl *genl, struct stats *stats);

#endif /* TSREWRITE_CLIENT_STATS_H */

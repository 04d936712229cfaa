/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_LIMIT_H
#define TSRW_LIMIT_H

#include "table.h"

int tsrw_limit_take(struct tsrw_table *table, bool inbound);
void tsrw_limit_give(struct tsrw_table *table, bool inbound);

void tsrw_machine_set_limit(u32 limit);
u32 tsrw_machine_limit(void);
u32 tsrw_machine_flows(void);

#endif /* TSRW_LIMIT_H */

/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_EXPIRY_H
#define TSRW_EXPIRY_H

#include "table.h"

void tsrw_expiry_init(struct tsrw_table *table);
void tsrw_expiry_run(struct tsrw_table *table);
void tsrw_expiry_run_at_once(struct tsrw_table *table);
void tsrw_expiry_retire(struct tsrw_table *table, enum tsrw_id_kind kind, u8 id);
bool tsrw_expiry_has_evicted(const struct tsrw_table *table);
void tsrw_expiry_stop(struct tsrw_table *table);

#endif /* TSRW_EXPIRY_H */

/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_CORE_UNSEEN_H
#define TSRW_CORE_UNSEEN_H

#include "conn.h"

void tsrw_unseen_progress(struct tsrw_conn *conn, const struct tsrw_segment *seg,
			  u32 idle, struct tsrw_result *result);

#endif /* TSRW_CORE_UNSEEN_H */

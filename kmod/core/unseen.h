/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_CORE_UNSEEN_H
#define TSRW_CORE_UNSEEN_H

#include "conn.h"

void tsrw_unseen_progress(struct tsrw_conn *conn, const struct tsrw_segment *seg,
			  u32 idle, struct tsrw_result *result);
void tsrw_unseen_note_heard(struct tsrw_conn *conn, const struct tsrw_segment *seg);
bool tsrw_unseen_strips(const struct tsrw_conn *conn, const struct tsrw_span *span);

#endif /* TSRW_CORE_UNSEEN_H */

/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_CORE_CLOSE_H
#define TSRW_CORE_CLOSE_H

#include "conn.h"

void tsrw_close_refused(struct tsrw_conn *conn, struct tsrw_result *result);
void tsrw_close_note_ack(struct tsrw_conn *conn,
			 const struct tsrw_segment *seg,
			 enum tsrw_direction dir);
void tsrw_close_progress(struct tsrw_conn *conn,
			 const struct tsrw_segment *seg,
			 enum tsrw_direction dir, struct tsrw_result *result);

#endif /* TSRW_CORE_CLOSE_H */

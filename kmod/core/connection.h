/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_CORE_CONNECTION_H
#define TSRW_CORE_CONNECTION_H

#include "life.h"

void tsrw_connection_commit(struct tsrw_life *life, struct tsrw_step *step);
void tsrw_connection_refuse(struct tsrw_life *life, struct tsrw_step *step);
void tsrw_connection_note_ack(struct tsrw_handshake *hs,
			      const struct tsrw_segment *seg,
			      enum tsrw_direction dir);
void tsrw_connection_progress(struct tsrw_life *life,
			      const struct tsrw_segment *seg,
			      enum tsrw_direction dir, struct tsrw_step *step);

#endif /* TSRW_CORE_CONNECTION_H */

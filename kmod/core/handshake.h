/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_CORE_HANDSHAKE_H
#define TSRW_CORE_HANDSHAKE_H

#include "conn.h"

void tsrw_handshake_begin(struct tsrw_conn *conn, const struct tsrw_segment *seg,
			  enum tsrewrite_mode mode, u32 anchor,
			  struct tsrw_result *result);
void tsrw_handshake_egress(struct tsrw_conn *conn, const struct tsrw_segment *seg,
			   enum tsrewrite_mode mode, u32 anchor, u32 idle,
			   struct tsrw_result *result);
void tsrw_handshake_ingress(struct tsrw_conn *conn, const struct tsrw_segment *seg,
			    enum tsrewrite_mode mode, bool raw_lately,
			    struct tsrw_result *result);

#endif /* TSRW_CORE_HANDSHAKE_H */

/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_CORE_HANDSHAKE_H
#define TSRW_CORE_HANDSHAKE_H

#include "life.h"

void tsrw_life_begin(struct tsrw_life *life, const struct tsrw_segment *seg,
		     enum tsrewrite_mode mode, u32 anchor,
		     struct tsrw_step *step);
void tsrw_life_egress(struct tsrw_life *life, const struct tsrw_segment *seg,
		      enum tsrewrite_mode mode, u32 anchor, u32 idle,
		      struct tsrw_step *step);
void tsrw_life_ingress(struct tsrw_life *life, const struct tsrw_segment *seg,
		       enum tsrewrite_mode mode, struct tsrw_step *step);

#endif /* TSRW_CORE_HANDSHAKE_H */

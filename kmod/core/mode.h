/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_CORE_MODE_H
#define TSRW_CORE_MODE_H

#include "result.h"

/* The mode of a connection whose SYN has no TSopt, and which has a flow only to be counted
 * for its group. To user space it is mode off.
 */
#define TSRW_MODE_BARE	(TSREWRITE_MODE_MAX + 1)

bool tsrw_mode_writes(enum tsrewrite_mode mode);
bool tsrw_mode_hides(enum tsrewrite_mode mode);
bool tsrw_mode_passes(enum tsrewrite_mode mode);
bool tsrw_mode_checks_echo(enum tsrw_action action);
void tsrw_mode_egress(struct tsrw_result *result, const struct tsrw_span *span,
		      enum tsrewrite_mode mode);
void tsrw_mode_ingress(struct tsrw_result *result, const struct tsrw_span *span,
		       enum tsrewrite_mode mode, const struct tsrw_segment *seg);

#endif /* TSRW_CORE_MODE_H */

/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_CORE_MODE_H
#define TSRW_CORE_MODE_H

#include "result.h"

/* The mode of a connection whose SYN has no TSopt, and which has a flow only to be counted
 * for its group. To user space it is mode off.
 */
#define TSRW_MODE_BARE	(TSREWRITE_MODE_MAX + 1)

/**
 * enum tsrw_arm - the two arms of a trial, and what is no part of it
 * @TSRW_TREATED: connections that the mode of the group does something to
 * @TSRW_CONTROL: connections that are observed
 * @TSRW_UNTOUCHED: connections that pass untouched, and are no part of the trial
 * @TSRW_ARMS: how many there are
 */
enum tsrw_arm {
	TSRW_TREATED,
	TSRW_CONTROL,
	TSRW_UNTOUCHED,
	TSRW_ARMS,
};

bool tsrw_mode_writes(enum tsrewrite_mode mode);
bool tsrw_mode_hides(enum tsrewrite_mode mode);
bool tsrw_mode_passes(enum tsrewrite_mode mode);
enum tsrw_arm tsrw_mode_arm(enum tsrewrite_mode mode);
bool tsrw_mode_checks_echo(enum tsrw_action action);
void tsrw_mode_egress(struct tsrw_result *result, const struct tsrw_span *span,
		      enum tsrewrite_mode mode);
void tsrw_mode_ingress(struct tsrw_result *result, const struct tsrw_span *span,
		       enum tsrewrite_mode mode, const struct tsrw_segment *seg);

#endif /* TSRW_CORE_MODE_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The modes, canaries and counting of groups that stay.  Both functions return an exit status,
 * after reporting a failure, and remember how to undo what they did.
 */
#ifndef TSREWRITE_STATE_APPLY_MODES_H
#define TSREWRITE_STATE_APPLY_MODES_H

#include "applying.h"

/* Before groups, prefixes and devices change: sets what keeps all hidden meanwhile */
int apply_modes_before(struct applying *applying);

/* Sets those of the wanted state */
int apply_modes_after(struct applying *applying);

#endif /* TSREWRITE_STATE_APPLY_MODES_H */

/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_STATE_APPLY_H
#define TSREWRITE_STATE_APPLY_H

#include <stdbool.h>

#include "state.h"

/*
 * Makes the running state, which was @now, the state @wanted.  What is equal in both is not
 * touched.  If a step is refused, those before it are undone.  With @force, devices are
 * detached although connections break.  Reports what fails, and returns an exit status.
 */
int state_apply(struct genl *genl, const struct state *now, const struct state *wanted,
		bool force);

#endif /* TSREWRITE_STATE_APPLY_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* The state that the module and nftables are in */
#ifndef TSREWRITE_STATE_RUNNING_H
#define TSREWRITE_STATE_RUNNING_H

#include "../classifier/classifier.h"
#include "state.h"

/*
 * Fills in @state from what was read of the module, and the prefixes and ports of groups from
 * @classifier.  If that is NULL, their summary is that of what they were given, and whether rules
 * have effect is left out.  Returns 0, or -1 with errno.  The caller frees @state in any case.
 */
int state_fill(const struct config *config, const struct devices *devices,
	       const struct groups *groups, const struct classifier *classifier,
	       struct state *state);

/*
 * Reads all.  Returns 0, or -1 with @genl's error filled in, also if groups have rules that
 * cannot be read.  The caller frees @state in any case.
 */
int state_running(struct genl *genl, struct state *state);

#endif /* TSREWRITE_STATE_RUNNING_H */

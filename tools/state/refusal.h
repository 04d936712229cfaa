/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_STATE_REFUSAL_H
#define TSREWRITE_STATE_REFUSAL_H

#include <stdbool.h>

#include "state.h"

/*
 * Names the devices of @wanted as they are named now: a file may have an alternative name
 */
void state_resolve_names(struct state *wanted);

/*
 * Reports what would be refused on the way from the running state @now to @wanted, which was
 * read from @path, before anything is changed.  Returns an exit status.
 */
int state_refuse(struct genl *genl, const struct state *now, const struct state *wanted,
		 const char *path, bool force);

#endif /* TSREWRITE_STATE_REFUSAL_H */

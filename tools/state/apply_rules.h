/* SPDX-License-Identifier: GPL-2.0-only */
/* Gives groups the prefixes and ports of a state.  All return 0, or -1 with @genl's error. */
#ifndef TSREWRITE_STATE_APPLY_RULES_H
#define TSREWRITE_STATE_APPLY_RULES_H

#include "state.h"

/*
 * Changes those of all groups that differ from state @from to those of state @to, in one
 * transaction; a group that is only in @from loses its own.  All groups of @to exist, except
 * if they have none.
 */
int apply_rules(struct genl *genl, const struct state *from, const struct state *to);

/* Writes what was modified or lost of the rules that are there, and of those of devices */
int apply_whole_rules(struct genl *genl);

/* Confirms that @device has the rules of all groups, after writing them if it has to */
int apply_confirm(struct genl *genl, const char *device);

#endif /* TSREWRITE_STATE_APPLY_RULES_H */

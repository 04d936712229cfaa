/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_STATE_OVERLAP_H
#define TSREWRITE_STATE_OVERLAP_H

#include "state.h"

/*
 * Fills in the summaries of the prefixes and ports of all groups, and reports if two groups
 * cannot both have what they are to have, with the line of the later one in @line.  Returns an
 * exit status.
 */
int overlap_refuse(struct state *state, size_t *line);

#endif /* TSREWRITE_STATE_OVERLAP_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* Writes a state as the commands that make it, which read.h reads */
#ifndef TSREWRITE_STATE_SAVE_H
#define TSREWRITE_STATE_SAVE_H

#include <stdio.h>

#include "state.h"

/*
 * Writes the same text for the same state.  Without @machine, the limit of the whole machine,
 * which belongs to no network namespace, is left out.
 */
void state_print(FILE *to, const struct state *state, bool machine);

/*
 * Writes it to the file @path, which is replaced as a whole, or not at all.  Returns 0, or -1
 * with errno.
 */
int state_save(const char *path, const struct state *state, bool machine);

#endif /* TSREWRITE_STATE_SAVE_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* Remembers how to undo what was done, so that a later failure leaves nothing behind */
#ifndef TSREWRITE_STATE_UNDO_H
#define TSREWRITE_STATE_UNDO_H

#include <stddef.h>

/* Returns 0, or -1 after reporting that something could not be undone */
typedef int (*undo_run)(void *context, const void *arg);

struct undo_step {
	undo_run run;
	const void *arg;
};

/* Zeroed, there is nothing to undo.  undo_free() frees @step. */
struct undo {
	struct undo_step *step;
	size_t count;
};

/* Makes room for a step, before what it undoes is done.  Returns 0, or -1 with errno. */
int undo_prepare(struct undo *undo);

/* Adds a step, for which there is room */
void undo_add(struct undo *undo, undo_run run, const void *arg);

/* Runs all steps, the last one first, also if one fails.  Returns 0, or -1. */
int undo_all(struct undo *undo, void *context);
void undo_free(struct undo *undo);

#endif /* TSREWRITE_STATE_UNDO_H */

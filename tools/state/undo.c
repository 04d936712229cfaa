// SPDX-License-Identifier: GPL-2.0-only
#include "undo.h"

#include <stdlib.h>

int undo_prepare(struct undo *undo)
{
	struct undo_step *grown = reallocarray(undo->step, undo->count + 1, sizeof(*grown));

	if (!grown)
		return -1;
	undo->step = grown;
	return 0;
}

void undo_add(struct undo *undo, undo_run run, const void *arg)
{
	undo->step[undo->count++] = (struct undo_step){ run, arg };
}

int undo_all(struct undo *undo, void *context)
{
	int ret = 0;

	while (undo->count) {
		const struct undo_step *step = &undo->step[--undo->count];

		if (step->run(context, step->arg) < 0)
			ret = -1;
	}
	return ret;
}

void undo_free(struct undo *undo)
{
	free(undo->step);
	undo->step = NULL;
	undo->count = 0;
}

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The groups that are watched, their histories, and the rows that are made of them.  Reads no
 * clock, and asks nobody.
 */
#ifndef TSREWRITE_TOP_BOARD_H
#define TSREWRITE_TOP_BOARD_H

#include <stddef.h>

#include "../client/group.h"
#include "row.h"

struct known_group {
	struct group group;	/* as it was listed last */
	bool listed;
	struct history history;
};

/* Zeroed, there is none; board_free() frees it */
struct board {
	struct known_group *known;
	size_t count;
};

/*
 * Takes the groups and their counters as they are at @now, in seconds that never run
 * backwards.  A group that is not listed is forgotten.  Returns 0, or -1 if there is no memory.
 */
int board_sample(struct board *board, const struct groups *groups, double now);

/*
 * Makes the rows of all groups as they were at the last sample, in @order.  @answer is the
 * service's, or NULL.  Returns board->count rows, to be freed; NULL if there is no memory.
 */
struct row *board_rows(const struct board *board, const json_t *answer, double now,
		       enum row_order order);

void board_free(struct board *board);

#endif /* TSREWRITE_TOP_BOARD_H */

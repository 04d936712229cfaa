/* SPDX-License-Identifier: GPL-2.0-only */
/* Which column is where on a screen that is so wide.  Pure functions. */
#ifndef TSREWRITE_TOP_LAYOUT_H
#define TSREWRITE_TOP_LAYOUT_H

#include "row.h"

enum top_column {
	TOP_NAME, TOP_MODE, TOP_ATTEMPTS, TOP_SUCCESSES, TOP_NOW, TOP_USUAL,
	TOP_REFUSED, TOP_IMPOSSIBLE, TOP_MINUTE, TOP_COLUMNS
};

/* Where a column begins, and how wide it is */
struct place {
	const char *head;
	bool right;		/* its cells end where it ends */
	int x;
	int width;
};

struct layout {
	struct place column[TOP_COLUMNS];
	int words_x;		/* where there is room for words, behind the last column */
	int words_width;	/* how much; may be 0 */
	int first;		/* the line of the first row */
	int lines;		/* how many lines rows may take */
};

/* For a screen of @columns and @lines, and names that are at most @longest long */
struct layout layout_fit(int columns, int lines, int longest);

/* How many lines a row takes: two if its words do not fit behind its figures */
int layout_height(const struct layout *layout, const struct row *row);

/* How many rows have room from row @first on, and how many in front of row @end */
int layout_rows_from(const struct layout *layout, const struct row *rows, int count, int first);
int layout_rows_before(const struct layout *layout, const struct row *rows, int end);

#endif /* TSREWRITE_TOP_LAYOUT_H */

/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_PREFIX_LIST_H
#define TSREWRITE_PREFIX_LIST_H

#include "prefix.h"

/*
 * PREFIX,..., or @FILE with a prefix a line and comments behind #, or "any", or "none".
 * Sorted, and what lies in another one left out.  0, or -1 with the reason in @why;
 * @ranges is the caller's to free.
 */
int prefix_list_read(const char *word, struct ranges *ranges, char *why,
		     size_t size);

#endif /* TSREWRITE_PREFIX_LIST_H */

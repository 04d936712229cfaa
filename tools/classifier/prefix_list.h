/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_CLASSIFIER_PREFIX_LIST_H
#define TSREWRITE_CLASSIFIER_PREFIX_LIST_H

#include "prefix.h"

/*
 * Reads a list of prefixes: PREFIX,..., or @FILE with a prefix a line and comments after #, or
 * "any" for all addresses, or "none".  They are sorted, and those that lie within another one
 * are left out.  Returns 0, or -1 with the reason in @why.  The caller frees @ranges.
 */
int prefix_list_read(const char *word, struct ranges *ranges, char *why,
		     size_t size);

#endif /* TSREWRITE_CLASSIFIER_PREFIX_LIST_H */

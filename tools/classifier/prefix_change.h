/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Adds prefixes to a group's, and removes some of them.  Pure functions.  All @ranges and lists
 * are sorted, and none of them overlap others of the same list.
 */
#ifndef TSREWRITE_CLASSIFIER_PREFIX_CHANGE_H
#define TSREWRITE_CLASSIFIER_PREFIX_CHANGE_H

#include "prefix.h"

/* The one of @ranges that holds all addresses of @range, or NULL */
const struct range *ranges_holding(const struct ranges *ranges, const struct range *range);

/*
 * Adds those of @more that none of @ranges holds; those of @ranges that lie within one of @more
 * are replaced by it.  Returns how many were added, or -1 with errno.
 */
int ranges_put(struct ranges *ranges, const struct ranges *more);

/*
 * Removes @less from @ranges, and returns NULL; or changes nothing, and returns the first of
 * @less that is not one of @ranges.
 */
const struct range *ranges_take(struct ranges *ranges, const struct ranges *less);

#endif /* TSREWRITE_CLASSIFIER_PREFIX_CHANGE_H */

/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_WATCH_FEED_NAME_H
#define TSREWRITE_WATCH_FEED_NAME_H

#include <stdbool.h>

#include <linux/tsrewrite.h>

/* Each byte of a group's name may become three characters */
#define FEED_NAME (3 * TSREWRITE_GROUP_NAMSIZ + 1)

/*
 * Names the feed of a group: letters, digits, "-" and "_" of the group's name stay, and each
 * other byte becomes =XX, its hexadecimal value.  So it is the name of a file and part of a URL
 * as it is, whatever the group is called, and no two groups have the same.  Returns @out.
 */
char *feed_name(char out[FEED_NAME], const char *group);

/* Whether feed_name() makes that of some group's name */
bool feed_name_fits(const char *text);

#endif /* TSREWRITE_WATCH_FEED_NAME_H */

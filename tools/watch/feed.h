/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_WATCH_FEED_H
#define TSREWRITE_WATCH_FEED_H

#include <stdio.h>

#include "feeds.h"

/*
 * Prints a feed in Atom (RFC 4287), with its group's news or all, the newest first.  @now, in
 * nanoseconds since the epoch, is when it is updated.  @url is where it is published, or NULL.
 */
void feed_write(const struct feed *feed, const struct news *news, const char *url,
		uint64_t now, FILE *to);

#endif /* TSREWRITE_WATCH_FEED_H */

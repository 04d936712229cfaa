/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_WATCH_FEED_H
#define TSREWRITE_WATCH_FEED_H

#include <stdio.h>

#include "incident.h"

/*
 * Prints the incidents as an Atom feed (RFC 4287), the newest first.  @now, in nanoseconds
 * since the epoch, is when the feed was updated if there are none.
 */
void feed_write(const struct incidents *incidents, uint64_t now, FILE *to);

#endif /* TSREWRITE_WATCH_FEED_H */

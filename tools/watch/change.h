/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The changes that were heard of last, by whom, and which one came before a trouble
 */
#ifndef TSREWRITE_WATCH_CHANGE_H
#define TSREWRITE_WATCH_CHANGE_H

#include <stddef.h>
#include <stdint.h>

#include "../cmd/event.h"

#define CHANGES 64
#define CHANGE_TEXT 512

struct change {
	uint64_t time;		/* nanoseconds since the epoch */
	char group[ATTR_TEXT];	/* whose; empty for all */
	char text[CHANGE_TEXT];
};

/* Zeroed, there are none */
struct changes {
	uint64_t count;		/* ever */
	struct change change[CHANGES];
};

void changes_add(struct changes *changes, const struct event *event);

/* Some were not heard of */
void changes_lost(struct changes *changes, uint64_t time);

/* The last one up to @time that concerns @group, or NULL */
const struct change *changes_before(const struct changes *changes,
				    const char *group, uint64_t time);

#endif /* TSREWRITE_WATCH_CHANGE_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* Which network device lies below which, as rtnetlink tells */
#ifndef TSREWRITE_LINK_H
#define TSREWRITE_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "attr.h"

struct link {
	uint64_t present;
	char name[ATTR_TEXT];
	uint32_t parent;	/* the ifindex of what it was made on */
	uint32_t master;	/* of what it is a port of */
	uint32_t netnsid;	/* present where the parent is elsewhere */
	struct attrs info;	/* of the message; not to be used later */

	uint32_t ifindex;
	bool tunnel;
	bool below;		/* by links_mark_below() */
};

/* @link is the caller's to free */
struct links {
	struct link *link;
	size_t count;
};

/* 0, or -1 with errno */
int links_get(struct links *links);

/* Mark those, and only those, that @ifindex rests on, however far below */
void links_mark_below(struct links *links, uint32_t ifindex);

#endif /* TSREWRITE_LINK_H */

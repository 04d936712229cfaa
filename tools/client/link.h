/* SPDX-License-Identifier: GPL-2.0-only */
/* Lists the network devices and finds which lie below a given one, by rtnetlink */
#ifndef TSREWRITE_CLIENT_LINK_H
#define TSREWRITE_CLIENT_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "attr.h"

struct link {
	uint64_t present;
	char name[ATTR_TEXT];
	uint32_t parent;	/* the ifindex of the device that it was made on */
	uint32_t master;	/* the ifindex of the bridge, bond, ... that it is a port of */
	uint32_t netnsid;	/* present if the parent is in another network namespace */
	struct attrs info;	/* these point into the message: not valid after links_get() */
	struct attrs xdp;

	uint32_t ifindex;
	bool tunnel;
	bool has_xdp;		/* an XDP program is attached to it */
	bool below;		/* set by links_mark_below() */
	struct link *next;	/* while that runs: one whose lower ones it still looks for */
};

/* The caller frees @link */
struct links {
	struct link *link;
	size_t count;
};

/* Reads all.  Returns 0, or -1 with errno. */
int links_get(struct links *links);

/* Sets @below of all devices that lie below @ifindex, however deep, and clears all others' */
void links_mark_below(struct links *links, uint32_t ifindex);

#endif /* TSREWRITE_CLIENT_LINK_H */

/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_UNIT_KERNEL_LLIST_H
#define TSRW_UNIT_KERNEL_LLIST_H

struct llist_node {
	struct llist_node *next;
};

#endif

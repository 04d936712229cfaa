/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_UNIT_KERNEL_LIST_H
#define TSRW_UNIT_KERNEL_LIST_H

struct hlist_node {
	struct hlist_node *next, **pprev;
};

#endif

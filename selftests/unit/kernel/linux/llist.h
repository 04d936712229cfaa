/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_UNIT_KERNEL_LLIST_H
#define TSRW_UNIT_KERNEL_LLIST_H

#include <linux/list.h>

struct llist_node {
	struct llist_node *next;
};

struct llist_head {
	struct llist_node *first;
};

static inline void init_llist_head(struct llist_head *head)
{
	head->first = NULL;
}

static inline void llist_add(struct llist_node *node, struct llist_head *head)
{
	node->next = head->first;
	head->first = node;
}

static inline struct llist_node *llist_del_all(struct llist_head *head)
{
	struct llist_node *first = head->first;

	head->first = NULL;
	return first;
}

#define llist_for_each_entry_safe(pos, after, node, member)		\
	for ((pos) = hlist_entry_safe(node, __typeof__(*(pos)), member);	\
	     (pos) && (((after) = hlist_entry_safe((pos)->member.next,	\
						   __typeof__(*(pos)), member)), true);	\
	     (pos) = (after))

#endif

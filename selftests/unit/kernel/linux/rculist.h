/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_UNIT_KERNEL_RCULIST_H
#define TSRW_UNIT_KERNEL_RCULIST_H

#include <linux/list.h>
#include <linux/rcupdate.h>

/* What follows @member is a condition for lockdep */
#define hlist_for_each_entry_rcu(pos, head, member, ...)		\
	for ((pos) = hlist_entry_safe((head)->first, __typeof__(*(pos)), member);	\
	     (pos);							\
	     (pos) = hlist_entry_safe((pos)->member.next, __typeof__(*(pos)), member))

static inline void hlist_add_head_rcu(struct hlist_node *node, struct hlist_head *head)
{
	*node = (struct hlist_node){ .next = head->first, .pprev = &head->first };
	if (node->next)
		node->next->pprev = &node->next;
	head->first = node;
}

/* A reader that stands there goes on */
static inline void hlist_del_rcu(struct hlist_node *node)
{
	*node->pprev = node->next;
	if (node->next)
		node->next->pprev = node->pprev;
	node->pprev = NULL;
}

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_UNIT_KERNEL_LIST_H
#define TSRW_UNIT_KERNEL_LIST_H

#include <stddef.h>

#define container_of(pointer, type, member)	({			\
	const __typeof__(((type *)0)->member) *__member = (pointer);	\
	(type *)((char *)__member - offsetof(type, member));		\
})

struct list_head {
	struct list_head *next, *prev;
};

struct hlist_node {
	struct hlist_node *next, **pprev;
};

struct hlist_head {
	struct hlist_node *first;
};

#define hlist_empty(head)	(!(head)->first)
#define hlist_entry_safe(node, type, member)				\
	((node) ? container_of(node, type, member) : NULL)

#define hlist_for_each_entry_safe(pos, after, head, member)		\
	for ((pos) = hlist_entry_safe((head)->first, __typeof__(*(pos)), member);	\
	     (pos) && (((after) = (pos)->member.next), true);		\
	     (pos) = hlist_entry_safe(after, __typeof__(*(pos)), member))

#endif

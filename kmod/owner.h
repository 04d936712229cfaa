/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_OWNER_H
#define TSRW_OWNER_H

#include <linux/atomic.h>
#include <linux/cache.h>
#include <linux/list.h>
#include <linux/uidgid.h>

struct user_namespace;

/**
 * struct tsrw_owner - a user to whom user namespaces belong, and what their network
 *	namespaces hold together
 * @list: links all owners
 * @user: the user
 * @refs: how many flow tables there are of the user
 * @flows: how many flows they hold, including those that wait for their grace period
 * @chains: how many chains they have
 */
struct tsrw_owner {
	struct list_head list;
	kuid_t user;
	unsigned int refs;
	atomic_t flows ____cacheline_aligned_in_smp;
	atomic_t chains;
};

struct tsrw_owner *tsrw_owner_get(const struct user_namespace *user_ns);
void tsrw_owner_put(struct tsrw_owner *owner);

#endif /* TSRW_OWNER_H */

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Users who have network namespaces in user namespaces of theirs.
 *
 * Such a user may make as many as he likes, and set the limits of each, so that what they
 * hold is counted for him, in all of them together.
 */
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/user_namespace.h>

#include "owner.h"

static LIST_HEAD(owners);
static DEFINE_MUTEX(owners_lock);	/* for @owners, and for @refs of each */

/* The user namespace below the initial one belongs to whoever made it, whatever users are
 * mapped in it; those that are nested in it belong to him as well
 */
static kuid_t user_of(const struct user_namespace *user_ns)
{
	while (user_ns->parent != &init_user_ns)
		user_ns = user_ns->parent;
	return user_ns->owner;
}

static struct tsrw_owner *find_owner(kuid_t user)
{
	struct tsrw_owner *owner;

	list_for_each_entry(owner, &owners, list)
		if (uid_eq(owner->user, user))
			return owner;
	return NULL;
}

static struct tsrw_owner *make_owner(kuid_t user)
{
	struct tsrw_owner *owner = kzalloc(sizeof(*owner), GFP_KERNEL_ACCOUNT);

	if (!owner)
		return NULL;
	owner->user = user;
	list_add(&owner->list, &owners);
	return owner;
}

/**
 * tsrw_owner_get - get the user to whom a user namespace belongs
 * @user_ns: the user namespace
 *
 * Return: the user, to be given back by tsrw_owner_put(); NULL for the initial user
 * namespace, which is the machine's own; -ENOMEM. Context: process.
 */
struct tsrw_owner *tsrw_owner_get(const struct user_namespace *user_ns)
{
	struct tsrw_owner *owner;
	kuid_t user;

	if (user_ns == &init_user_ns)
		return NULL;
	user = user_of(user_ns);
	mutex_lock(&owners_lock);
	owner = find_owner(user) ?: make_owner(user);
	if (owner)
		owner->refs++;
	mutex_unlock(&owners_lock);
	return owner ?: ERR_PTR(-ENOMEM);
}

/**
 * tsrw_owner_put - give back what tsrw_owner_get() returned
 * @owner: the user, or NULL; freed with the last flow table of his
 *
 * Context: process.
 */
void tsrw_owner_put(struct tsrw_owner *owner)
{
	if (!owner)
		return;
	mutex_lock(&owners_lock);
	if (!--owner->refs) {
		list_del(&owner->list);
		kfree(owner);
	}
	mutex_unlock(&owners_lock);
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stacks of devices: whether an attached one is among them.
 *
 * Of the devices of a stack that are in one network namespace, only one may be attached:
 * a packet passes them one after the other, and would be rewritten twice in one table.
 * Those of other namespaces have tables of their own, and what each rewrites on the way out
 * it restores in the reverse order on the way in.  Who administers another namespace, such
 * as a container's, is not asked what may be attached here, nor told what is.
 */
#include "stack.h"

/**
 * struct stack_search - what to look for in a stack
 * @net: the network namespace whose attachments count
 * @found: the one that was found, or NULL
 */
struct stack_search {
	const struct net *net;
	const struct tsrw_device *found;
};

static int note_attached(struct net_device *dev, struct netdev_nested_priv *priv)
{
	struct stack_search *search = priv->data;

	if (net_eq(dev_net(dev), search->net))
		search->found = tsrw_device_of(dev);
	return search->found ? 1 : 0;
}

/**
 * tsrw_stack_at_or_below - find an attachment of a device or of one below it
 * @dev: the device
 * @net: the network namespace of the attachment
 *
 * Return: the attachment, or NULL. Context: RTNL.
 */
const struct tsrw_device *tsrw_stack_at_or_below(struct net_device *dev,
						 const struct net *net)
{
	struct stack_search search = { .net = net };
	struct netdev_nested_priv priv = { .data = &search };

	if (!note_attached(dev, &priv))
		netdev_walk_all_lower_dev(dev, note_attached, &priv);
	return search.found;
}

/**
 * tsrw_stack_at_or_above - find an attachment of a device or of one above it
 * @dev: the device
 * @net: the network namespace of the attachment
 *
 * Return: the attachment, or NULL. Context: RTNL.
 */
const struct tsrw_device *tsrw_stack_at_or_above(struct net_device *dev,
						 const struct net *net)
{
	struct stack_search search = { .net = net };
	struct netdev_nested_priv priv = { .data = &search };

	if (note_attached(dev, &priv))
		return search.found;
	rcu_read_lock();
	netdev_walk_all_upper_dev_rcu(dev, note_attached, &priv);
	rcu_read_unlock();
	return search.found;
}

/**
 * struct link_search - what to look for where two devices are to be linked
 * @lower: the device that is to be below
 * @link: filled in with what was found
 */
struct link_search {
	struct net_device *lower;
	struct tsrw_stack_link link;
};

static int note_both_attached(struct net_device *dev, struct netdev_nested_priv *priv)
{
	struct link_search *search = priv->data;

	search->link.above = tsrw_device_of(dev);
	if (search->link.above)
		search->link.below = tsrw_stack_at_or_below(search->lower, dev_net(dev));
	return search->link.below ? 1 : 0;
}

/**
 * tsrw_stack_would_link - find two attachments of one namespace that a link would stack
 * @lower: the device that is to be below
 * @upper: the device that is to be above it
 * @link: filled in with the two if true is returned
 *
 * Return: true if there are two. Context: RTNL.
 */
bool tsrw_stack_would_link(struct net_device *lower, struct net_device *upper,
			   struct tsrw_stack_link *link)
{
	struct link_search search = { .lower = lower };
	struct netdev_nested_priv priv = { .data = &search };

	if (!note_both_attached(upper, &priv)) {
		rcu_read_lock();
		netdev_walk_all_upper_dev_rcu(upper, note_both_attached, &priv);
		rcu_read_unlock();
	}
	*link = search.link;
	return link->below;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stacks of devices: what is above or below an attached one.
 */
#include "stack.h"

static int note_attached(struct net_device *dev, struct netdev_nested_priv *priv)
{
	priv->data = tsrw_device_of(dev);
	return priv->data ? 1 : 0;
}

/**
 * tsrw_stack_at_or_below - is a device, or one below it, attached?
 * @dev: the device
 *
 * A packet must not be rewritten twice, for it would have to be restored twice.
 *
 * Return: the attachment, or NULL. Context: RTNL.
 */
const struct tsrw_device *tsrw_stack_at_or_below(struct net_device *dev)
{
	struct netdev_nested_priv found = { .data = tsrw_device_of(dev) };

	if (!found.data)
		netdev_walk_all_lower_dev(dev, note_attached, &found);
	return found.data;
}

/**
 * tsrw_stack_at_or_above - is a device, or one above it, attached?
 * @dev: the device
 *
 * Return: the attachment, or NULL. Context: RTNL.
 */
const struct tsrw_device *tsrw_stack_at_or_above(struct net_device *dev)
{
	struct netdev_nested_priv found = { .data = tsrw_device_of(dev) };

	if (found.data)
		return found.data;
	rcu_read_lock();
	netdev_walk_all_upper_dev_rcu(dev, note_attached, &found);
	rcu_read_unlock();
	return found.data;
}

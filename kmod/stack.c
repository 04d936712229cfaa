// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stacks of devices: whether an attached one is among them.
 */
#include "stack.h"

static int note_attached(struct net_device *dev, struct netdev_nested_priv *priv)
{
	priv->data = tsrw_device_of(dev);
	return priv->data ? 1 : 0;
}

/**
 * tsrw_stack_at_or_below - find an attachment of a device or of one below it
 * @dev: the device
 *
 * Only one device of a stack may be attached: two would rewrite a packet twice.
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
 * tsrw_stack_at_or_above - find an attachment of a device or of one above it
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

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Kinds of devices whose hooks do not see both directions of a connection.
 */
#include <net/rtnetlink.h>

#include "kind.h"

static bool is_of_kind(const struct net_device *dev, const char *kind)
{
	return dev->rtnl_link_ops && !strcmp(dev->rtnl_link_ops->kind, kind);
}

/**
 * tsrw_kind_refusal - find out why a device cannot be attached because of its kind
 * @dev: the device
 *
 * What leaves through a VRF device arrives on its ports. An ipvlan device is given only
 * what is for its own addresses (in mode l3s, nothing at its ingress hook), so that the
 * answers to what was forwarded through it arrive on the device below it. What leaves
 * through an ifb device is what has arrived elsewhere.
 *
 * Return: the reason, or NULL. Context: RTNL.
 */
const char *tsrw_kind_refusal(const struct net_device *dev)
{
	if (netif_is_l3_master(dev))
		return "it is a VRF device: packets arrive on its ports (attach those)";
	if (is_of_kind(dev, "ipvlan") || is_of_kind(dev, "ipvtap"))
		return "it is an ipvlan device: answers arrive below it (attach that device)";
	if (is_of_kind(dev, "ifb"))
		return "it is an ifb device: what leaves through it has arrived elsewhere";
	return NULL;
}

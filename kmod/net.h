/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_NET_H
#define TSRW_NET_H

#include <net/net_namespace.h>
#include <net/netns/generic.h>

#include "group.h"
#include "table.h"

/**
 * struct tsrw_net - what a network namespace has of ours
 * @net: the namespace; this lives within it
 * @stats: its counters
 * @groups: its groups
 * @devices: attached devices, struct tsrw_device; under RTNL
 * @devices_seq: changes with @devices; under RTNL
 * @table: its flows
 */
struct tsrw_net {
	struct net *net;
	struct tsrw_stats __percpu *stats;
	struct tsrw_groups groups;
	struct list_head devices;
	unsigned int devices_seq;
	struct tsrw_table table;
};

extern unsigned int tsrw_net_id;

static inline struct tsrw_net *tsrw_net(const struct net *net)
{
	return net_generic(net, tsrw_net_id);
}

#endif /* TSRW_NET_H */

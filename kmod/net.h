/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_NET_H
#define TSRW_NET_H

#include <linux/ktime.h>
#include <linux/mutex.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>

#include "group.h"
#include "table.h"

struct tsrw_device_answers;
struct tsrw_labels_ops;

/* For each namespace: ids are 1 and up */
#define TSRW_DEVICES_MAX	(TSRW_DEVICE_UNHEARD - 1)

/**
 * struct tsrw_load_count - what became of flows that were to be loaded
 * @loaded: they are in the table
 * @existing: there is a flow already
 * @expired: they had no segment for longer than their timeout
 * @no_room: they found no room or no memory
 */
struct tsrw_load_count {
	u32 loaded;
	u32 existing;
	u32 expired;
	u32 no_room;
};

/**
 * struct tsrw_net - the state of the module in a network namespace
 * @net: the network namespace, which owns this state
 * @lock: keeps commands apart; taken before RTNL
 * @stats: its counters
 * @groups: its groups
 * @devices: its attachments, struct tsrw_device; under RTNL
 * @ended: those that it had, when it is removed; under RTNL
 * @devices_seq: changes with @devices; under RTNL
 * @answers: whether what leaves through an attachment is answered, by its id: see
 *	tsrw_answers_alloc()
 * @raw_until: until then, in seconds since boot, an echo may be that of a TSval which had left
 *	unrewritten
 * @labels: who keeps offsets in the labels of conntrack; valid with @label_bit
 * @label_bit: number of the first bit of these that is used, 0 if none is
 * @loading: what became of flows since a load began
 * @table: its flow table
 */
struct tsrw_net {
	struct net *net;
	struct mutex lock; /* for commands */
	struct tsrw_stats __percpu *stats;
	struct tsrw_groups groups;
	struct list_head devices;
	struct list_head ended;
	unsigned int devices_seq;
	struct tsrw_device_answers *answers;
	u32 raw_until;
	const struct tsrw_labels_ops *labels;
	u32 label_bit;
	struct tsrw_load_count loading;
	struct tsrw_table table;
};

/**
 * struct tsrw_config - what an operator may set beside devices and groups
 * @limits: limits and timeouts of the network namespace
 * @machine_limit: how many flows all namespaces together may hold
 * @mark_mask: the bits of skb->mark that carry a group's id
 * @label_bit: number of the first of 64 bits of conntrack's labels that have offsets, or 0
 */
struct tsrw_config {
	struct tsrw_limits limits;
	u32 machine_limit;
	u32 mark_mask;
	u32 label_bit;
};

extern unsigned int tsrw_net_id;

/* A SYN that left unrewritten may be sent again, and answered, for so long */
#define TSRW_RAW_SECONDS	130

/**
 * tsrw_net_note_raw - note that connections whose SYN left unrewritten may be rewritten
 *	from now on
 * @tn: state of the network namespace
 *
 * Context: any.
 */
static inline void tsrw_net_note_raw(struct tsrw_net *tn)
{
	WRITE_ONCE(tn->raw_until, ktime_get_seconds() + TSRW_RAW_SECONDS);
}

/**
 * tsrw_net_is_raw_lately - whether a SYN that left unrewritten may be answered now
 * @tn: state of the network namespace
 *
 * Context: any.
 */
static inline bool tsrw_net_is_raw_lately(const struct tsrw_net *tn)
{
	return ktime_get_seconds() < READ_ONCE(tn->raw_until);
}

static inline struct tsrw_net *tsrw_net(const struct net *net)
{
	return net_generic(net, tsrw_net_id);
}

#endif /* TSRW_NET_H */

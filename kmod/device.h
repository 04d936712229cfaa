/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_DEVICE_H
#define TSRW_DEVICE_H

#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <linux/tsrewrite.h>

#include "hook.h"

/**
 * struct tsrw_device - an attachment
 * @list: links the attachments of the network namespace
 * @dev: the device, or NULL while no device has the name
 * @name: name of the attachment, which follows a rename of @dev, unless @early
 * @early: @dev was found by its name alone, and has not been up since
 * @hook: what the hooks read
 * @ops: the ingress and the egress hook, registered while there is @dev
 * @unread: the frames whose packets they could not read, which they write
 *
 * Everything is accessed under RTNL, except for @hook, which hooks read under RCU, and
 * @unread.
 */
struct tsrw_device {
	struct list_head list;
	struct net_device *dev;
	char name[IFNAMSIZ];
	bool early;
	struct tsrw_hook hook;
	struct nf_hook_ops ops[2];
	struct tsrw_unread unread;
};

int tsrw_device_detach(struct tsrw_net *tn, const char *name, bool force,
		       u32 *flows, struct netlink_ext_ack *extack);
int tsrw_device_drain(struct tsrw_net *tn, const char *name, bool drain,
		      struct netlink_ext_ack *extack);
int tsrw_device_confirm(struct tsrw_net *tn, const char *name,
			struct netlink_ext_ack *extack);
void tsrw_device_unconfirm(struct tsrw_device *device);
void tsrw_device_confirm_all(struct tsrw_net *tn);
u32 tsrw_device_flows(const struct tsrw_device *device);
void tsrw_device_unhook_all(struct tsrw_net *tn);
void tsrw_device_free_all(struct tsrw_net *tn);

struct tsrw_device *tsrw_device_by_name(const struct tsrw_net *tn,
					const char *name);
struct tsrw_device *tsrw_device_of(const struct net_device *dev);

int tsrw_device_take_hold(struct tsrw_device *device, struct net_device *dev);
void tsrw_device_let_go(struct tsrw_device *device);
void tsrw_device_end(struct tsrw_device *device, u32 flows);
void tsrw_device_emit(const struct tsrw_device *device,
		      enum tsrewrite_event type);

#endif /* TSRW_DEVICE_H */

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Attached devices.  An attachment goes by name: it outlives its device, and takes hold
 * again when a device of that name appears.
 */
#include <linux/module.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "answers.h"
#include "compat.h"
#include "device.h"
#include "event.h"
#include "fastpath.h"

/**
 * tsrw_device_by_name - find an attachment by its name
 * @tn: state of the network namespace
 * @name: name of the attachment
 *
 * Return: the attachment, or NULL. Context: RTNL.
 */
struct tsrw_device *tsrw_device_by_name(const struct tsrw_net *tn,
					const char *name)
{
	struct tsrw_device *device;

	list_for_each_entry(device, &tn->devices, list)
		if (!strcmp(device->name, name))
			return device;
	return NULL;
}

/**
 * tsrw_device_of - find the attachment of a device
 * @dev: the device
 *
 * Return: the attachment, or NULL. Context: RTNL.
 */
struct tsrw_device *tsrw_device_of(const struct net_device *dev)
{
	struct tsrw_device *device;

	list_for_each_entry(device, &tsrw_net(dev_net(dev))->devices, list)
		if (device->dev == dev)
			return device;
	return NULL;
}

/**
 * tsrw_device_emit - emit an event about an attachment
 * @device: the attachment
 * @type: what happened to it
 *
 * Context: RTNL.
 */
void tsrw_device_emit(const struct tsrw_device *device,
		      enum tsrewrite_event type)
{
	struct tsrw_event event = {
		.tn = device->hook.tn, .type = type, .device = device,
	};

	tsrw_event_emit(&event);
}

/* The ingress hook runs first, before anything that may steal packets; the egress hook
 * runs last, after everything that may change them.
 */
static void prepare_ops(struct tsrw_device *device)
{
	device->ops[TSRW_INGRESS] = (struct nf_hook_ops){
		.hook = tsrw_fastpath_ingress, .hooknum = NF_NETDEV_INGRESS,
		.priority = INT_MIN,
	};
	device->ops[TSRW_EGRESS] = (struct nf_hook_ops){
		.hook = tsrw_fastpath_egress, .hooknum = NF_NETDEV_EGRESS,
		.priority = INT_MAX,
	};
	for (int i = 0; i < ARRAY_SIZE(device->ops); i++) {
		device->ops[i].pf = NFPROTO_NETDEV;
		device->ops[i].dev = device->dev;
		device->ops[i].priv = &device->hook;
	}
}

/**
 * tsrw_device_unconfirm - take the rules of a device as unconfirmed if there are groups
 * @device: the attachment
 *
 * User space owns the rules that mark packets for groups. They may not apply to a
 * device that has appeared or was renamed, until user space has looked at them.
 * Context: RTNL.
 */
void tsrw_device_unconfirm(struct tsrw_device *device)
{
	bool groups = READ_ONCE(device->hook.tn->groups.count);

	WRITE_ONCE(device->hook.rules_unconfirmed, groups);
}

/**
 * tsrw_device_take_hold - register the hooks of an attachment on a device
 * @device: the attachment
 * @dev: the device
 *
 * Return: 0, or what nf_register_net_hooks() returns, so that no hook reads @device.
 * Context: RTNL. Waits for a grace period if the second hook finds no place.
 */
int tsrw_device_take_hold(struct tsrw_device *device, struct net_device *dev)
{
	int err;

	device->dev = dev;
	tsrw_device_unconfirm(device);
	tsrw_answers_forget(&device->hook.tn->answers[device->hook.device]);
	device->unread.ethertype = 0;
	prepare_ops(device);
	/* Ingress first, so that nothing is rewritten that could not be restored */
	err = nf_register_net_hooks(dev_net(dev), &device->ops[TSRW_INGRESS], 1);
	if (err)
		goto forget;
	err = nf_register_net_hooks(dev_net(dev), &device->ops[TSRW_EGRESS], 1);
	if (err)
		goto unhook;
	device->hook.tn->devices_seq++;
	return 0;

unhook:
	nf_unregister_net_hooks(dev_net(dev), &device->ops[TSRW_INGRESS], 1);
	synchronize_net();
forget:
	device->dev = NULL;
	return err;
}

/**
 * tsrw_device_let_go - unregister the hooks of an attachment, which stays
 * @device: the attachment
 *
 * Context: RTNL. Waits for a grace period, so that no hook reads @device afterwards.
 */
void tsrw_device_let_go(struct tsrw_device *device)
{
	struct net *net = device->hook.tn->net;

	if (!device->dev)
		return;
	nf_unregister_net_hooks(net, &device->ops[TSRW_EGRESS], 1);
	nf_unregister_net_hooks(net, &device->ops[TSRW_INGRESS], 1);
	synchronize_net();
	device->dev = NULL;
	device->hook.tn->devices_seq++;
}

/* Forget the id of a device in a flow, before another attachment gets the id */
static int forget_in_flow(struct tsrw_flow *flow, void *arg)
{
	const struct tsrw_device *device = arg;

	for (int i = 0; i < ARRAY_SIZE(flow->device); i++)
		if (READ_ONCE(flow->device[i]) == device->hook.device)
			WRITE_ONCE(flow->device[i], 0);
	return 0;
}

/**
 * tsrw_device_end - end an attachment, and emit the event
 * @device: the attachment, which is freed
 * @flows: how many rewritten connections crossed the device
 *
 * Context: RTNL.
 */
void tsrw_device_end(struct tsrw_device *device, u32 flows)
{
	struct tsrw_net *tn = device->hook.tn;
	struct tsrw_cursor from_start = {};
	struct tsrw_event event = {
		.tn = tn, .type = TSREWRITE_EVENT_DEVICE_DETACHED,
		.device = device, .flows = flows,
	};

	tsrw_device_let_go(device);
	list_del(&device->list);
	tn->devices_seq++;
	tsrw_table_walk(&tn->table, &from_start, forget_in_flow, device);
	tsrw_event_emit(&event);
	kfree(device);
	module_put(THIS_MODULE);
}

static int count_flow(struct tsrw_flow *flow, void *arg)
{
	u8 egress = READ_ONCE(flow->device[TSRW_EGRESS]);
	u8 ingress = READ_ONCE(flow->device[TSRW_INGRESS]);
	struct tsrw_conn conn;
	u32 *flows = arg;

	tsrw_flow_snapshot(flow, &conn);
	if (!tsrw_conn_breaks(&conn))
		return 0;
	flows[egress]++;
	if (ingress != egress)
		flows[ingress]++;
	return 0;
}

/**
 * tsrw_device_count_flows - count the rewritten connections that cross each device
 * @tn: state of the network namespace
 *
 * Return: how many, by the id of the attachment, to be freed by kfree(); NULL without
 * memory. Context: process; walks the whole flow table.
 */
u32 *tsrw_device_count_flows(const struct tsrw_net *tn)
{
	u32 *flows = kcalloc(TSRW_DEVICES_MAX + 1, sizeof(*flows), GFP_KERNEL);
	struct tsrw_cursor from_start = {};

	if (flows)
		tsrw_table_walk(&tn->table, &from_start, count_flow, flows);
	return flows;
}

/**
 * tsrw_device_detach - detach a device
 * @tn: state of the network namespace
 * @name: name of the attachment
 * @force: detach even if connections break
 * @flows: filled in with how many rewritten connections cross the device
 * @extack: gets the reason for a refusal
 *
 * Return: 0; -ENODEV if no device of that name is attached, -EBUSY if rewritten
 * connections cross it and @force is not set, -ENOMEM. Context: RTNL.
 */
int tsrw_device_detach(struct tsrw_net *tn, const char *name, bool force,
		       u32 *flows, struct netlink_ext_ack *extack)
{
	struct tsrw_device *device = tsrw_device_by_name(tn, name);
	u32 *counts;

	if (!device) {
		NL_SET_ERR_MSG(extack, "device is not attached");
		return -ENODEV;
	}
	counts = tsrw_device_count_flows(tn);
	if (!counts)
		return -ENOMEM;
	*flows = counts[device->hook.device];
	kfree(counts);
	if (*flows && !force) {
		NL_SET_ERR_MSG_FMT(extack, "%u rewritten connections cross the device",
				   *flows);
		return -EBUSY;
	}
	tsrw_device_end(device, *flows);
	return 0;
}

/**
 * tsrw_device_drain - begin or end the draining of a device
 * @tn: state of the network namespace
 * @name: name of the attachment
 * @drain: whether connections that begin pass untouched from now on
 * @extack: gets the reason for a refusal
 *
 * Return: 0, or -ENODEV if no device of that name is attached. Context: RTNL.
 */
int tsrw_device_drain(struct tsrw_net *tn, const char *name, bool drain,
		      struct netlink_ext_ack *extack)
{
	struct tsrw_device *device = tsrw_device_by_name(tn, name);

	if (!device) {
		NL_SET_ERR_MSG(extack, "device is not attached");
		return -ENODEV;
	}
	if (device->hook.draining != drain) {
		WRITE_ONCE(device->hook.draining, drain);
		tsrw_device_emit(device, TSREWRITE_EVENT_DEVICE_DRAIN);
	}
	return 0;
}

static void confirm_device(struct tsrw_device *device)
{
	if (!device->hook.rules_unconfirmed)
		return;
	WRITE_ONCE(device->hook.rules_unconfirmed, false);
	tsrw_device_emit(device, TSREWRITE_EVENT_DEVICE_CONFIRMED);
}

/**
 * tsrw_device_confirm - confirm that rules mark what begins on a device for its groups
 * @tn: state of the network namespace
 * @name: name of the attachment
 * @extack: gets the reason for a refusal
 *
 * Return: 0, or -ENODEV if no device of that name is attached, or if the device is
 * absent, because it has to be confirmed once it is back. Context: RTNL.
 */
int tsrw_device_confirm(struct tsrw_net *tn, const char *name,
			struct netlink_ext_ack *extack)
{
	struct tsrw_device *device = tsrw_device_by_name(tn, name);

	if (!device) {
		NL_SET_ERR_MSG(extack, "device is not attached");
		return -ENODEV;
	}
	if (!device->dev) {
		NL_SET_ERR_MSG(extack, "device is attached, but absent");
		return -ENODEV;
	}
	confirm_device(device);
	return 0;
}

/**
 * tsrw_device_confirm_all - confirm all devices, because all groups were removed
 * @tn: state of the network namespace
 *
 * Context: RTNL.
 */
void tsrw_device_confirm_all(struct tsrw_net *tn)
{
	struct tsrw_device *device;

	list_for_each_entry(device, &tn->devices, list)
		confirm_device(device);
}

/**
 * tsrw_device_detach_all - end all attachments of a network namespace that is removed
 * @tn: state of the network namespace
 *
 * Context: RTNL.
 */
void tsrw_device_detach_all(struct tsrw_net *tn)
{
	struct tsrw_device *device, *next;

	list_for_each_entry_safe(device, next, &tn->devices, list)
		tsrw_device_end(device, 0);
}

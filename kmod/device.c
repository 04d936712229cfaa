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
#include "crossing.h"
#include "device.h"
#include "event.h"
#include "expiry.h"
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

static void unregister_hooks(struct tsrw_device *device)
{
	struct net *net = device->hook.tn->net;

	if (!device->dev)
		return;
	nf_unregister_net_hooks(net, &device->ops[TSRW_EGRESS], 1);
	nf_unregister_net_hooks(net, &device->ops[TSRW_INGRESS], 1);
	device->dev = NULL;
}

/**
 * tsrw_device_let_go - unregister the hooks of an attachment, which stays
 * @device: the attachment
 *
 * Context: RTNL. Waits for a grace period, so that no hook reads @device afterwards.
 */
void tsrw_device_let_go(struct tsrw_device *device)
{
	if (!device->dev)
		return;
	unregister_hooks(device);
	synchronize_net();
	device->hook.tn->devices_seq++;
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
	struct tsrw_event event = {
		.tn = tn, .type = TSREWRITE_EVENT_DEVICE_DETACHED,
		.device = device, .flows = flows,
	};

	tsrw_device_let_go(device);
	list_del(&device->list);
	tn->devices_seq++;
	tsrw_expiry_retire(&tn->table, TSRW_ID_DEVICE, device->hook.device);
	tsrw_event_emit(&event);
	kfree(device);
	module_put(THIS_MODULE);
}

/**
 * tsrw_device_flows - how many rewritten connections cross a device
 * @device: the attachment
 *
 * Return: how many. Context: any.
 */
u32 tsrw_device_flows(const struct tsrw_device *device)
{
	return tsrw_crossing_sum(device->hook.tn->table.buckets->device_flows,
				 device->hook.device);
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
 * connections cross it and @force is not set. Context: RTNL.
 */
int tsrw_device_detach(struct tsrw_net *tn, const char *name, bool force,
		       u32 *flows, struct netlink_ext_ack *extack)
{
	struct tsrw_device *device = tsrw_device_by_name(tn, name);

	if (!device) {
		NL_SET_ERR_MSG(extack, "device is not attached");
		return -ENODEV;
	}
	*flows = tsrw_device_flows(device);
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
 * tsrw_device_unhook_all - unregister the hooks of all attachments, because their network
 *	namespace is removed
 * @tn: state of the network namespace
 *
 * Context: RTNL. Hooks may run until a grace period has passed, for which whoever removes
 * the namespace waits; then comes tsrw_device_free_all().
 */
void tsrw_device_unhook_all(struct tsrw_net *tn)
{
	struct tsrw_device *device;

	list_for_each_entry(device, &tn->devices, list) {
		unregister_hooks(device);
		tsrw_device_emit(device, TSREWRITE_EVENT_DEVICE_DETACHED);
	}
	list_splice_init(&tn->devices, &tn->ended);
}

/**
 * tsrw_device_free_all - free the attachments of a network namespace that is removed
 * @tn: state of the network namespace
 *
 * Context: process, a grace period after tsrw_device_unhook_all().
 */
void tsrw_device_free_all(struct tsrw_net *tn)
{
	struct tsrw_device *device, *next;

	list_for_each_entry_safe(device, next, &tn->ended, list) {
		kfree(device);
		module_put(THIS_MODULE);
	}
}

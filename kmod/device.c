// SPDX-License-Identifier: GPL-2.0-only
/*
 * Attached devices.  An attachment goes by name: it outlives its device and
 * takes hold again when a device of the name comes.
 */
#include <linux/module.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "compat.h"
#include "device.h"
#include "event.h"
#include "fastpath.h"
#include "stack.h"

/**
 * tsrw_device_by_name - find an attachment
 * @tn: the namespace's
 * @name: the attachment's
 *
 * Return: it, or NULL. Context: RTNL.
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
 * tsrw_device_of - find a device's attachment
 * @dev: the device
 *
 * Return: it, or NULL. Context: RTNL.
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
 * tsrw_device_emit - tell what happened to an attachment
 * @device: the attachment
 * @type: what
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

/* Restoring comes before anything that steals packets, rewriting after all that
 * may still change them.
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
 * tsrw_device_doubt - marks may not tell the groups of what begins on a device
 * @device: the attachment
 *
 * The rules that set marks are nobody's who could follow a device that comes.
 * Context: RTNL.
 */
void tsrw_device_doubt(struct tsrw_device *device)
{
	bool groups = READ_ONCE(device->hook.tn->groups.count);

	WRITE_ONCE(device->hook.unconfirmed, groups);
}

/**
 * tsrw_device_take_hold - let a device's packets come by
 * @device: the attachment
 * @dev: the device
 *
 * Return: 0, or what nf_register_net_hooks() says. Context: RTNL.
 */
int tsrw_device_take_hold(struct tsrw_device *device, struct net_device *dev)
{
	int err;

	device->dev = dev;
	tsrw_device_doubt(device);
	prepare_ops(device);
	/* Ingress first: what is rewritten must be restored */
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
forget:
	device->dev = NULL;
	return err;
}

/**
 * tsrw_device_let_go - let them pass
 * @device: the attachment, which stays
 *
 * Context: RTNL. No hook reads it when this returns.
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

/* Flows keep the device's id; the next holder of the id must not inherit them */
static int forget_in_flow(struct tsrw_flow *flow, void *arg)
{
	const struct tsrw_device *device = arg;

	for (int i = 0; i < ARRAY_SIZE(flow->device); i++)
		if (READ_ONCE(flow->device[i]) == device->hook.device)
			WRITE_ONCE(flow->device[i], 0);
	return 0;
}

/**
 * tsrw_device_end - end an attachment, and tell
 * @device: the attachment; freed
 * @flows: how many rewritten flows crossed it
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

static u8 free_id(const struct tsrw_net *tn)
{
	DECLARE_BITMAP(used, TSRW_DEVICES_MAX + 1) = { 1 };
	const struct tsrw_device *device;
	unsigned int id;

	list_for_each_entry(device, &tn->devices, list)
		set_bit(device->hook.device, used);
	id = find_first_zero_bit(used, TSRW_DEVICES_MAX + 1);
	return id > TSRW_DEVICES_MAX ? 0 : id;
}

static struct tsrw_device *make(struct tsrw_net *tn, const char *name, u8 zone,
				struct netlink_ext_ack *extack)
{
	struct tsrw_device *device;
	u8 id = free_id(tn);

	if (!id) {
		NL_SET_ERR_MSG(extack, "too many attached devices");
		return ERR_PTR(-ENOSPC);
	}
	device = kzalloc(sizeof(*device), GFP_KERNEL_ACCOUNT);
	if (!device)
		return ERR_PTR(-ENOMEM);
	strscpy(device->name, name, sizeof(device->name));
	device->hook = (struct tsrw_hook){
		.tn = tn, .stats = tn->stats, .zone = zone, .device = id,
	};
	return device;
}

static int check_attachable(struct tsrw_net *tn, const char *name,
			    struct net_device *dev,
			    struct netlink_ext_ack *extack)
{
	const struct tsrw_device *other;

	if (tsrw_device_by_name(tn, name)) {
		NL_SET_ERR_MSG(extack, "already attached");
		return -EEXIST;
	}
	if (!dev) {
		NL_SET_ERR_MSG(extack, "no such device");
		return -ENODEV;
	}
	other = tsrw_stack_at_or_below(dev);
	if (other) {
		NL_SET_ERR_MSG_FMT(extack, "it is above %s, which is attached",
				   other->name);
		return -EBUSY;
	}
	other = tsrw_stack_at_or_above(dev);
	if (other) {
		NL_SET_ERR_MSG_FMT(extack, "it is below %s, which is attached",
				   other->name);
		return -EBUSY;
	}
	return 0;
}

/**
 * tsrw_device_attach - attach a device
 * @tn: the namespace's
 * @name: the device's, or an alternative one
 * @zone: of its flows
 * @extack: gets the reason of a refusal
 *
 * The module cannot be removed until it is detached.
 *
 * Return: 0, or -EEXIST if it is attached, -ENODEV if there is none, -EBUSY if
 * a device above or below it is attached, -ENOSPC after TSRW_DEVICES_MAX,
 * -ENOMEM, or what nf_register_net_hooks() says. Context: RTNL.
 */
int tsrw_device_attach(struct tsrw_net *tn, const char *name, u8 zone,
		       struct netlink_ext_ack *extack)
{
	struct net_device *dev = __dev_get_by_name(tn->net, name);
	struct tsrw_device *device;
	int err;

	if (dev)
		name = dev->name; /* it was asked for by another that it has */
	err = check_attachable(tn, name, dev, extack);
	if (err)
		return err;
	err = tsrw_table_size(&tn->table);
	if (err) {
		NL_SET_ERR_MSG(extack, "no memory for the flow table: lower the limit");
		return err;
	}
	device = make(tn, name, zone, extack);
	if (IS_ERR(device))
		return PTR_ERR(device);
	err = tsrw_device_take_hold(device, dev);
	if (err) {
		NL_SET_ERR_MSG(extack, "netfilter takes no hooks on the device");
		kfree(device);
		return err;
	}
	__module_get(THIS_MODULE);
	list_add_tail(&device->list, &tn->devices);
	tsrw_device_emit(device, TSREWRITE_EVENT_DEVICE_ATTACHED);
	return 0;
}

static int count_flow(struct tsrw_flow *flow, void *arg)
{
	u8 egress = READ_ONCE(flow->device[TSRW_EGRESS]);
	u8 ingress = READ_ONCE(flow->device[TSRW_INGRESS]);
	struct tsrw_life life;
	u32 *flows = arg;

	tsrw_flow_snapshot(flow, &life);
	if (!tsrw_life_breaks(&life))
		return 0;
	flows[egress]++;
	if (ingress != egress)
		flows[ingress]++;
	return 0;
}

/**
 * tsrw_device_count_flows - rewritten connections that cross the attached devices
 * @tn: the namespace's
 *
 * Return: for each attachment's id how many, to be kfree()d, or NULL without
 * memory. Context: process; walks the whole table.
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
 * @tn: the namespace's
 * @name: the attachment's
 * @force: even if connections break
 * @flows: filled in with how many rewritten flows cross it
 * @extack: gets the reason of a refusal
 *
 * Return: 0, or -ENODEV if nothing of the name is attached, -EBUSY if flows
 * cross it, -ENOMEM. Context: RTNL.
 */
int tsrw_device_detach(struct tsrw_net *tn, const char *name, bool force,
		       u32 *flows, struct netlink_ext_ack *extack)
{
	struct tsrw_device *device = tsrw_device_by_name(tn, name);
	u32 *counts;

	if (!device) {
		NL_SET_ERR_MSG(extack, "not attached");
		return -ENODEV;
	}
	counts = tsrw_device_count_flows(tn);
	if (!counts)
		return -ENOMEM;
	*flows = counts[device->hook.device];
	kfree(counts);
	if (*flows && !force) {
		NL_SET_ERR_MSG_FMT(extack, "%u rewritten flows cross it", *flows);
		return -EBUSY;
	}
	tsrw_device_end(device, *flows);
	return 0;
}

/**
 * tsrw_device_drain - begin or end the draining of a device
 * @tn: the namespace's
 * @name: the attachment's
 * @drain: whether connections that begin pass untouched from now on
 * @extack: gets the reason of a refusal
 *
 * Return: 0, or -ENODEV if nothing of the name is attached. Context: RTNL.
 */
int tsrw_device_drain(struct tsrw_net *tn, const char *name, bool drain,
		      struct netlink_ext_ack *extack)
{
	struct tsrw_device *device = tsrw_device_by_name(tn, name);

	if (!device) {
		NL_SET_ERR_MSG(extack, "not attached");
		return -ENODEV;
	}
	if (device->hook.draining != drain) {
		WRITE_ONCE(device->hook.draining, drain);
		tsrw_device_emit(device, TSREWRITE_EVENT_DEVICE_DRAIN);
	}
	return 0;
}

static void confirm(struct tsrw_device *device)
{
	if (!device->hook.unconfirmed)
		return;
	WRITE_ONCE(device->hook.unconfirmed, false);
	tsrw_device_emit(device, TSREWRITE_EVENT_DEVICE_CONFIRMED);
}

/**
 * tsrw_device_confirm - marks tell the groups of what begins on a device
 * @tn: the namespace's
 * @name: the attachment's
 * @extack: gets the reason of a refusal
 *
 * Return: 0, or -ENODEV if nothing of the name is attached, or the device is not
 * there: it would have to be confirmed anew. Context: RTNL.
 */
int tsrw_device_confirm(struct tsrw_net *tn, const char *name,
			struct netlink_ext_ack *extack)
{
	struct tsrw_device *device = tsrw_device_by_name(tn, name);

	if (!device) {
		NL_SET_ERR_MSG(extack, "not attached");
		return -ENODEV;
	}
	if (!device->dev) {
		NL_SET_ERR_MSG(extack, "attached, but not there");
		return -ENODEV;
	}
	confirm(device);
	return 0;
}

/**
 * tsrw_device_confirm_all - nobody looks at marks any more
 * @tn: the namespace's
 *
 * Context: RTNL.
 */
void tsrw_device_confirm_all(struct tsrw_net *tn)
{
	struct tsrw_device *device;

	list_for_each_entry(device, &tn->devices, list)
		confirm(device);
}

/**
 * tsrw_device_detach_all - the namespace ends
 * @tn: the namespace's
 *
 * Context: RTNL.
 */
void tsrw_device_detach_all(struct tsrw_net *tn)
{
	struct tsrw_device *device, *next;

	list_for_each_entry_safe(device, next, &tn->devices, list)
		tsrw_device_end(device, 0);
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Attaching a device, and what it is refused for.
 */
#include <linux/module.h>
#include <linux/slab.h>

#include "answers.h"
#include "attach.h"
#include "compat.h"
#include "kind.h"
#include "stack.h"

/* Return: a free id; 0 if there is none; -EAGAIN if there is one, but flows may have it */
static int free_id(struct tsrw_net *tn)
{
	DECLARE_BITMAP(used, TSRW_DEVICES_MAX + 1) = { 1 };
	const struct tsrw_device *device;
	unsigned int id;
	int err = 0;

	list_for_each_entry(device, &tn->devices, list)
		set_bit(device->hook.device, used);
	for_each_clear_bit(id, used, TSRW_DEVICES_MAX + 1) {
		if (!tsrw_retired_has(&tn->table.retired, TSRW_ID_DEVICE, id))
			return id;
		err = -EAGAIN;
	}
	return err;
}

static struct tsrw_device *make_device(struct tsrw_net *tn, const char *name, u8 zone,
				       struct netlink_ext_ack *extack)
{
	struct tsrw_device *device;
	int id = free_id(tn);

	if (id == -EAGAIN) {
		NL_SET_ERR_MSG(extack,
			       "the ids of detached devices are still being taken out of flows: try again");
		return ERR_PTR(id);
	}
	if (!id) {
		NL_SET_ERR_MSG_FMT(extack, "%u devices are attached, which is the limit",
				   TSRW_DEVICES_MAX);
		return ERR_PTR(-ENOSPC);
	}
	device = kzalloc(sizeof(*device), GFP_KERNEL_ACCOUNT);
	if (!device)
		return ERR_PTR(-ENOMEM);
	strscpy(device->name, name, sizeof(device->name));
	device->hook = (struct tsrw_hook){
		.tn = tn, .stats = tn->stats, .unread = &device->unread,
		.zone = zone, .device = id,
	};
	return device;
}

static int check_kind(const struct net_device *dev, struct netlink_ext_ack *extack)
{
	const char *why = tsrw_kind_refusal(dev);

	if (!why)
		return 0;
	NL_SET_ERR_MSG_FMT(extack, "%s", why);
	return -EOPNOTSUPP;
}

static int check_name(struct tsrw_net *tn, const char *name, bool exists,
		      struct netlink_ext_ack *extack)
{
	if (tsrw_device_by_name(tn, name)) {
		NL_SET_ERR_MSG(extack, "device is already attached");
		return -EEXIST;
	}
	if (!exists) {
		NL_SET_ERR_MSG(extack, "no device of that name");
		return -ENODEV;
	}
	return 0;
}

static int check_stack(struct net_device *dev, const char *name,
		       struct netlink_ext_ack *extack)
{
	const struct tsrw_device *other;

	other = tsrw_stack_at_or_below(dev, dev_net(dev));
	if (other) {
		NL_SET_ERR_MSG_FMT(extack, "device %s is above %s, which is attached",
				   name, other->name);
		return -EBUSY;
	}
	other = tsrw_stack_at_or_above(dev, dev_net(dev));
	if (other) {
		NL_SET_ERR_MSG_FMT(extack, "device %s is below %s, which is attached",
				   name, other->name);
		return -EBUSY;
	}
	return 0;
}

/* Netfilter allows 1,024 hooks in one place */
static void say_no_hook(int err, struct netlink_ext_ack *extack)
{
	if (err == -E2BIG)
		NL_SET_ERR_MSG(extack, "the device has as many hooks as netfilter allows");
	else
		NL_SET_ERR_MSG(extack, "netfilter cannot register hooks on the device");
}

/**
 * tsrw_attach - attach a device
 * @tn: state of the network namespace
 * @name: name of the device, or an alternative name of it
 * @zone: zone of the flows that cross it
 * @absent: attach also if no device has the name: the attachment takes hold when one
 *	comes, unless its stack or its kind does not allow it
 * @buckets: the chains of the flow table, which has none; NULL if it has some. Set to NULL
 *	if it gets them
 * @extack: gets the reason for a refusal
 *
 * The module cannot be removed while a device is attached.
 *
 * Return: 0; -EEXIST if the device is attached already, -ENODEV if no device has the
 * name and @absent is not set, -EBUSY if a device above or below it is attached
 * in its network namespace,
 * -EOPNOTSUPP if devices of its kind do not see both directions, -ENOSPC if
 * TSRW_DEVICES_MAX devices are attached, -EAGAIN if a free id may be in flows, -ENOMEM,
 * or what nf_register_net_hooks() returns.
 * Context: RTNL.
 */
int tsrw_attach(struct tsrw_net *tn, const char *name, u8 zone, bool absent,
		struct tsrw_buckets **buckets, struct netlink_ext_ack *extack)
{
	struct net_device *dev = __dev_get_by_name(tn->net, name);
	struct tsrw_device *device;
	int err;

	if (dev)
		name = dev->name; /* @name may be an alternative name */
	err = check_name(tn, name, dev || absent, extack);
	if (!err && dev)
		err = check_stack(dev, name, extack) ?: check_kind(dev, extack);
	if (err)
		return err;
	if (*buckets)
		tsrw_table_size(&tn->table, *buckets);
	*buckets = NULL;
	err = tsrw_answers_alloc(tn);
	if (err) {
		NL_SET_ERR_MSG(extack, "no memory for the attachment");
		return err;
	}
	device = make_device(tn, name, zone, extack);
	if (IS_ERR(device))
		return PTR_ERR(device);
	err = dev ? tsrw_device_take_hold(device, dev) : 0;
	device->early = absent && dev && !(dev->flags & IFF_UP);
	if (err) {
		say_no_hook(err, extack);
		kfree(device);
		return err;
	}
	__module_get(THIS_MODULE);
	list_add_tail(&device->list, &tn->devices);
	tsrw_device_emit(device, TSREWRITE_EVENT_DEVICE_ATTACHED);
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * What attachments do when network devices appear, disappear, are renamed or stacked.
 */
#include "compat.h"
#include "device.h"
#include "event.h"
#include "kind.h"
#include "notifier.h"
#include "stack.h"

static bool may_take_hold(struct net_device *dev)
{
	return !tsrw_stack_at_or_below(dev, dev_net(dev)) &&
	       !tsrw_stack_at_or_above(dev, dev_net(dev)) && !tsrw_kind_refusal(dev);
}

/* A device has a new name: that of an attachment without a device takes hold of it */
static void on_new_name(struct net_device *dev)
{
	struct tsrw_net *tn = tsrw_net(dev_net(dev));
	struct tsrw_device *device = tsrw_device_by_name(tn, dev->name);

	if (!device || device->dev)
		return;
	if (!may_take_hold(dev) || tsrw_device_take_hold(device, dev)) {
		/* Any container can have it said as often as it likes */
		if (net_ratelimit())
			netdev_err(dev,
				   "tsrewrite: cannot attach again: its kind, its stack or its hooks do not allow it\n");
		return;
	}
	device->early = !(dev->flags & IFF_UP);
	tsrw_device_emit(device, TSREWRITE_EVENT_DEVICE_BACK);
}

/* At boot, devices get their names one after the other, before they are up: a name may be that
 * of another device for a moment. An attachment that was made for the name waits for it then.
 */
static void on_early_rename(struct tsrw_device *device, struct net_device *dev)
{
	tsrw_device_let_go(device);
	tsrw_device_emit(device, TSREWRITE_EVENT_DEVICE_GONE);
	on_new_name(dev);
}

/* From now on it is that device which is attached, whatever its name */
static void on_up(struct net_device *dev)
{
	struct tsrw_device *device = tsrw_device_of(dev);

	if (device)
		device->early = false;
}

static void on_rename(struct net_device *dev)
{
	struct tsrw_device *device = tsrw_device_of(dev);
	struct tsrw_device *namesake;
	struct tsrw_event event = {
		.type = TSREWRITE_EVENT_DEVICE_RENAMED, .device = device,
	};
	char old_name[IFNAMSIZ];

	if (!device) {
		on_new_name(dev);
		return;
	}
	if (device->early) {
		on_early_rename(device, dev);
		return;
	}
	namesake = tsrw_device_by_name(device->hook.tn, dev->name);
	if (namesake && namesake != device)
		tsrw_device_end(namesake, tsrw_device_flows(namesake));
	strscpy(old_name, device->name, sizeof(old_name));
	strscpy(device->name, dev->name, sizeof(device->name));
	device->hook.tn->devices_seq++;
	if (TSRW_RENAMED_LEAVE_CHAINS)
		tsrw_device_unconfirm(device);
	event.tn = device->hook.tn;
	event.old_name = old_name;
	tsrw_event_emit(&event);
}

/* The device moves to another network namespace, which ends its attachment */
static void on_move(struct tsrw_device *device)
{
	tsrw_device_end(device, tsrw_device_flows(device));
}

static void on_unregister(struct net_device *dev)
{
	struct tsrw_device *device = tsrw_device_of(dev);

	if (!device)
		return;
	if (dev->reg_state != NETREG_UNREGISTERING) {
		on_move(device);
		return;
	}
	tsrw_device_let_go(device);
	tsrw_device_emit(device, TSREWRITE_EVENT_DEVICE_GONE);
}

/* Refuse to put one attached device above another of its namespace: both would rewrite each
 * packet
 */
static int refuse_attached_upper(struct net_device *dev,
				 struct netdev_notifier_changeupper_info *info)
{
	struct tsrw_stack_link link;

	if (!info->linking || !tsrw_stack_would_link(dev, info->upper_dev, &link))
		return NOTIFY_DONE;
	NL_SET_ERR_MSG_FMT(netdev_notifier_info_to_extack(&info->info),
			   "tsrewrite is attached to both %s and %s",
			   link.below->name, link.above->name);
	return notifier_from_errno(-EBUSY);
}

static int on_netdev_event(struct notifier_block *nb, unsigned long event,
			   void *ptr)
{
	struct net_device *dev = netdev_notifier_info_to_dev(ptr);

	tsrw_visit_begin();
	switch (event) {
	case NETDEV_REGISTER:
		on_new_name(dev);
		break;
	case NETDEV_CHANGENAME:
		on_rename(dev);
		break;
	case NETDEV_UP:
		on_up(dev);
		break;
	case NETDEV_UNREGISTER:
		on_unregister(dev);
		break;
	case NETDEV_PRECHANGEUPPER:
		return refuse_attached_upper(dev, ptr);
	}
	return NOTIFY_DONE;
}

static struct notifier_block netdev_listener = {
	.notifier_call = on_netdev_event,
};

/**
 * tsrw_notifier_init - begin to follow network devices
 *
 * Return: 0 or -ENOMEM. Context: process.
 */
int __init tsrw_notifier_init(void)
{
	return register_netdevice_notifier(&netdev_listener);
}

/**
 * tsrw_notifier_exit - stop following network devices
 */
void tsrw_notifier_exit(void)
{
	unregister_netdevice_notifier(&netdev_listener);
}

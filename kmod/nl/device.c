// SPDX-License-Identifier: GPL-2.0-only
/*
 * Attached devices over netlink.
 */
#include <linux/if_arp.h>
#include <linux/rtnetlink.h>

#include "../answers.h"
#include "../attach.h"
#include "device.h"
#include "family.h"

#define NAME_POLICY { .type = NLA_NUL_STRING, .len = IFNAMSIZ - 1 }
#define REJECT(why) { .type = NLA_REJECT, .reject_message = why }

const struct nla_policy tsrw_attach_policy[TSREWRITE_A_DEVICE_MAX + 1] = {
	[TSREWRITE_A_DEVICE_NAME] = NAME_POLICY,
	[TSREWRITE_A_DEVICE_IFINDEX] = REJECT("a device goes by its name, not by its index"),
	[TSREWRITE_A_DEVICE_ZONE] = { .type = NLA_U8 },
	[TSREWRITE_A_DEVICE_FLOWS] = REJECT("the number of flows cannot be set"),
	[TSREWRITE_A_DEVICE_FORCE] = REJECT("attaching cannot be forced"),
	[TSREWRITE_A_DEVICE_DRAIN] = REJECT("attach the device first, then drain it"),
	[TSREWRITE_A_DEVICE_CONFIRMED] =
		REJECT("attach the device first, then confirm its rules"),
	[TSREWRITE_A_DEVICE_UNANSWERED] = REJECT("whether answers are seen cannot be set"),
	[TSREWRITE_A_DEVICE_UNREAD] = REJECT("which frames are not read cannot be set"),
	[TSREWRITE_A_DEVICE_ABSENT] = { .type = NLA_FLAG },
	[TSREWRITE_A_DEVICE_ID] = REJECT("the id of a device cannot be set"),
};

const struct nla_policy tsrw_detach_policy[TSREWRITE_A_DEVICE_MAX + 1] = {
	[TSREWRITE_A_DEVICE_NAME] = NAME_POLICY,
	[TSREWRITE_A_DEVICE_IFINDEX] = REJECT("a device goes by its name, not by its index"),
	[TSREWRITE_A_DEVICE_ZONE] =
		REJECT("a device is detached by its name alone, not by its zone"),
	[TSREWRITE_A_DEVICE_FLOWS] = REJECT("the number of flows cannot be set"),
	[TSREWRITE_A_DEVICE_FORCE] = { .type = NLA_FLAG },
	[TSREWRITE_A_DEVICE_DRAIN] =
		REJECT("drain the device first, then detach it"),
	[TSREWRITE_A_DEVICE_CONFIRMED] =
		REJECT("a device that is detached has no rules to confirm"),
	[TSREWRITE_A_DEVICE_UNANSWERED] = REJECT("whether answers are seen cannot be set"),
	[TSREWRITE_A_DEVICE_UNREAD] = REJECT("which frames are not read cannot be set"),
	[TSREWRITE_A_DEVICE_ABSENT] =
		REJECT("a device is detached whether it exists or not"),
	[TSREWRITE_A_DEVICE_ID] = REJECT("the id of a device cannot be set"),
};

const struct nla_policy tsrw_device_set_policy[TSREWRITE_A_DEVICE_MAX + 1] = {
	[TSREWRITE_A_DEVICE_NAME] = NAME_POLICY,
	[TSREWRITE_A_DEVICE_IFINDEX] = REJECT("a device goes by its name, not by its index"),
	[TSREWRITE_A_DEVICE_ZONE] =
		REJECT("the zone of a device can be set only when it is attached"),
	[TSREWRITE_A_DEVICE_FLOWS] = REJECT("the number of flows cannot be set"),
	[TSREWRITE_A_DEVICE_FORCE] =
		REJECT("draining and confirming break no connections and cannot be forced"),
	[TSREWRITE_A_DEVICE_DRAIN] = NLA_POLICY_MAX(NLA_U8, 1),
	[TSREWRITE_A_DEVICE_CONFIRMED] = NLA_POLICY_RANGE(NLA_U8, 1, 1),
	[TSREWRITE_A_DEVICE_UNANSWERED] = REJECT("whether answers are seen cannot be set"),
	[TSREWRITE_A_DEVICE_UNREAD] = REJECT("which frames are not read cannot be set"),
	[TSREWRITE_A_DEVICE_ABSENT] =
		REJECT("whether the device may be absent is said when it is attached"),
	[TSREWRITE_A_DEVICE_ID] = REJECT("the id of a device cannot be set"),
};

/* Where nothing new is rewritten, nothing would end it, and it does not matter */
static u8 unanswered_versions(const struct tsrw_device *device)
{
	const struct tsrw_device_answers *answers =
		&device->hook.tn->answers[device->hook.device];
	u8 versions = 0;

	if (device->hook.draining || !tsrw_groups_have_writing_mode(&device->hook.tn->groups))
		return 0;
	for (int i = 0; i < TSRW_IP_VERSIONS; i++)
		versions |= READ_ONCE(answers->by_version[i].missing) << i;
	return versions;
}

static bool is_ppp_attached(const struct tsrw_net *tn)
{
	const struct tsrw_device *device;

	list_for_each_entry(device, &tn->devices, list) {
		if (device->dev && device->dev->type == ARPHRD_PPP)
			return true;
	}
	return false;
}

/* What PPPoE frames carry has left through a PPP device. Nothing links that to the device
 * which the frames leave through, so that any PPP device that is attached counts.
 */
static int put_unread(struct sk_buff *msg, const struct tsrw_device *device)
{
	u16 ethertype = tsrw_unread_lately(device->hook.unread);

	if (!ethertype || (ethertype == ETH_P_PPP_SES && is_ppp_attached(device->hook.tn)))
		return 0;
	return nla_put_u16(msg, TSREWRITE_A_DEVICE_UNREAD, ethertype);
}

/**
 * tsrw_nl_put_device - put an attachment into a message, without its number of flows
 * @msg: the message
 * @device: the attachment
 *
 * Return: 0 or -EMSGSIZE. Context: RTNL.
 */
int tsrw_nl_put_device(struct sk_buff *msg, const struct tsrw_device *device)
{
	if (nla_put_string(msg, TSREWRITE_A_DEVICE_NAME, device->name) ||
	    nla_put_u8(msg, TSREWRITE_A_DEVICE_ID, device->hook.device) ||
	    nla_put_u8(msg, TSREWRITE_A_DEVICE_ZONE, device->hook.zone) ||
	    nla_put_u8(msg, TSREWRITE_A_DEVICE_DRAIN, device->hook.draining) ||
	    nla_put_u8(msg, TSREWRITE_A_DEVICE_CONFIRMED,
		       !device->hook.rules_unconfirmed) ||
	    nla_put_u8(msg, TSREWRITE_A_DEVICE_UNANSWERED, unanswered_versions(device)) ||
	    put_unread(msg, device))
		return -EMSGSIZE;
	if (device->dev &&
	    nla_put_u32(msg, TSREWRITE_A_DEVICE_IFINDEX, device->dev->ifindex))
		return -EMSGSIZE;
	return 0;
}

static int dump_one(struct sk_buff *msg, struct netlink_callback *cb,
		    const struct tsrw_device *device)
{
	void *header = tsrw_nl_begin(msg, NETLINK_CB(cb->skb).portid,
				     cb->nlh->nlmsg_seq, NLM_F_MULTI,
				     TSREWRITE_CMD_DEVICE_GET);

	if (!header)
		return -EMSGSIZE;
	genl_dump_check_consistent(cb, header);
	if (tsrw_nl_put_device(msg, device) ||
	    nla_put_u32(msg, TSREWRITE_A_DEVICE_FLOWS, tsrw_device_flows(device))) {
		genlmsg_cancel(msg, header);
		return -EMSGSIZE;
	}
	genlmsg_end(msg, header);
	return 0;
}

/* Go on after the cb->args[0] devices that earlier messages of the dump have */
static void dump_devices(struct sk_buff *msg, struct netlink_callback *cb,
			 const struct tsrw_net *tn)
{
	const struct tsrw_device *device;
	unsigned long seen = 0;

	cb->seq = tn->devices_seq + 1;	/* 0 would switch the check of consistency off */
	list_for_each_entry(device, &tn->devices, list) {
		if (seen++ < cb->args[0])
			continue;
		if (dump_one(msg, cb, device))
			return;
		cb->args[0]++;
	}
}

int tsrw_nl_device_dump(struct sk_buff *msg, struct netlink_callback *cb)
{
	const struct tsrw_net *tn = tsrw_net(sock_net(msg->sk));

	tsrw_visit_begin();
	rtnl_lock();
	dump_devices(msg, cb, tn);
	rtnl_unlock();
	return msg->len;
}

/* Return: the name in the request, or NULL with the reason in info->extack */
static const char *requested_name(struct genl_info *info)
{
	struct nlattr *attr = info->attrs[TSREWRITE_A_DEVICE_NAME];

	if (GENL_REQ_ATTR_CHECK(info, TSREWRITE_A_DEVICE_NAME)) {
		NL_SET_ERR_MSG(info->extack, "the name of the device is missing");
		return NULL;
	}
	if (!dev_valid_name(nla_data(attr))) {
		NL_SET_ERR_MSG_ATTR(info->extack, attr, "not a valid name of a device");
		return NULL;
	}
	return nla_data(attr);
}

/* The chains are allocated before RTNL is held, as that takes time */
static int attach_device(struct tsrw_net *tn, struct genl_info *info, const char *name)
{
	struct nlattr *zone = info->attrs[TSREWRITE_A_DEVICE_ZONE];
	struct tsrw_buckets *buckets = NULL;
	int err;

	if (!tn->table.buckets)
		buckets = tsrw_table_prepare(&tn->table, info->extack);
	if (IS_ERR(buckets))
		return PTR_ERR(buckets);
	rtnl_lock();
	err = tsrw_attach(tn, name, zone ? nla_get_u8(zone) : 0,
			  info->attrs[TSREWRITE_A_DEVICE_ABSENT], &buckets, info->extack);
	rtnl_unlock();
	if (buckets)
		tsrw_table_discard(&tn->table, buckets);
	return err;
}

int tsrw_nl_device_attach(struct sk_buff *skb, struct genl_info *info)
{
	const char *name = requested_name(info);
	int err;

	if (!name)
		return -EINVAL;
	err = attach_device(tsrw_net(genl_info_net(info)), info, name);
	if (err)
		NL_SET_BAD_ATTR(info->extack,
				info->attrs[TSREWRITE_A_DEVICE_NAME]);
	return err;
}

/* Only a confirmation can be refused although the device is attached: it comes first */
static int set_device(struct tsrw_net *tn, struct genl_info *info, const char *name)
{
	struct nlattr *drain = info->attrs[TSREWRITE_A_DEVICE_DRAIN];
	int err = 0;

	if (info->attrs[TSREWRITE_A_DEVICE_CONFIRMED])
		err = tsrw_device_confirm(tn, name, info->extack);
	if (!err && drain)
		err = tsrw_device_drain(tn, name, nla_get_u8(drain),
					info->extack);
	return err;
}

int tsrw_nl_device_set(struct sk_buff *skb, struct genl_info *info)
{
	struct tsrw_net *tn = tsrw_net(genl_info_net(info));
	const char *name = requested_name(info);
	int err;

	if (!name)
		return -EINVAL;
	if (!info->attrs[TSREWRITE_A_DEVICE_CONFIRMED] &&
	    GENL_REQ_ATTR_CHECK(info, TSREWRITE_A_DEVICE_DRAIN)) {
		NL_SET_ERR_MSG(info->extack,
			       "nothing to set: neither draining nor a confirmation is given");
		return -EINVAL;
	}
	rtnl_lock();
	err = set_device(tn, info, name);
	rtnl_unlock();
	if (err)
		NL_SET_BAD_ATTR(info->extack,
				info->attrs[TSREWRITE_A_DEVICE_NAME]);
	return err;
}

/* Detach a device, and put into @msg what that did */
static int detach_device(struct tsrw_net *tn, struct genl_info *info, const char *name,
			 struct sk_buff *msg)
{
	u32 flows;
	int err;

	/* Nothing may fail once the device is detached, so the name is put before */
	err = nla_put_string(msg, TSREWRITE_A_DEVICE_NAME, name);
	if (err)
		return err;
	rtnl_lock();
	err = tsrw_device_detach(tn, name,
				 info->attrs[TSREWRITE_A_DEVICE_FORCE],
				 &flows, info->extack);
	rtnl_unlock();
	if (err)
		NL_SET_BAD_ATTR(info->extack,
				info->attrs[TSREWRITE_A_DEVICE_NAME]);
	return err ?: nla_put_u32(msg, TSREWRITE_A_DEVICE_FLOWS, flows);
}

int tsrw_nl_device_detach(struct sk_buff *skb, struct genl_info *info)
{
	struct tsrw_net *tn = tsrw_net(genl_info_net(info));
	const char *name = requested_name(info);
	struct sk_buff *msg;
	void *header;
	int err;

	if (!name)
		return -EINVAL;
	msg = tsrw_nl_answer(info, TSREWRITE_CMD_DEVICE_DETACH, &header);
	if (!msg)
		return -ENOMEM;
	err = detach_device(tn, info, name, msg);
	if (err) {
		nlmsg_free(msg);
		return err;
	}
	return tsrw_nl_send_answer(info, msg, header);
}

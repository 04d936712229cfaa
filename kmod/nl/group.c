// SPDX-License-Identifier: GPL-2.0-only
/*
 * Groups, their modes and counters over netlink.
 */
#include <linux/rtnetlink.h>

#include "device.h"
#include "nl/family.h"

#define NAME_POLICY { .type = NLA_NUL_STRING, .len = TSREWRITE_GROUP_NAMSIZ - 1 }
#define REJECT(why) { .type = NLA_REJECT, .reject_message = why }

const struct nla_policy tsrw_group_policy[TSREWRITE_A_GROUP_MAX + 1] = {
	[TSREWRITE_A_GROUP_ID] = REJECT("a group goes by its name"),
	[TSREWRITE_A_GROUP_NAME] = NAME_POLICY,
	[TSREWRITE_A_GROUP_MODE] = NLA_POLICY_MAX(NLA_U32, TSREWRITE_MODE_MAX),
	[TSREWRITE_A_GROUP_CANARY] = NLA_POLICY_MAX(NLA_U8, TSRW_CANARY_ALL),
	[TSREWRITE_A_GROUP_TREATED] = REJECT("counters count, and are not set"),
	[TSREWRITE_A_GROUP_CONTROL] = REJECT("counters count, and are not set"),
	[TSREWRITE_A_GROUP_PREFIXES] = { .type = NLA_U32 },
	[TSREWRITE_A_GROUP_FINGERPRINT] = { .type = NLA_U32 },
};

const struct nla_policy tsrw_group_del_policy[TSREWRITE_A_GROUP_MAX + 1] = {
	[TSREWRITE_A_GROUP_ID] = REJECT("a group goes by its name"),
	[TSREWRITE_A_GROUP_NAME] = NAME_POLICY,
	[TSREWRITE_A_GROUP_MODE] = REJECT("the name is enough"),
	[TSREWRITE_A_GROUP_CANARY] = REJECT("the name is enough"),
	[TSREWRITE_A_GROUP_TREATED] = REJECT("the name is enough"),
	[TSREWRITE_A_GROUP_CONTROL] = REJECT("the name is enough"),
	[TSREWRITE_A_GROUP_PREFIXES] = REJECT("the name is enough"),
	[TSREWRITE_A_GROUP_FINGERPRINT] = REJECT("the name is enough"),
};

/**
 * tsrw_nl_put_group - add a group, but for its counters
 * @msg: gets it
 * @group: the group
 *
 * Return: 0 or -EMSGSIZE.
 */
int tsrw_nl_put_group(struct sk_buff *msg, const struct tsrw_group *group)
{
	if (nla_put_u8(msg, TSREWRITE_A_GROUP_ID, group->id) ||
	    nla_put_string(msg, TSREWRITE_A_GROUP_NAME, group->name) ||
	    nla_put_u32(msg, TSREWRITE_A_GROUP_MODE, group->mode) ||
	    nla_put_u8(msg, TSREWRITE_A_GROUP_CANARY, group->canary) ||
	    nla_put_u32(msg, TSREWRITE_A_GROUP_PREFIXES, group->prefixes) ||
	    nla_put_u32(msg, TSREWRITE_A_GROUP_FINGERPRINT, group->fingerprint))
		return -EMSGSIZE;
	return 0;
}

static int put_stats(struct sk_buff *msg, unsigned int attr,
		     const struct tsrw_group *group, enum tsrw_arm arm)
{
	u64 sum[TSREWRITE_A_GROUP_STATS_MAX + 1];
	struct nlattr *nest = nla_nest_start(msg, attr);
	unsigned int i;

	if (!nest)
		return -EMSGSIZE;
	tsrw_group_sum(group, arm, sum);
	for (i = TSREWRITE_A_GROUP_STATS_PAD + 1; i < ARRAY_SIZE(sum); i++)
		if (nla_put_u64_64bit(msg, i, sum[i],
				      TSREWRITE_A_GROUP_STATS_PAD))
			return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

static int dump_one(struct sk_buff *msg, struct netlink_callback *cb,
		    const struct tsrw_group *group)
{
	void *header = tsrw_nl_begin(msg, NETLINK_CB(cb->skb).portid,
				     cb->nlh->nlmsg_seq, NLM_F_MULTI,
				     TSREWRITE_CMD_GROUP_GET);

	if (!header)
		return -EMSGSIZE;
	genl_dump_check_consistent(cb, header);
	if (tsrw_nl_put_group(msg, group) ||
	    put_stats(msg, TSREWRITE_A_GROUP_TREATED, group, TSRW_TREATED) ||
	    put_stats(msg, TSREWRITE_A_GROUP_CONTROL, group, TSRW_CONTROL)) {
		genlmsg_cancel(msg, header);
		return -EMSGSIZE;
	}
	genlmsg_end(msg, header);
	return 0;
}

/* A dump goes on without genl_lock: groups may go meanwhile */
int tsrw_nl_group_dump(struct sk_buff *msg, struct netlink_callback *cb)
{
	const struct tsrw_groups *groups = &tsrw_net(sock_net(msg->sk))->groups;
	const struct tsrw_group *group;

	cb->seq = READ_ONCE(groups->seq) + 1;	/* 0 would mean: not checked */
	rcu_read_lock();
	for (; cb->args[0] < TSRW_GROUPS_MAX; cb->args[0]++) {
		group = rcu_dereference(groups->by_id[cb->args[0]]);
		if (group && dump_one(msg, cb, group))
			break;
	}
	rcu_read_unlock();
	return msg->len;
}

static void tell(struct tsrw_net *tn, const struct tsrw_group *group,
		 enum tsrewrite_event type)
{
	struct tsrw_event event = { .tn = tn, .type = type, .group = group };

	tsrw_event_emit(&event);
}

/* The group named, or why not */
static struct tsrw_group *requested_group(struct genl_info *info)
{
	struct tsrw_groups *groups = &tsrw_net(genl_info_net(info))->groups;
	struct nlattr *name = info->attrs[TSREWRITE_A_GROUP_NAME];
	struct tsrw_group *group;

	if (GENL_REQ_ATTR_CHECK(info, TSREWRITE_A_GROUP_NAME)) {
		NL_SET_ERR_MSG(info->extack, "a group's name is missing");
		return ERR_PTR(-EINVAL);
	}
	group = tsrw_group_by_name(groups, nla_data(name));
	if (group)
		return group;
	NL_SET_ERR_MSG_ATTR(info->extack, name, "no such group");
	return ERR_PTR(-ENOENT);
}

static u8 requested_mode(struct genl_info *info, u8 otherwise)
{
	struct nlattr *mode = info->attrs[TSREWRITE_A_GROUP_MODE];

	return mode ? nla_get_u32(mode) : otherwise;
}

static u8 requested_canary(struct genl_info *info, u8 otherwise)
{
	struct nlattr *canary = info->attrs[TSREWRITE_A_GROUP_CANARY];

	return canary ? nla_get_u8(canary) : otherwise;
}

static u32 requested_prefixes(struct genl_info *info, u32 otherwise)
{
	struct nlattr *prefixes = info->attrs[TSREWRITE_A_GROUP_PREFIXES];

	return prefixes ? nla_get_u32(prefixes) : otherwise;
}

/* It is of the prefixes that it came with */
static u32 requested_fingerprint(struct genl_info *info, u32 otherwise)
{
	struct nlattr *fingerprint = info->attrs[TSREWRITE_A_GROUP_FINGERPRINT];

	if (fingerprint)
		return nla_get_u32(fingerprint);
	return info->attrs[TSREWRITE_A_GROUP_PREFIXES] ? 0 : otherwise;
}

static bool set(struct tsrw_group *group, struct genl_info *info)
{
	const struct tsrw_group_settings to = {
		.mode = requested_mode(info, group->mode),
		.canary = requested_canary(info, group->canary),
		.prefixes = requested_prefixes(info, group->prefixes),
		.fingerprint = requested_fingerprint(info, group->fingerprint),
	};

	return tsrw_group_set(group, &to);
}

/* Off until its rules are there, whatever it is added with */
int tsrw_nl_group_add(struct sk_buff *skb, struct genl_info *info)
{
	struct tsrw_net *tn = tsrw_net(genl_info_net(info));
	struct nlattr *name = info->attrs[TSREWRITE_A_GROUP_NAME];
	struct tsrw_group *group;
	struct sk_buff *msg;
	void *header;

	if (GENL_REQ_ATTR_CHECK(info, TSREWRITE_A_GROUP_NAME)) {
		NL_SET_ERR_MSG(info->extack, "a group's name is missing");
		return -EINVAL;
	}
	msg = tsrw_nl_answer(info, TSREWRITE_CMD_GROUP_ADD, &header);
	if (!msg)
		return -ENOMEM;
	group = tsrw_group_add(&tn->groups, nla_data(name), info->extack);
	if (IS_ERR(group)) {
		nlmsg_free(msg);
		NL_SET_BAD_ATTR(info->extack, name);
		return PTR_ERR(group);
	}
	set(group, info);
	tell(tn, group, TSREWRITE_EVENT_GROUP_ADDED);
	tsrw_nl_put_group(msg, group);	/* the first thing in it: it fits */
	return tsrw_nl_send_answer(info, msg, header);
}

int tsrw_nl_group_set(struct sk_buff *skb, struct genl_info *info)
{
	struct tsrw_group *group = requested_group(info);

	if (IS_ERR(group))
		return PTR_ERR(group);
	if (!info->attrs[TSREWRITE_A_GROUP_MODE] &&
	    !info->attrs[TSREWRITE_A_GROUP_CANARY] &&
	    !info->attrs[TSREWRITE_A_GROUP_PREFIXES] &&
	    !info->attrs[TSREWRITE_A_GROUP_FINGERPRINT]) {
		NL_SET_ERR_MSG(info->extack,
			       "nothing to set: neither mode, canary, prefixes nor fingerprint");
		return -EINVAL;
	}
	if (set(group, info))
		tell(tsrw_net(genl_info_net(info)), group,
		     TSREWRITE_EVENT_GROUP_MODE);
	return 0;
}

/* Without groups, no rules need be waited for */
static void confirm_devices(struct tsrw_net *tn)
{
	if (tn->groups.count)
		return;
	rtnl_lock();
	tsrw_device_confirm_all(tn);
	rtnl_unlock();
}

int tsrw_nl_group_del(struct sk_buff *skb, struct genl_info *info)
{
	struct tsrw_net *tn = tsrw_net(genl_info_net(info));
	struct tsrw_group *group = requested_group(info);

	if (IS_ERR(group))
		return PTR_ERR(group);
	if (!group->id) {
		NL_SET_ERR_MSG_ATTR(info->extack,
				    info->attrs[TSREWRITE_A_GROUP_NAME],
				    "the default group stays");
		return -EBUSY;
	}
	tsrw_group_remove(&tn->groups, &tn->table, group);
	tell(tn, group, TSREWRITE_EVENT_GROUP_REMOVED);
	confirm_devices(tn);
	tsrw_group_free(group);
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Groups, their modes and counters over netlink.
 */
#include <linux/rtnetlink.h>

#include "../answers.h"
#include "../device.h"
#include "../event.h"
#include "../expiry.h"
#include "family.h"
#include "group.h"

#define NAME_POLICY { .type = NLA_NUL_STRING, .len = TSREWRITE_GROUP_NAMSIZ - 1 }
#define REJECT(why) { .type = NLA_REJECT, .reject_message = why }

const struct nla_policy tsrw_group_add_policy[TSREWRITE_A_GROUP_MAX + 1] = {
	[TSREWRITE_A_GROUP_ID] = NLA_POLICY_MIN(NLA_U8, 1),
	[TSREWRITE_A_GROUP_NAME] = NAME_POLICY,
	[TSREWRITE_A_GROUP_MODE] = NLA_POLICY_MAX(NLA_U32, TSREWRITE_MODE_MAX),
	[TSREWRITE_A_GROUP_CANARY] = NLA_POLICY_MAX(NLA_U8, TSRW_CANARY_ALL),
	[TSREWRITE_A_GROUP_TREATED] = REJECT("counters cannot be set"),
	[TSREWRITE_A_GROUP_CONTROL] = REJECT("counters cannot be set"),
	[TSREWRITE_A_GROUP_PREFIX_COUNT] = { .type = NLA_U32 },
	[TSREWRITE_A_GROUP_FINGERPRINT] = { .type = NLA_U32 },
	[TSREWRITE_A_GROUP_TRIPPED] = NLA_POLICY_MAX(NLA_U8, 1),
	[TSREWRITE_A_GROUP_COUNT] = NLA_POLICY_MAX(NLA_U8, 1),
	[TSREWRITE_A_GROUP_UNTOUCHED] = REJECT("counters cannot be set"),
};

const struct nla_policy tsrw_group_policy[TSREWRITE_A_GROUP_MAX + 1] = {
	[TSREWRITE_A_GROUP_ID] = REJECT("a group goes by its name, not by its id"),
	[TSREWRITE_A_GROUP_NAME] = NAME_POLICY,
	[TSREWRITE_A_GROUP_MODE] = NLA_POLICY_MAX(NLA_U32, TSREWRITE_MODE_MAX),
	[TSREWRITE_A_GROUP_CANARY] = NLA_POLICY_MAX(NLA_U8, TSRW_CANARY_ALL),
	[TSREWRITE_A_GROUP_TREATED] = REJECT("counters cannot be set"),
	[TSREWRITE_A_GROUP_CONTROL] = REJECT("counters cannot be set"),
	[TSREWRITE_A_GROUP_PREFIX_COUNT] = { .type = NLA_U32 },
	[TSREWRITE_A_GROUP_FINGERPRINT] = { .type = NLA_U32 },
	[TSREWRITE_A_GROUP_TRIPPED] = NLA_POLICY_MAX(NLA_U8, 1),
	[TSREWRITE_A_GROUP_COUNT] = NLA_POLICY_MAX(NLA_U8, 1),
	[TSREWRITE_A_GROUP_UNTOUCHED] = REJECT("counters cannot be set"),
};

const struct nla_policy tsrw_group_del_policy[TSREWRITE_A_GROUP_MAX + 1] = {
	[TSREWRITE_A_GROUP_ID] = REJECT("a group goes by its name, not by its id"),
	[TSREWRITE_A_GROUP_NAME] = NAME_POLICY,
	[TSREWRITE_A_GROUP_MODE] = REJECT("a group is removed by its name alone"),
	[TSREWRITE_A_GROUP_CANARY] = REJECT("a group is removed by its name alone"),
	[TSREWRITE_A_GROUP_TREATED] = REJECT("a group is removed by its name alone"),
	[TSREWRITE_A_GROUP_CONTROL] = REJECT("a group is removed by its name alone"),
	[TSREWRITE_A_GROUP_PREFIX_COUNT] = REJECT("a group is removed by its name alone"),
	[TSREWRITE_A_GROUP_FINGERPRINT] = REJECT("a group is removed by its name alone"),
	[TSREWRITE_A_GROUP_TRIPPED] = REJECT("a group is removed by its name alone"),
	[TSREWRITE_A_GROUP_COUNT] = REJECT("a group is removed by its name alone"),
	[TSREWRITE_A_GROUP_UNTOUCHED] = REJECT("a group is removed by its name alone"),
};

/**
 * tsrw_nl_put_group - put a group into a message, without its counters
 * @msg: the message
 * @group: the group
 *
 * Return: 0 or -EMSGSIZE.
 */
int tsrw_nl_put_group(struct sk_buff *msg, const struct tsrw_group *group)
{
	if (nla_put_u8(msg, TSREWRITE_A_GROUP_ID, group->id) ||
	    nla_put_string(msg, TSREWRITE_A_GROUP_NAME, group->name) ||
	    nla_put_u32(msg, TSREWRITE_A_GROUP_MODE, group->settings.mode) ||
	    nla_put_u8(msg, TSREWRITE_A_GROUP_CANARY, group->settings.canary) ||
	    nla_put_u32(msg, TSREWRITE_A_GROUP_PREFIX_COUNT, group->settings.prefix_count) ||
	    nla_put_u32(msg, TSREWRITE_A_GROUP_FINGERPRINT, group->settings.fingerprint) ||
	    nla_put_u8(msg, TSREWRITE_A_GROUP_TRIPPED, group->settings.tripped) ||
	    nla_put_u8(msg, TSREWRITE_A_GROUP_COUNT, group->settings.count))
		return -EMSGSIZE;
	return 0;
}

/**
 * tsrw_nl_put_group_before - put the settings that changed into a message, as they were
 * @msg: the message
 * @group: the group, with its settings after the change
 * @before: its settings before the change
 *
 * Return: 0 or -EMSGSIZE. Context: under the namespace's lock.
 */
int tsrw_nl_put_group_before(struct sk_buff *msg, const struct tsrw_group *group,
			     const struct tsrw_group_settings *before)
{
	const struct tsrw_group_settings *now = &group->settings;

	if (now->mode != before->mode &&
	    nla_put_u32(msg, TSREWRITE_A_GROUP_MODE, before->mode))
		return -EMSGSIZE;
	if (now->canary != before->canary &&
	    nla_put_u8(msg, TSREWRITE_A_GROUP_CANARY, before->canary))
		return -EMSGSIZE;
	if (now->prefix_count != before->prefix_count &&
	    nla_put_u32(msg, TSREWRITE_A_GROUP_PREFIX_COUNT, before->prefix_count))
		return -EMSGSIZE;
	if (now->fingerprint != before->fingerprint &&
	    nla_put_u32(msg, TSREWRITE_A_GROUP_FINGERPRINT, before->fingerprint))
		return -EMSGSIZE;
	if (now->tripped != before->tripped &&
	    nla_put_u8(msg, TSREWRITE_A_GROUP_TRIPPED, before->tripped))
		return -EMSGSIZE;
	if (now->count != before->count &&
	    nla_put_u8(msg, TSREWRITE_A_GROUP_COUNT, before->count))
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
	    put_stats(msg, TSREWRITE_A_GROUP_CONTROL, group, TSRW_CONTROL) ||
	    put_stats(msg, TSREWRITE_A_GROUP_UNTOUCHED, group, TSRW_UNTOUCHED)) {
		genlmsg_cancel(msg, header);
		return -EMSGSIZE;
	}
	genlmsg_end(msg, header);
	return 0;
}

/* Groups may be removed between the messages of a dump, and are then skipped */
int tsrw_nl_group_dump(struct sk_buff *msg, struct netlink_callback *cb)
{
	const struct tsrw_groups *groups = &tsrw_net(sock_net(msg->sk))->groups;
	const struct tsrw_group *group;

	cb->seq = READ_ONCE(groups->seq) + 1;	/* as in dump_devices() */
	rcu_read_lock();
	for (; cb->args[0] < TSRW_GROUPS_MAX; cb->args[0]++) {
		group = rcu_dereference(groups->by_id[cb->args[0]]);
		if (group && dump_one(msg, cb, group))
			break;
	}
	rcu_read_unlock();
	return msg->len;
}

static void emit_group_event(struct tsrw_net *tn, const struct tsrw_group *group,
			     enum tsrewrite_event type)
{
	struct tsrw_event event = { .tn = tn, .type = type, .group = group };

	tsrw_event_emit(&event);
}

/* Return: the group named in the request, or an error with the reason in info->extack */
static struct tsrw_group *requested_group(struct genl_info *info)
{
	struct tsrw_groups *groups = &tsrw_net(genl_info_net(info))->groups;
	struct nlattr *name = info->attrs[TSREWRITE_A_GROUP_NAME];
	struct tsrw_group *group;

	if (GENL_REQ_ATTR_CHECK(info, TSREWRITE_A_GROUP_NAME)) {
		NL_SET_ERR_MSG(info->extack, "the name of the group is missing");
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

static u32 requested_prefix_count(struct genl_info *info, u32 otherwise)
{
	struct nlattr *prefixes = info->attrs[TSREWRITE_A_GROUP_PREFIX_COUNT];

	return prefixes ? nla_get_u32(prefixes) : otherwise;
}

/* A fingerprint belongs to the rules whose prefix count came with it: a prefix count
 * that comes without a fingerprint resets it
 */
static u32 requested_fingerprint(struct genl_info *info, u32 otherwise)
{
	struct nlattr *fingerprint = info->attrs[TSREWRITE_A_GROUP_FINGERPRINT];

	if (fingerprint)
		return nla_get_u32(fingerprint);
	return info->attrs[TSREWRITE_A_GROUP_PREFIX_COUNT] ? 0 : otherwise;
}

/* A mode that comes without it was not set by a trip */
static bool requested_tripped(struct genl_info *info, bool otherwise)
{
	struct nlattr *tripped = info->attrs[TSREWRITE_A_GROUP_TRIPPED];

	if (!info->attrs[TSREWRITE_A_GROUP_MODE])
		return otherwise;
	return tripped && nla_get_u8(tripped);
}

static bool requested_count(struct genl_info *info, bool otherwise)
{
	struct nlattr *count = info->attrs[TSREWRITE_A_GROUP_COUNT];

	return count ? nla_get_u8(count) : otherwise;
}

static void read_settings(struct genl_info *info, const struct tsrw_group_settings *before,
			  struct tsrw_group_settings *to)
{
	to->mode = requested_mode(info, before->mode);
	to->canary = requested_canary(info, before->canary);
	to->prefix_count = requested_prefix_count(info, before->prefix_count);
	to->fingerprint = requested_fingerprint(info, before->fingerprint);
	to->tripped = requested_tripped(info, before->tripped);
	to->count = requested_count(info, before->count);
}

static int check_settings(struct genl_info *info)
{
	struct nlattr *tripped = info->attrs[TSREWRITE_A_GROUP_TRIPPED];

	if (!tripped || info->attrs[TSREWRITE_A_GROUP_MODE])
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack, tripped,
			    "a trip sets a mode: no mode is given");
	return -EINVAL;
}

/* A group is in mode off unless the request has a mode */
int tsrw_nl_group_add(struct sk_buff *skb, struct genl_info *info)
{
	struct tsrw_net *tn = tsrw_net(genl_info_net(info));
	struct nlattr *name = info->attrs[TSREWRITE_A_GROUP_NAME];
	struct nlattr *id = info->attrs[TSREWRITE_A_GROUP_ID];
	struct tsrw_group_settings to;
	struct tsrw_group *group;
	struct sk_buff *msg;
	void *header;
	int err;

	if (GENL_REQ_ATTR_CHECK(info, TSREWRITE_A_GROUP_NAME)) {
		NL_SET_ERR_MSG(info->extack, "the name of the group is missing");
		return -EINVAL;
	}
	err = check_settings(info);
	if (err)
		return err;
	msg = tsrw_nl_answer(info, TSREWRITE_CMD_GROUP_ADD, &header);
	if (!msg)
		return -ENOMEM;
	group = tsrw_group_add(&tn->groups, &tn->table.retired, nla_data(name),
			       id ? nla_get_u8(id) : 0, info->extack);
	if (IS_ERR(group)) {
		nlmsg_free(msg);
		NL_SET_BAD_ATTR(info->extack, name);
		return PTR_ERR(group);
	}
	read_settings(info, &group->settings, &to);
	tsrw_group_set(group, &to);
	emit_group_event(tn, group, TSREWRITE_EVENT_GROUP_ADDED);
	tsrw_nl_put_group(msg, group);	/* it fits, because the message is empty */
	return tsrw_nl_send_answer(info, msg, header);
}

int tsrw_nl_group_set(struct sk_buff *skb, struct genl_info *info)
{
	struct tsrw_net *tn = tsrw_net(genl_info_net(info));
	struct tsrw_group *group = requested_group(info);
	struct tsrw_group_settings before, to;
	struct tsrw_event event = {
		.tn = tn, .type = TSREWRITE_EVENT_GROUP_CHANGED, .before = &before,
	};
	int err;

	if (IS_ERR(group))
		return PTR_ERR(group);
	if (!info->attrs[TSREWRITE_A_GROUP_MODE] &&
	    !info->attrs[TSREWRITE_A_GROUP_CANARY] &&
	    !info->attrs[TSREWRITE_A_GROUP_PREFIX_COUNT] &&
	    !info->attrs[TSREWRITE_A_GROUP_FINGERPRINT] &&
	    !info->attrs[TSREWRITE_A_GROUP_TRIPPED] &&
	    !info->attrs[TSREWRITE_A_GROUP_COUNT]) {
		NL_SET_ERR_MSG(info->extack,
			       "nothing to set: no mode, canary, count, prefix count or fingerprint given");
		return -EINVAL;
	}
	err = check_settings(info);
	if (err)
		return err;
	before = group->settings;
	read_settings(info, &before, &to);
	if (!tsrw_group_set(group, &to))
		return 0;
	if (to.mode != before.mode)
		tsrw_answers_expect_all(tn);
	event.group = group;
	tsrw_event_emit(&event);
	return 0;
}

/* Without groups, devices do not have to wait until their rules are confirmed */
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
				    "the default group cannot be removed");
		return -EBUSY;
	}
	tsrw_group_remove(&tn->groups, group);
	tsrw_expiry_retire(&tn->table, TSRW_ID_GROUP, group->id);
	emit_group_event(tn, group, TSREWRITE_EVENT_GROUP_REMOVED);
	confirm_devices(tn);
	tsrw_group_free(group);
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Groups and their modes over netlink.
 */
#include "nl/family.h"

const struct nla_policy tsrw_group_policy[TSREWRITE_A_GROUP_MAX + 1] = {
	[TSREWRITE_A_GROUP_ID] = { .type = NLA_REJECT },
	[TSREWRITE_A_GROUP_NAME] = {
		.type = NLA_NUL_STRING, .len = TSREWRITE_GROUP_NAMSIZ - 1,
	},
	[TSREWRITE_A_GROUP_MODE] = NLA_POLICY_MAX(NLA_U32, TSREWRITE_MODE_MAX),
};

/**
 * tsrw_nl_put_group - add a group
 * @msg: gets it
 * @group: the group
 *
 * Return: 0 or -EMSGSIZE.
 */
int tsrw_nl_put_group(struct sk_buff *msg, const struct tsrw_group *group)
{
	if (nla_put_u8(msg, TSREWRITE_A_GROUP_ID, group->id) ||
	    nla_put_string(msg, TSREWRITE_A_GROUP_NAME, group->name) ||
	    nla_put_u32(msg, TSREWRITE_A_GROUP_MODE, tsrw_group_mode(group)))
		return -EMSGSIZE;
	return 0;
}

int tsrw_nl_group_dump(struct sk_buff *msg, struct netlink_callback *cb)
{
	struct tsrw_net *tn = tsrw_net(sock_net(msg->sk));
	void *header;

	if (cb->args[0])
		return 0;
	header = tsrw_nl_begin(msg, NETLINK_CB(cb->skb).portid,
			       cb->nlh->nlmsg_seq, NLM_F_MULTI,
			       TSREWRITE_CMD_GROUP_GET);
	if (!header)
		return -EMSGSIZE;
	if (tsrw_nl_put_group(msg, &tn->group)) {
		genlmsg_cancel(msg, header);
		return -EMSGSIZE;
	}
	genlmsg_end(msg, header);
	cb->args[0] = 1;
	return msg->len;
}

int tsrw_nl_group_set(struct sk_buff *skb, struct genl_info *info)
{
	struct tsrw_net *tn = tsrw_net(genl_info_net(info));
	struct nlattr *name = info->attrs[TSREWRITE_A_GROUP_NAME];
	struct nlattr *mode = info->attrs[TSREWRITE_A_GROUP_MODE];
	struct tsrw_event event = {
		.tn = tn, .type = TSREWRITE_EVENT_GROUP_MODE,
		.group = &tn->group,
	};

	if (GENL_REQ_ATTR_CHECK(info, TSREWRITE_A_GROUP_NAME) ||
	    GENL_REQ_ATTR_CHECK(info, TSREWRITE_A_GROUP_MODE)) {
		NL_SET_ERR_MSG(info->extack, "a group's name or mode is missing");
		return -EINVAL;
	}
	if (nla_strcmp(name, tn->group.name)) {
		NL_SET_ERR_MSG_ATTR(info->extack, name, "no such group");
		return -ENOENT;
	}
	if (tsrw_group_set_mode(&tn->group, nla_get_u32(mode)))
		tsrw_event_emit(&event);
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * The generic netlink family: what may be asked, by whom, and who answers.
 *
 * The family is not parallel: genl_lock keeps commands apart.
 */
#include <linux/module.h>

#include "nl/family.h"

/* Without a policy: no attribute may come */
static const struct genl_ops ops[] = {
	{
		.cmd = TSREWRITE_CMD_CONFIG_GET,
		.doit = tsrw_nl_config_get,
	}, {
		.cmd = TSREWRITE_CMD_CONFIG_SET,
		.doit = tsrw_nl_config_set,
		.flags = GENL_UNS_ADMIN_PERM,
		.policy = tsrw_config_policy,
		.maxattr = TSREWRITE_A_CONFIG_MAX,
	}, {
		.cmd = TSREWRITE_CMD_DEVICE_GET,
		.dumpit = tsrw_nl_device_dump,
	}, {
		.cmd = TSREWRITE_CMD_DEVICE_ATTACH,
		.doit = tsrw_nl_device_attach,
		.flags = GENL_UNS_ADMIN_PERM,
		.policy = tsrw_attach_policy,
		.maxattr = TSREWRITE_A_DEVICE_MAX,
	}, {
		.cmd = TSREWRITE_CMD_DEVICE_DETACH,
		.doit = tsrw_nl_device_detach,
		.flags = GENL_UNS_ADMIN_PERM,
		.policy = tsrw_detach_policy,
		.maxattr = TSREWRITE_A_DEVICE_MAX,
	}, {
		.cmd = TSREWRITE_CMD_DEVICE_SET,
		.doit = tsrw_nl_device_set,
		.flags = GENL_UNS_ADMIN_PERM,
		.policy = tsrw_device_set_policy,
		.maxattr = TSREWRITE_A_DEVICE_MAX,
	}, {
		.cmd = TSREWRITE_CMD_GROUP_GET,
		.dumpit = tsrw_nl_group_dump,
	}, {
		.cmd = TSREWRITE_CMD_GROUP_ADD,
		.doit = tsrw_nl_group_add,
		.flags = GENL_UNS_ADMIN_PERM,
		.policy = tsrw_group_policy,
		.maxattr = TSREWRITE_A_GROUP_MAX,
	}, {
		.cmd = TSREWRITE_CMD_GROUP_DEL,
		.doit = tsrw_nl_group_del,
		.flags = GENL_UNS_ADMIN_PERM,
		.policy = tsrw_group_del_policy,
		.maxattr = TSREWRITE_A_GROUP_MAX,
	}, {
		.cmd = TSREWRITE_CMD_GROUP_SET,
		.doit = tsrw_nl_group_set,
		.flags = GENL_UNS_ADMIN_PERM,
		.policy = tsrw_group_policy,
		.maxattr = TSREWRITE_A_GROUP_MAX,
	}, {
		.cmd = TSREWRITE_CMD_FLOW_GET,
		.dumpit = tsrw_nl_flow_dump,
		.flags = GENL_UNS_ADMIN_PERM,
	}, {
		.cmd = TSREWRITE_CMD_FLOW_FLUSH,
		.doit = tsrw_nl_flush,
		.flags = GENL_UNS_ADMIN_PERM,
		.policy = tsrw_flush_policy,
		.maxattr = TSREWRITE_A_FLOW_MAX,
	}, {
		.cmd = TSREWRITE_CMD_STATS_GET,
		.doit = tsrw_nl_stats_get,
	},
};

/* Events tell uids and process names */
static const struct genl_multicast_group mcgrps[] = {
	{
		.name = TSREWRITE_MCGRP_EVENTS,
		.flags = GENL_MCAST_CAP_NET_ADMIN,
	},
};

struct genl_family tsrw_family = {
	.name = TSREWRITE_GENL_NAME,
	.version = TSREWRITE_GENL_VERSION,
	.netnsok = true,
	.module = THIS_MODULE,
	.ops = ops,
	.n_ops = ARRAY_SIZE(ops),
	.mcgrps = mcgrps,
	.n_mcgrps = ARRAY_SIZE(mcgrps),
};

/**
 * tsrw_nl_begin - begin a message of the family
 * @msg: gets its headers
 * @portid: the receiver's, 0 for an event
 * @seq: the request's
 * @flags: NLM_F_MULTI in a dump
 * @cmd: enum tsrewrite_cmd
 *
 * Return: for genlmsg_end() or genlmsg_cancel(), or NULL if it does not fit.
 */
void *tsrw_nl_begin(struct sk_buff *msg, u32 portid, u32 seq, int flags, u8 cmd)
{
	return genlmsg_put(msg, portid, seq, &tsrw_family, flags, cmd);
}

/**
 * tsrw_nl_answer - begin the answer to a request
 * @info: the request
 * @cmd: enum tsrewrite_cmd
 * @header: filled in, for tsrw_nl_send_answer()
 *
 * Return: the message, or NULL without memory. Context: process.
 */
struct sk_buff *tsrw_nl_answer(struct genl_info *info, u8 cmd, void **header)
{
	struct sk_buff *msg = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);

	if (!msg)
		return NULL;
	*header = tsrw_nl_begin(msg, info->snd_portid, info->snd_seq, 0, cmd);
	return msg;
}

/**
 * tsrw_nl_send_answer - send it
 * @info: the request
 * @msg: from tsrw_nl_answer(), with attributes; consumed
 * @header: from there as well
 *
 * Return: 0 or a negative error. Context: process.
 */
int tsrw_nl_send_answer(struct genl_info *info, struct sk_buff *msg,
			void *header)
{
	genlmsg_end(msg, header);
	return genlmsg_reply(msg, info);
}

/**
 * tsrw_family_init - answer from now on
 *
 * Return: 0 or a negative error. Context: process.
 */
int __init tsrw_family_init(void)
{
	int err = genl_register_family(&tsrw_family);

	if (!err)
		tsrw_event_listen(&tsrw_nl_event_listener);
	return err;
}

/**
 * tsrw_family_exit - answer no more
 */
void tsrw_family_exit(void)
{
	tsrw_event_unlisten(&tsrw_nl_event_listener);
	genl_unregister_family(&tsrw_family);
}

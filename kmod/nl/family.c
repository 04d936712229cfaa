// SPDX-License-Identifier: GPL-2.0-only
/*
 * The generic netlink family, and its messages.  The operations are in ops.c.
 *
 * Its operations are parallel, so that those of one network namespace wait for each other,
 * but not for those of other namespaces, nor other families for them.
 */
#include <linux/module.h>

#include "../compat.h"
#include "../net.h"
#include "family.h"

/* Events have uids and process names in them */
static const struct genl_multicast_group mcgrps[] = {
	{
		.name = TSREWRITE_MCGRP_EVENTS,
		.flags = GENL_MCAST_CAP_NET_ADMIN,
	},
};

static int lock_namespace(const struct tsrw_genl_op *op, struct sk_buff *skb,
			  struct genl_info *info)
{
	mutex_lock(&tsrw_net(genl_info_net(info))->lock);
	tsrw_visit_begin();
	return 0;
}

static void unlock_namespace(const struct tsrw_genl_op *op, struct sk_buff *skb,
			     struct genl_info *info)
{
	mutex_unlock(&tsrw_net(genl_info_net(info))->lock);
}

/* tsrw_nl_ops_init() adds the operations, whose handlers refer to the family */
struct genl_family tsrw_family __ro_after_init = {
	.name = TSREWRITE_GENL_NAME,
	.version = TSREWRITE_GENL_VERSION,
	.netnsok = true,
	.parallel_ops = true,
	.pre_doit = lock_namespace,
	.post_doit = unlock_namespace,
	.module = THIS_MODULE,
	.mcgrps = mcgrps,
	.n_mcgrps = ARRAY_SIZE(mcgrps),
};

/**
 * tsrw_nl_begin - begin a message of the family
 * @msg: gets its headers
 * @portid: port id of the receiver, 0 for an event
 * @seq: sequence number of the request, 0 for an event
 * @flags: NLM_F_MULTI in a dump, otherwise 0
 * @cmd: enum tsrewrite_cmd
 *
 * Return: the header for genlmsg_end() or genlmsg_cancel(), or NULL if it does not fit.
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
 * tsrw_nl_send_answer - send the answer to a request
 * @info: the request
 * @msg: the message from tsrw_nl_answer(), with attributes; consumed
 * @header: its header, from tsrw_nl_answer() as well
 *
 * Return: 0 or a negative error. Context: process.
 */
int tsrw_nl_send_answer(struct genl_info *info, struct sk_buff *msg,
			void *header)
{
	genlmsg_end(msg, header);
	return genlmsg_reply(msg, info);
}

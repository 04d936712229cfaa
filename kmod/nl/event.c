// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events over netlink: what happened, when, and who did it.
 */
#include <linux/cred.h>
#include <linux/sched.h>
#include <linux/ktime.h>

#include "nl/family.h"

static int put_actor(struct sk_buff *msg, const struct net *net)
{
	char comm[TASK_COMM_LEN];

	get_task_comm(comm, current);
	if (nla_put_u32(msg, TSREWRITE_A_EVENT_UID,
			from_kuid_munged(net->user_ns, current_uid())) ||
	    nla_put_u32(msg, TSREWRITE_A_EVENT_PID, task_tgid_nr(current)) ||
	    nla_put_string(msg, TSREWRITE_A_EVENT_COMM, comm))
		return -EMSGSIZE;
	return 0;
}

static int put_subject(struct sk_buff *msg, const struct tsrw_event *event)
{
	struct nlattr *nest;
	int err;

	if (event->old_name &&
	    nla_put_string(msg, TSREWRITE_A_EVENT_OLD_NAME, event->old_name))
		return -EMSGSIZE;
	if (event->device) {
		nest = nla_nest_start(msg, TSREWRITE_A_EVENT_DEVICE);
		err = nest ? tsrw_nl_put_device(msg, event->device) : -EMSGSIZE;
		if (!err && event->flows)
			err = nla_put_u32(msg, TSREWRITE_A_DEVICE_FLOWS,
					  event->flows);
	} else if (event->flush) {
		nest = nla_nest_start(msg, TSREWRITE_A_EVENT_FLOW);
		err = nest ? tsrw_nl_put_flush(msg, event->flush) : -EMSGSIZE;
	} else if (event->group) {
		nest = nla_nest_start(msg, TSREWRITE_A_EVENT_GROUP);
		err = nest ? tsrw_nl_put_group(msg, event->group) : -EMSGSIZE;
	} else {
		nest = nla_nest_start(msg, TSREWRITE_A_EVENT_CONFIG);
		err = nest ? tsrw_nl_put_config(msg, event->tn) : -EMSGSIZE;
	}
	if (!err)
		nla_nest_end(msg, nest);
	return err;
}

static int put_event(struct sk_buff *msg, const struct tsrw_event *event)
{
	void *header = tsrw_nl_begin(msg, 0, 0, 0, TSREWRITE_CMD_EVENT);

	if (!header ||
	    nla_put_u32(msg, TSREWRITE_A_EVENT_TYPE, event->type) ||
	    nla_put_u64_64bit(msg, TSREWRITE_A_EVENT_TIME, ktime_get_real_ns(),
			      TSREWRITE_A_EVENT_PAD) ||
	    put_actor(msg, event->tn->net) || put_subject(msg, event))
		return -EMSGSIZE;
	genlmsg_end(msg, header);
	return 0;
}

/* A listener that cannot be told hears of the loss: ENOBUFS on its socket */
static int multicast(struct notifier_block *nb, unsigned long type, void *data)
{
	const struct tsrw_event *event = data;
	struct net *net = event->tn->net;
	struct sk_buff *msg;

	if (!genl_has_listeners(&tsrw_family, net, 0))
		return NOTIFY_DONE;
	msg = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (msg && put_event(msg, event)) {
		nlmsg_free(msg);
		msg = NULL;
	}
	if (msg)
		genlmsg_multicast_netns(&tsrw_family, net, msg, 0, 0, GFP_KERNEL);
	else
		genl_set_err(&tsrw_family, net, 0, 0, ENOBUFS);
	return NOTIFY_DONE;
}

struct notifier_block tsrw_nl_event_listener = {
	.notifier_call = multicast,
};

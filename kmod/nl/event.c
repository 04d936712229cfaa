// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events over netlink: what happened, when, and who did it.
 */
#include <linux/audit.h>
#include <linux/cred.h>
#include <linux/sched.h>
#include <linux/ktime.h>
#include <linux/user_namespace.h>

#include "../event.h"
#include "config.h"
#include "device.h"
#include "event.h"
#include "family.h"
#include "flush.h"
#include "group.h"
#include "key.h"
#include "load.h"

static int put_login(struct sk_buff *msg, const struct net *net)
{
	kuid_t login = audit_get_loginuid(current);

	if (!uid_valid(login))
		return 0;
	return nla_put_u32(msg, TSREWRITE_A_EVENT_LOGINUID,
			   from_kuid_munged(net->user_ns, login));
}

/* The number of the process that acts. A namespace of a container's learns that which its own
 * processes have for it, and none of a process that is not of the container.
 *
 * Return: the number, or 0.
 */
static pid_t actor_pid(const struct net *net)
{
	if (net->user_ns == &init_user_ns)
		return task_tgid_nr(current);
	return current_in_userns(net->user_ns) ? task_tgid_vnr(current) : 0;
}

static int put_actor(struct sk_buff *msg, const struct net *net)
{
	pid_t pid = actor_pid(net);
	char comm[TASK_COMM_LEN];

	get_task_comm(comm, current);
	if (nla_put_u32(msg, TSREWRITE_A_EVENT_UID,
			from_kuid_munged(net->user_ns, current_uid())) ||
	    (pid && nla_put_u32(msg, TSREWRITE_A_EVENT_PID, pid)) ||
	    nla_put_string(msg, TSREWRITE_A_EVENT_COMM, comm) || put_login(msg, net))
		return -EMSGSIZE;
	return 0;
}

static int put_event_device(struct sk_buff *msg, const struct tsrw_event *event)
{
	struct nlattr *nest = nla_nest_start(msg, TSREWRITE_A_EVENT_DEVICE);

	if (!nest || tsrw_nl_put_device(msg, event->device))
		return -EMSGSIZE;
	if (event->flows && nla_put_u32(msg, TSREWRITE_A_DEVICE_FLOWS, event->flows))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	if (event->old_name &&
	    nla_put_string(msg, TSREWRITE_A_EVENT_OLD_NAME, event->old_name))
		return -EMSGSIZE;
	return 0;
}

static int put_event_group_before(struct sk_buff *msg, const struct tsrw_event *event)
{
	struct nlattr *nest = nla_nest_start(msg, TSREWRITE_A_EVENT_BEFORE);

	if (!nest || tsrw_nl_put_group_before(msg, event->group, event->before))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

static int put_event_group(struct sk_buff *msg, const struct tsrw_event *event)
{
	struct nlattr *nest = nla_nest_start(msg, TSREWRITE_A_EVENT_GROUP);

	if (!nest || tsrw_nl_put_group(msg, event->group))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return event->before ? put_event_group_before(msg, event) : 0;
}

static int put_event_config_before(struct sk_buff *msg, const struct tsrw_event *event)
{
	struct nlattr *nest = nla_nest_start(msg, TSREWRITE_A_EVENT_CONFIG_BEFORE);

	if (!nest || tsrw_nl_put_config_before(msg, event->tn, event->config_before))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

static int put_event_config(struct sk_buff *msg, const struct tsrw_event *event)
{
	struct nlattr *nest = nla_nest_start(msg, TSREWRITE_A_EVENT_CONFIG);

	if (!nest || tsrw_nl_put_config(msg, event->tn))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return event->config_before ? put_event_config_before(msg, event) : 0;
}

static int put_event_key(struct sk_buff *msg, const struct tsrw_event *event)
{
	struct nlattr *nest = nla_nest_start(msg, TSREWRITE_A_EVENT_KEY);

	if (!nest || tsrw_nl_put_key(msg, event->key))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

/* Put what the event happened to */
static int put_subject(struct sk_buff *msg, const struct tsrw_event *event)
{
	if (event->device)
		return put_event_device(msg, event);
	if (event->flush)
		return tsrw_nl_put_flushed(msg, TSREWRITE_A_EVENT_FLUSHED, event->flush);
	if (event->key)
		return put_event_key(msg, event);
	if (event->load)
		return tsrw_nl_put_loaded(msg, event->load);
	if (event->group)
		return put_event_group(msg, event);
	return put_event_config(msg, event);
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

/* If an event cannot be sent, listeners get ENOBUFS on their sockets */
static int multicast_event(struct notifier_block *nb, unsigned long type, void *data)
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
		genl_set_err(&tsrw_family, net, 0, 0, -ENOBUFS);
	return NOTIFY_DONE;
}

struct notifier_block tsrw_nl_event_listener = {
	.notifier_call = multicast_event,
};

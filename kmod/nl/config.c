// SPDX-License-Identifier: GPL-2.0-only
/*
 * Limits and timeouts over netlink.
 */
#include <linux/module.h>

#include "../compat.h"
#include "../event.h"
#include "../labels.h"
#include "config.h"
#include "family.h"

static struct netlink_range_validation limit_range = {
	.min = 1, .max = TSRW_LIMIT_MAX,
};

static struct netlink_range_validation timeout_range = {
	.min = 1, .max = TSRW_TIMEOUT_MAX,
};

/* Conntrack's labels have 128 bits, of which 64 are used from there */
#define LABEL_BIT_MAX	64

const struct nla_policy tsrw_config_policy[TSREWRITE_A_CONFIG_MAX + 1] = {
	[TSREWRITE_A_CONFIG_VERSION] = { .type = NLA_REJECT },
	[TSREWRITE_A_CONFIG_MACHINE_LIMIT] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &limit_range),
	[TSREWRITE_A_CONFIG_MACHINE_FLOWS] = { .type = NLA_REJECT },
	[TSREWRITE_A_CONFIG_LIMIT] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &limit_range),
	[TSREWRITE_A_CONFIG_FLOWS] = { .type = NLA_REJECT },
	[TSREWRITE_A_CONFIG_INBOUND_LIMIT] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &limit_range),
	[TSREWRITE_A_CONFIG_INBOUND_FLOWS] = { .type = NLA_REJECT },
	[TSREWRITE_A_CONFIG_TIMEOUT_EMBRYONIC] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &timeout_range),
	[TSREWRITE_A_CONFIG_TIMEOUT_ESTABLISHED] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &timeout_range),
	[TSREWRITE_A_CONFIG_TIMEOUT_CLOSED] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &timeout_range),
	[TSREWRITE_A_CONFIG_TIMEOUT_HALF_CLOSED] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &timeout_range),
	[TSREWRITE_A_CONFIG_TIMEOUT_CLOSING] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &timeout_range),
	[TSREWRITE_A_CONFIG_MARK_MASK] = { .type = NLA_U32 },
	[TSREWRITE_A_CONFIG_WHEN_FULL] =
		NLA_POLICY_MAX(NLA_U32, TSREWRITE_WHEN_FULL_MAX),
	[TSREWRITE_A_CONFIG_USER_LIMIT] = {
		.type = NLA_REJECT,
		.reject_message = "a user's share follows the machine's limit and cannot be set",
	},
	[TSREWRITE_A_CONFIG_USER_FLOWS] = { .type = NLA_REJECT },
	[TSREWRITE_A_CONFIG_LABEL_BIT] = NLA_POLICY_MAX(NLA_U32, LABEL_BIT_MAX),
};

static const struct {
	unsigned int attr;
	size_t offset;
} settable[] = {
	{ TSREWRITE_A_CONFIG_LIMIT, offsetof(struct tsrw_limits, flows) },
	{ TSREWRITE_A_CONFIG_INBOUND_LIMIT,
	  offsetof(struct tsrw_limits, inbound) },
	{ TSREWRITE_A_CONFIG_TIMEOUT_EMBRYONIC,
	  offsetof(struct tsrw_limits, timeout[TSRW_PHASE_EMBRYONIC]) },
	{ TSREWRITE_A_CONFIG_TIMEOUT_ESTABLISHED,
	  offsetof(struct tsrw_limits, timeout[TSRW_PHASE_ESTABLISHED]) },
	{ TSREWRITE_A_CONFIG_TIMEOUT_CLOSED,
	  offsetof(struct tsrw_limits, timeout[TSRW_PHASE_CLOSED]) },
	{ TSREWRITE_A_CONFIG_TIMEOUT_HALF_CLOSED,
	  offsetof(struct tsrw_limits, timeout[TSRW_PHASE_HALF_CLOSED]) },
	{ TSREWRITE_A_CONFIG_TIMEOUT_CLOSING,
	  offsetof(struct tsrw_limits, timeout[TSRW_PHASE_CLOSING]) },
	{ TSREWRITE_A_CONFIG_WHEN_FULL, offsetof(struct tsrw_limits, when_full) },
};

static u32 settable_value(const struct tsrw_limits *limits, unsigned int i)
{
	return READ_ONCE(*(const u32 *)((const void *)limits + settable[i].offset));
}

static int put_share(struct sk_buff *msg, const struct tsrw_owner *owner)
{
	if (!owner)
		return 0;
	if (nla_put_u32(msg, TSREWRITE_A_CONFIG_USER_LIMIT, tsrw_limit_user()) ||
	    nla_put_u32(msg, TSREWRITE_A_CONFIG_USER_FLOWS, atomic_read(&owner->flows)))
		return -EMSGSIZE;
	return 0;
}

/**
 * tsrw_nl_put_config - put limits, timeouts and the version into a message
 * @msg: the message
 * @tn: state of the network namespace
 *
 * Return: 0 or -EMSGSIZE.
 */
int tsrw_nl_put_config(struct sk_buff *msg, const struct tsrw_net *tn)
{
	const struct tsrw_table *table = &tn->table;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(settable); i++)
		if (nla_put_u32(msg, settable[i].attr, settable_value(&table->limits, i)))
			return -EMSGSIZE;
	if (nla_put_string(msg, TSREWRITE_A_CONFIG_VERSION,
			   THIS_MODULE->version) ||
	    nla_put_u32(msg, TSREWRITE_A_CONFIG_MACHINE_LIMIT,
			tsrw_limit_machine()) ||
	    nla_put_u32(msg, TSREWRITE_A_CONFIG_MACHINE_FLOWS,
			tsrw_limit_machine_usage()) ||
	    nla_put_u32(msg, TSREWRITE_A_CONFIG_FLOWS,
			atomic_read(&table->usage.flows)) ||
	    nla_put_u32(msg, TSREWRITE_A_CONFIG_INBOUND_FLOWS,
			atomic_read(&table->usage.inbound)) ||
	    nla_put_u32(msg, TSREWRITE_A_CONFIG_MARK_MASK,
			READ_ONCE(tn->groups.mark_mask)) ||
	    nla_put_u32(msg, TSREWRITE_A_CONFIG_LABEL_BIT, READ_ONCE(tn->label_bit)))
		return -EMSGSIZE;
	return put_share(msg, table->usage.owner);
}

static void read_config(const struct tsrw_net *tn, struct tsrw_config *config)
{
	config->limits = tn->table.limits;
	config->machine_limit = tsrw_limit_machine();
	config->mark_mask = tn->groups.mark_mask;
	config->label_bit = tn->label_bit;
}

static bool configs_differ(const struct tsrw_config *one, const struct tsrw_config *other)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(settable); i++)
		if (settable_value(&one->limits, i) != settable_value(&other->limits, i))
			return true;
	return one->machine_limit != other->machine_limit ||
	       one->mark_mask != other->mark_mask || one->label_bit != other->label_bit;
}

static int put_if_changed(struct sk_buff *msg, unsigned int attr, u32 before, u32 now)
{
	return now == before ? 0 : nla_put_u32(msg, attr, before);
}

/**
 * tsrw_nl_put_config_before - put what changed into a message, as it was
 * @msg: the message
 * @tn: state of the network namespace, after the change
 * @before: what an operator had set before it
 *
 * Return: 0 or -EMSGSIZE. Context: under the namespace's lock.
 */
int tsrw_nl_put_config_before(struct sk_buff *msg, const struct tsrw_net *tn,
			      const struct tsrw_config *before)
{
	struct tsrw_config now;
	unsigned int i;

	read_config(tn, &now);
	for (i = 0; i < ARRAY_SIZE(settable); i++)
		if (put_if_changed(msg, settable[i].attr,
				   settable_value(&before->limits, i),
				   settable_value(&now.limits, i)))
			return -EMSGSIZE;
	if (put_if_changed(msg, TSREWRITE_A_CONFIG_MACHINE_LIMIT,
			   before->machine_limit, now.machine_limit) ||
	    put_if_changed(msg, TSREWRITE_A_CONFIG_MARK_MASK,
			   before->mark_mask, now.mark_mask) ||
	    put_if_changed(msg, TSREWRITE_A_CONFIG_LABEL_BIT,
			   before->label_bit, now.label_bit))
		return -EMSGSIZE;
	return 0;
}

int tsrw_nl_config_get(struct sk_buff *skb, struct genl_info *info)
{
	struct sk_buff *msg;
	void *header;

	msg = tsrw_nl_answer(info, TSREWRITE_CMD_CONFIG_GET, &header);
	if (!msg)
		return -ENOMEM;
	if (tsrw_nl_put_config(msg, tsrw_net(genl_info_net(info)))) {
		nlmsg_free(msg);
		return -EMSGSIZE;
	}
	return tsrw_nl_send_answer(info, msg, header);
}

static bool is_empty(struct genl_info *info)
{
	unsigned int i;

	for (i = 0; i <= TSREWRITE_A_CONFIG_MAX; i++)
		if (info->attrs[i])
			return false;
	return true;
}

static int check_machine_limit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *attr = info->attrs[TSREWRITE_A_CONFIG_MACHINE_LIMIT];

	if (!attr || netlink_capable(skb, CAP_NET_ADMIN))
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack, attr,
			    "the machine's limit can change only in the initial user namespace");
	return -EPERM;
}

/* The user's share holds whatever the limit; but who sets a higher one has to know it. One that
 * is above it already, since the machine's limit was lowered, can be set to what it is.
 */
static int check_limit(const struct tsrw_net *tn, struct genl_info *info)
{
	struct nlattr *attr = info->attrs[TSREWRITE_A_CONFIG_LIMIT];
	u32 share = tsrw_limit_user();

	if (!attr || !tn->table.usage.owner || nla_get_u32(attr) <= share ||
	    nla_get_u32(attr) <= tn->table.limits.flows)
		return 0;
	NL_SET_ERR_MSG_FMT(info->extack,
			   "above this user's share of the machine's limit, which is %u flows",
			   share);
	NL_SET_BAD_ATTR(info->extack, attr);
	return -EDQUOT;
}

static int set_mark_mask(struct tsrw_net *tn, struct genl_info *info)
{
	struct nlattr *attr = info->attrs[TSREWRITE_A_CONFIG_MARK_MASK];
	int err;

	if (!attr)
		return 0;
	err = tsrw_groups_set_mark_mask(&tn->groups, nla_get_u32(attr),
					info->extack);
	if (err)
		NL_SET_BAD_ATTR(info->extack, attr);
	return err;
}

/* The policy of the attribute cannot ask for it: who dumps policies takes a function for a range */
static int check_label_bit(struct genl_info *info)
{
	struct nlattr *attr = info->attrs[TSREWRITE_A_CONFIG_LABEL_BIT];

	if (!attr || nla_get_u32(attr) % 32 == 0)
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack, attr,
			    "the 64 bits of labels begin with bit 32 or 64, or with 0 for none");
	return -EINVAL;
}

static int set_label_bit(struct tsrw_net *tn, struct genl_info *info)
{
	struct nlattr *attr = info->attrs[TSREWRITE_A_CONFIG_LABEL_BIT];
	int err;

	if (!attr)
		return 0;
	err = tsrw_labels_use(tn, nla_get_u32(attr), info->extack);
	if (err)
		NL_SET_BAD_ATTR(info->extack, attr);
	return err;
}

static void set_limits(struct tsrw_net *tn, struct genl_info *info)
{
	struct nlattr *attr = info->attrs[TSREWRITE_A_CONFIG_MACHINE_LIMIT];
	unsigned int i;

	if (attr)
		tsrw_limit_set_machine(nla_get_u32(attr));
	for (i = 0; i < ARRAY_SIZE(settable); i++) {
		u32 *value = (void *)&tn->table.limits + settable[i].offset;

		attr = info->attrs[settable[i].attr];
		if (attr)
			WRITE_ONCE(*value, nla_get_u32(attr));
	}
}

int tsrw_nl_config_set(struct sk_buff *skb, struct genl_info *info)
{
	struct tsrw_net *tn = tsrw_net(genl_info_net(info));
	struct tsrw_config before, now;
	struct tsrw_event event = {
		.tn = tn, .type = TSREWRITE_EVENT_CONFIG, .config_before = &before,
	};
	int err;

	if (is_empty(info)) {
		NL_SET_ERR_MSG(info->extack,
			       "nothing to set: no limit, timeout, mask of marks, bit of labels or when-full is given");
		return -EINVAL;
	}
	read_config(tn, &before);
	/* All or nothing: what can be refused comes before the limits, which cannot */
	err = check_machine_limit(skb, info) ?: check_limit(tn, info) ?:
		check_label_bit(info) ?: set_label_bit(tn, info);
	if (err)
		return err;
	err = set_mark_mask(tn, info);
	if (err) {
		tsrw_labels_use(tn, before.label_bit, NULL);
		return err;
	}
	set_limits(tn, info);
	read_config(tn, &now);
	if (configs_differ(&before, &now))
		tsrw_event_emit(&event);
	return 0;
}

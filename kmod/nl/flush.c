// SPDX-License-Identifier: GPL-2.0-only
/*
 * Flushing flows over netlink.
 *
 * It is a dump, though it changes what it visits: the kernel has the requester ask for each
 * message of it, and so visits a large table in steps between which nobody has to wait for it.
 */
#include <linux/slab.h>
#include <net/ipv6.h>

#include "../compat.h"
#include "family.h"
#include "flush.h"

static int check_addr(const struct nlattr *attr, struct netlink_ext_ack *extack)
{
	if (nla_len(attr) == sizeof(struct in_addr) ||
	    nla_len(attr) == sizeof(struct in6_addr))
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, attr, "the address does not have 4 or 16 bytes");
	return -EINVAL;
}

const struct nla_policy tsrw_flush_policy[TSREWRITE_A_FLUSH_MAX + 1] = {
	[TSREWRITE_A_FLUSH_INSIDE_ADDR] =
		NLA_POLICY_VALIDATE_FN(NLA_BINARY, check_addr,
				       sizeof(struct in6_addr)),
	[TSREWRITE_A_FLUSH_INSIDE_PREFIX_LEN] = NLA_POLICY_MAX(NLA_U8, 128),
	[TSREWRITE_A_FLUSH_INSIDE_PORT] = { .type = NLA_BE16 },
	[TSREWRITE_A_FLUSH_OUTSIDE_ADDR] =
		NLA_POLICY_VALIDATE_FN(NLA_BINARY, check_addr,
				       sizeof(struct in6_addr)),
	[TSREWRITE_A_FLUSH_OUTSIDE_PREFIX_LEN] = NLA_POLICY_MAX(NLA_U8, 128),
	[TSREWRITE_A_FLUSH_OUTSIDE_PORT] = { .type = NLA_BE16 },
	[TSREWRITE_A_FLUSH_PORT] = { .type = NLA_BE16 },
	[TSREWRITE_A_FLUSH_ZONE] = { .type = NLA_U8 },
	[TSREWRITE_A_FLUSH_MODE] = NLA_POLICY_MAX(NLA_U32, TSREWRITE_MODE_MAX),
	[TSREWRITE_A_FLUSH_STATE] = NLA_POLICY_MAX(NLA_U32, TSRW_PHASES - 1),
	[TSREWRITE_A_FLUSH_FORCE] = { .type = NLA_FLAG },
	[TSREWRITE_A_FLUSH_FLUSHED] = { .type = NLA_REJECT },
	[TSREWRITE_A_FLUSH_GROUP] = {
		.type = NLA_NUL_STRING, .len = TSREWRITE_GROUP_NAMSIZ - 1,
	},
};

static int read_addr(struct genl_info *info, int addr_attr, int prefix_attr,
		     struct tsrw_end_filter *end)
{
	struct nlattr *addr = info->attrs[addr_attr];
	struct nlattr *prefix = info->attrs[prefix_attr];
	u8 len, bits;

	if (!addr) {
		if (!prefix)
			return 0;
		NL_SET_ERR_MSG_ATTR(info->extack, prefix,
				    "a prefix length is given without its address");
		return -EINVAL;
	}
	bits = nla_len(addr) * BITS_PER_BYTE;
	len = prefix ? nla_get_u8(prefix) : bits;
	if (len > bits) {
		NL_SET_ERR_MSG_ATTR(info->extack, prefix,
				    "the prefix is longer than the address");
		return -EINVAL;
	}
	if (bits == 128)
		end->addr = nla_get_in6_addr(addr);
	else
		ipv6_addr_set_v4mapped(nla_get_in_addr(addr), &end->addr);
	end->by_addr = true;
	end->prefix = 128 - bits + len;
	return 0;
}

/* Return: whether the request has the port. 0 cannot stand for any port, because it is
 * a port as well, though a reserved one.
 */
static bool read_port(struct genl_info *info, int attr, __be16 *port)
{
	if (!info->attrs[attr])
		return false;
	*port = nla_get_be16(info->attrs[attr]);
	return true;
}

static void read_number(struct genl_info *info, int attr,
			struct tsrw_flush_filter *filter, u8 by, u8 *number)
{
	const struct nlattr *value = info->attrs[attr];

	if (!value)
		return;
	filter->by |= by;
	*number = nla_len(value) == sizeof(u8) ? nla_get_u8(value) :
						 nla_get_u32(value);
}

static int read_group(struct genl_info *info, struct tsrw_flush_filter *filter)
{
	struct nlattr *name = info->attrs[TSREWRITE_A_FLUSH_GROUP];
	const struct tsrw_group *group;

	if (!name)
		return 0;
	group = tsrw_group_by_name(&tsrw_net(genl_info_net(info))->groups,
				   nla_data(name));
	if (!group) {
		NL_SET_ERR_MSG_ATTR(info->extack, name, "no such group");
		return -ENOENT;
	}
	filter->by |= TSRW_FLUSH_BY_GROUP;
	filter->group = group->id;
	return 0;
}

static int read_filter(struct genl_info *info, struct tsrw_flush_filter *filter)
{
	int err;

	err = read_addr(info, TSREWRITE_A_FLUSH_INSIDE_ADDR,
			TSREWRITE_A_FLUSH_INSIDE_PREFIX_LEN, &filter->inside);
	if (!err)
		err = read_addr(info, TSREWRITE_A_FLUSH_OUTSIDE_ADDR,
				TSREWRITE_A_FLUSH_OUTSIDE_PREFIX_LEN,
				&filter->outside);
	if (!err)
		err = read_group(info, filter);
	filter->inside.by_port = read_port(info, TSREWRITE_A_FLUSH_INSIDE_PORT,
					   &filter->inside.port);
	filter->outside.by_port = read_port(info, TSREWRITE_A_FLUSH_OUTSIDE_PORT,
					    &filter->outside.port);
	if (read_port(info, TSREWRITE_A_FLUSH_PORT, &filter->port))
		filter->by |= TSRW_FLUSH_BY_PORT;
	read_number(info, TSREWRITE_A_FLUSH_ZONE, filter, TSRW_FLUSH_BY_ZONE,
		    &filter->zone);
	read_number(info, TSREWRITE_A_FLUSH_MODE, filter, TSRW_FLUSH_BY_MODE,
		    &filter->mode);
	read_number(info, TSREWRITE_A_FLUSH_STATE, filter, TSRW_FLUSH_BY_STATE,
		    &filter->state);
	return err;
}

/**
 * tsrw_nl_put_flushed - put into a message what a flush did
 * @msg: the message
 * @attr: attribute of the nest of enum tsrewrite_flushed_attr
 * @count: what the flush did
 *
 * Return: 0 or -EMSGSIZE.
 */
int tsrw_nl_put_flushed(struct sk_buff *msg, int attr,
			const struct tsrw_flush_count *count)
{
	struct nlattr *nest = nla_nest_start(msg, attr);

	if (!nest ||
	    nla_put_u32(msg, TSREWRITE_A_FLUSHED_FLOWS, count->flows) ||
	    nla_put_u32(msg, TSREWRITE_A_FLUSHED_BROKEN, count->broken))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

static struct tsrw_flush *flush_of(const struct netlink_callback *cb)
{
	return (struct tsrw_flush *)cb->args[0];
}

static int read_request(struct netlink_callback *cb, struct tsrw_flush *flush)
{
	struct genl_info info = {
		.attrs = tsrw_genl_dump_attrs(cb), .extack = cb->extack,
	};
	int err;

	genl_info_net_set(&info, flush->tn->net);
	mutex_lock(&flush->tn->lock);
	err = read_filter(&info, &flush->filter);
	mutex_unlock(&flush->tn->lock);
	if (!err)
		tsrw_flush_begin(flush, info.attrs[TSREWRITE_A_FLUSH_FORCE]);
	return err;
}

/* What the request has is read here, where a refusal tells which attribute was wrong. Where
 * the kernel has no extack here, as 6.1, it is read with the first message, which can tell why.
 */
int tsrw_nl_flush_start(struct netlink_callback *cb)
{
	struct tsrw_flush *flush = kzalloc(sizeof(*flush), GFP_KERNEL_ACCOUNT);
	int err;

	if (!flush)
		return -ENOMEM;
	flush->tn = tsrw_net(sock_net(cb->skb->sk));
	err = cb->extack ? read_request(cb, flush) : 0;
	if (err) {
		kfree(flush);
		return err;
	}
	cb->args[0] = (long)flush;
	cb->args[2] = !cb->extack;
	return 0;
}

static int put_progress(struct sk_buff *msg, struct netlink_callback *cb,
			const struct tsrw_flush *flush)
{
	void *header = tsrw_nl_begin(msg, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
				     NLM_F_MULTI, TSREWRITE_CMD_FLOW_FLUSH);

	if (!header)
		return -EMSGSIZE;
	if (tsrw_nl_put_flushed(msg, TSREWRITE_A_FLUSH_FLUSHED, &flush->count)) {
		genlmsg_cancel(msg, header);
		return -EMSGSIZE;
	}
	genlmsg_end(msg, header);
	return 0;
}

/* Each message says what the flush has done so far; the last one, what it did */
int tsrw_nl_flush_dump(struct sk_buff *msg, struct netlink_callback *cb)
{
	struct tsrw_flush *flush = flush_of(cb);
	int ret;

	if (cb->args[1])
		return 0;
	ret = cb->args[2] ? read_request(cb, flush) : 0;
	if (ret)
		return ret;
	cb->args[2] = false;
	tsrw_visit_begin();
	ret = tsrw_flush_some(flush, cb->extack);
	if (ret < 0)
		return ret;
	if (ret == TSRW_WALK_END) {
		cb->args[1] = true;
		tsrw_flush_end(flush);
	}
	return put_progress(msg, cb, flush) ?: msg->len;
}

int tsrw_nl_flush_done(struct netlink_callback *cb)
{
	struct tsrw_flush *flush = flush_of(cb);

	if (!cb->args[1])
		tsrw_flush_end(flush);	/* as far as it went until the requester left */
	kfree(flush);
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Flows over netlink that were saved by save.c, perhaps by another build of the module.
 */
#include <linux/bitmap.h>
#include <linux/mm.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "../compat.h"
#include "../core/saved.h"
#include "../device.h"
#include "../load.h"
#include "family.h"
#include "load.h"

static const struct nla_policy span_policy[TSREWRITE_A_SPAN_MAX + 1] = {
	[TSREWRITE_A_SPAN_OFFSET] = { .type = NLA_U32 },
	[TSREWRITE_A_SPAN_FIRST] = { .type = NLA_U32 },
	[TSREWRITE_A_SPAN_LAST] = { .type = NLA_U32 },
};

#define SAVED_FLAGS		(2 * TSREWRITE_SAVED_SLEPT - 1)
#define VLAN_ID_MAX		4095

static const struct nla_policy saved_policy[TSREWRITE_A_SAVED_MAX + 1] = {
	[TSREWRITE_A_SAVED_INSIDE_ADDR] = NLA_POLICY_RANGE(NLA_BINARY, 4, 16),
	[TSREWRITE_A_SAVED_OUTSIDE_ADDR] = NLA_POLICY_RANGE(NLA_BINARY, 4, 16),
	[TSREWRITE_A_SAVED_INSIDE_PORT] = { .type = NLA_U16 },
	[TSREWRITE_A_SAVED_OUTSIDE_PORT] = { .type = NLA_U16 },
	[TSREWRITE_A_SAVED_ZONE] = { .type = NLA_U8 },
	[TSREWRITE_A_SAVED_VLAN] = NLA_POLICY_MAX(NLA_U16, VLAN_ID_MAX),
	[TSREWRITE_A_SAVED_VLAN_INNER] = NLA_POLICY_MAX(NLA_U16, VLAN_ID_MAX),
	[TSREWRITE_A_SAVED_GROUP] = { .type = NLA_U8 },
	[TSREWRITE_A_SAVED_EGRESS_DEVICE] = { .type = NLA_U8 },
	[TSREWRITE_A_SAVED_INGRESS_DEVICE] = { .type = NLA_U8 },
	[TSREWRITE_A_SAVED_IDLE] = { .type = NLA_U32 },
	[TSREWRITE_A_SAVED_STATE] = NLA_POLICY_MAX(NLA_U8, TSRW_STATES - 1),
	[TSREWRITE_A_SAVED_FLAGS] = NLA_POLICY_MASK(NLA_U32, SAVED_FLAGS),
	[TSREWRITE_A_SAVED_MODE] = { .type = NLA_U8 },
	[TSREWRITE_A_SAVED_CANDIDATE_MODE] = { .type = NLA_U8 },
	[TSREWRITE_A_SAVED_ANSWER] = NLA_POLICY_MAX(NLA_U8, TSRW_ANSWER_BARE),
	[TSREWRITE_A_SAVED_SPAN] = NLA_POLICY_NESTED(span_policy),
	[TSREWRITE_A_SAVED_CANDIDATE_SPAN] = NLA_POLICY_NESTED(span_policy),
	[TSREWRITE_A_SAVED_ISN] = { .type = NLA_U32 },
	[TSREWRITE_A_SAVED_CANDIDATE_ISN] = { .type = NLA_U32 },
	[TSREWRITE_A_SAVED_EGRESS_ACK] = { .type = NLA_U32 },
	[TSREWRITE_A_SAVED_INGRESS_ACK] = { .type = NLA_U32 },
	[TSREWRITE_A_SAVED_EGRESS_END] = { .type = NLA_U32 },
	[TSREWRITE_A_SAVED_INGRESS_END] = { .type = NLA_U32 },
};

const struct nla_policy tsrw_load_policy[TSREWRITE_A_LOAD_MAX + 1] = {
	[TSREWRITE_A_LOAD_FLOW] = NLA_POLICY_NESTED(saved_policy),
	[TSREWRITE_A_LOAD_ELAPSED] = { .type = NLA_U32 },
	[TSREWRITE_A_LOAD_LOADED] = { .type = NLA_REJECT },
	[TSREWRITE_A_LOAD_EXISTING] = { .type = NLA_REJECT },
	[TSREWRITE_A_LOAD_EXPIRED] = { .type = NLA_REJECT },
	[TSREWRITE_A_LOAD_NO_ROOM] = { .type = NLA_REJECT },
};

/* A flow that is read: what its attributes are, and where it goes */
struct reader {
	struct nlattr *attrs[TSREWRITE_A_SAVED_MAX + 1];
	struct tsrw_saved *saved;
	struct netlink_ext_ack *extack;
};

static u32 read_u32(const struct reader *reader, int attr)
{
	return reader->attrs[attr] ? nla_get_u32(reader->attrs[attr]) : 0;
}

static u8 read_u8(const struct reader *reader, int attr)
{
	return reader->attrs[attr] ? nla_get_u8(reader->attrs[attr]) : 0;
}

static u16 read_u16(const struct reader *reader, int attr)
{
	return reader->attrs[attr] ? nla_get_u16(reader->attrs[attr]) : 0;
}

static int refuse_attr(const struct reader *reader, int attr, const char *why)
{
	NL_SET_BAD_ATTR(reader->extack, reader->attrs[attr]);
	NL_SET_ERR_MSG_FMT(reader->extack, "%s", why);
	return -EINVAL;
}

static int read_addr(const struct reader *reader, int attr, struct in6_addr *addr)
{
	const struct nlattr *given = reader->attrs[attr];

	if (!given)
		return refuse_attr(reader, attr, "an address is missing");
	switch (nla_len(given)) {
	case sizeof(struct in_addr):
		ipv6_addr_set_v4mapped(nla_get_in_addr(given), addr);
		return 0;
	case sizeof(struct in6_addr):
		*addr = nla_get_in6_addr(given);
		if (!ipv6_addr_v4mapped(addr))
			return 0;
		return refuse_attr(reader, attr, "an IPv4 address has four bytes");
	default:
		return refuse_attr(reader, attr, "an address has four or sixteen bytes");
	}
}

static int read_key(const struct reader *reader)
{
	struct tsrw_flow_key *key = &reader->saved->key;
	int err;

	err = read_addr(reader, TSREWRITE_A_SAVED_INSIDE_ADDR, &key->inside_addr) ?:
	      read_addr(reader, TSREWRITE_A_SAVED_OUTSIDE_ADDR, &key->outside_addr);
	if (err)
		return err;
	if (ipv6_addr_v4mapped(&key->inside_addr) != ipv6_addr_v4mapped(&key->outside_addr))
		return refuse_attr(reader, TSREWRITE_A_SAVED_OUTSIDE_ADDR,
				   "one address is IPv4, the other one IPv6");
	if (!reader->attrs[TSREWRITE_A_SAVED_INSIDE_PORT] ||
	    !reader->attrs[TSREWRITE_A_SAVED_OUTSIDE_PORT])
		return refuse_attr(reader, TSREWRITE_A_SAVED_OUTSIDE_ADDR, "a port is missing");
	key->inside_port = nla_get_be16(reader->attrs[TSREWRITE_A_SAVED_INSIDE_PORT]);
	key->outside_port = nla_get_be16(reader->attrs[TSREWRITE_A_SAVED_OUTSIDE_PORT]);
	key->link = tsrw_link(read_u8(reader, TSREWRITE_A_SAVED_ZONE),
			      read_u16(reader, TSREWRITE_A_SAVED_VLAN),
			      read_u16(reader, TSREWRITE_A_SAVED_VLAN_INNER));
	return 0;
}

static int read_span(const struct reader *reader, int attr, struct tsrw_span *span)
{
	struct nlattr *attrs[TSREWRITE_A_SPAN_MAX + 1];
	int err;

	if (!reader->attrs[attr])
		return 0;
	err = nla_parse_nested(attrs, TSREWRITE_A_SPAN_MAX, reader->attrs[attr], span_policy,
			       reader->extack);
	if (err)
		return err;
	if (!attrs[TSREWRITE_A_SPAN_OFFSET] || !attrs[TSREWRITE_A_SPAN_FIRST] ||
	    !attrs[TSREWRITE_A_SPAN_LAST])
		return refuse_attr(reader, attr, "offset, first or last TSval is missing");
	*span = (struct tsrw_span){
		.offset = nla_get_u32(attrs[TSREWRITE_A_SPAN_OFFSET]),
		.first = nla_get_u32(attrs[TSREWRITE_A_SPAN_FIRST]),
		.last = nla_get_u32(attrs[TSREWRITE_A_SPAN_LAST]),
	};
	return 0;
}

/* Three bits hold it. Return: a mode that there is not if @number is none. */
static u8 mode_of_number(u8 number)
{
	if (number == TSREWRITE_SAVED_MODE_BARE)
		return TSRW_MODE_BARE;
	return number <= TSREWRITE_MODE_MAX ? number : TSRW_MODE_BARE + 1;
}

static void read_flags(u32 flags, struct tsrw_conn *conn)
{
	conn->flags = flags & 0xff;
	conn->committed_from_zero = !!(flags & TSREWRITE_SAVED_FROM_ZERO);
	conn->candidate_from_zero = !!(flags & TSREWRITE_SAVED_CANDIDATE_FROM_ZERO);
	conn->answered_twice = !!(flags & TSREWRITE_SAVED_ANSWERED_TWICE);
	conn->reset_in_flight = !!(flags & TSREWRITE_SAVED_RESET);
	conn->reset_from = flags & TSREWRITE_SAVED_RESET_INGRESS ? TSRW_INGRESS : TSRW_EGRESS;
	conn->awaits_third_segment = !!(flags & TSREWRITE_SAVED_AWAITS_THIRD);
	conn->asymmetry = flags & TSREWRITE_SAVED_ASYMMETRIC ? TSRW_ASYMMETRIC : 0;
}

static void read_numbers(const struct reader *reader, struct tsrw_conn *conn)
{
	conn->isn_committed = read_u32(reader, TSREWRITE_A_SAVED_ISN);
	conn->isn_candidate = read_u32(reader, TSREWRITE_A_SAVED_CANDIDATE_ISN);
	conn->ack[TSRW_EGRESS] = read_u32(reader, TSREWRITE_A_SAVED_EGRESS_ACK);
	conn->ack[TSRW_INGRESS] = read_u32(reader, TSREWRITE_A_SAVED_INGRESS_ACK);
	conn->end[TSRW_EGRESS] = read_u32(reader, TSREWRITE_A_SAVED_EGRESS_END);
	conn->end[TSRW_INGRESS] = read_u32(reader, TSREWRITE_A_SAVED_INGRESS_END);
}

static int read_connections(const struct reader *reader)
{
	struct tsrw_conn *conn = &reader->saved->conn;
	int err;

	read_flags(read_u32(reader, TSREWRITE_A_SAVED_FLAGS), conn);
	read_numbers(reader, conn);
	conn->state = read_u8(reader, TSREWRITE_A_SAVED_STATE);
	conn->mode = mode_of_number(read_u8(reader, TSREWRITE_A_SAVED_MODE));
	conn->mode_candidate =
		mode_of_number(read_u8(reader, TSREWRITE_A_SAVED_CANDIDATE_MODE));
	conn->answer = read_u8(reader, TSREWRITE_A_SAVED_ANSWER);
	err = read_span(reader, TSREWRITE_A_SAVED_SPAN, &conn->map.committed) ?:
	      read_span(reader, TSREWRITE_A_SAVED_CANDIDATE_SPAN, &conn->map.candidate);
	if (!err && !tsrw_saved_is_sound(conn))
		return refuse_attr(reader, TSREWRITE_A_SAVED_STATE,
				   "no flow has this state with these flags and modes");
	return err;
}

/* What is not known here any more goes on without */
static u8 known_device(const struct reader *reader, int attr, const unsigned long *devices)
{
	u8 id = read_u8(reader, attr);

	return test_bit(id, devices) ? id : 0;
}

static void read_places(struct reader *reader, const struct tsrw_groups *groups,
			const unsigned long *devices)
{
	struct tsrw_saved *saved = reader->saved;

	rcu_read_lock();
	saved->group = tsrw_group_by_id(groups, read_u8(reader, TSREWRITE_A_SAVED_GROUP))->id;
	rcu_read_unlock();
	saved->device[TSRW_EGRESS] =
		known_device(reader, TSREWRITE_A_SAVED_EGRESS_DEVICE, devices);
	saved->device[TSRW_INGRESS] =
		known_device(reader, TSREWRITE_A_SAVED_INGRESS_DEVICE, devices);
}

static u32 add_saturating(u32 a, u32 b)
{
	return min_t(u64, (u64)a + b, TSRW_TIMEOUT_MAX);
}

static int read_flow(struct reader *reader, const struct nlattr *nest, u32 elapsed)
{
	struct tsrw_saved *saved = reader->saved;
	int err;

	err = nla_parse_nested(reader->attrs, TSREWRITE_A_SAVED_MAX, nest, saved_policy,
			       reader->extack);
	if (err)
		return err;
	saved->idle = add_saturating(read_u32(reader, TSREWRITE_A_SAVED_IDLE), elapsed);
	saved->slept = read_u32(reader, TSREWRITE_A_SAVED_FLAGS) & TSREWRITE_SAVED_SLEPT;
	return read_key(reader) ?: read_connections(reader);
}

/* The caller holds RTNL, so that none of them goes before flows have its id */
static void find_devices(const struct tsrw_net *tn, unsigned long *devices)
{
	const struct tsrw_device *device;

	list_for_each_entry(device, &tn->devices, list)
		__set_bit(device->hook.device, devices);
}

static int count_flows(struct genl_info *info)
{
	const struct nlattr *attr;
	int left, count = 0;

	nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, left)
		count += nla_type(attr) == TSREWRITE_A_LOAD_FLOW;
	return count;
}

/* Return: 0, with as many as count_flows() has counted, or an error */
static int read_flows(struct genl_info *info, struct tsrw_saved *saved)
{
	struct tsrw_net *tn = tsrw_net(genl_info_net(info));
	struct nlattr *elapsed = info->attrs[TSREWRITE_A_LOAD_ELAPSED];
	DECLARE_BITMAP(devices, TSRW_IDS) = {};
	struct reader reader = { .saved = saved, .extack = info->extack };
	const struct nlattr *attr;
	int left, err;

	find_devices(tn, devices);
	nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, left) {
		if (nla_type(attr) != TSREWRITE_A_LOAD_FLOW)
			continue;
		err = read_flow(&reader, attr, elapsed ? nla_get_u32(elapsed) : 0);
		if (err)
			return err;
		read_places(&reader, &tn->groups, devices);
		reader.saved++;
	}
	return 0;
}

static int refuse_count(const struct tsrw_net *tn, int count, struct netlink_ext_ack *extack)
{
	if (!tn->table.buckets) {
		NL_SET_ERR_MSG(extack, "there is no flow table: attach a device first");
		return -ENXIO;
	}
	if (count > TSREWRITE_LOAD_MAX) {
		NL_SET_ERR_MSG_FMT(extack, "a request loads at most %u flows",
				   TSREWRITE_LOAD_MAX);
		return -E2BIG;
	}
	return 0;
}

/* All or, if one of them is refused, none. Each is checked before the first is loaded. */
static int load_flows(struct genl_info *info, int count)
{
	struct tsrw_net *tn = tsrw_net(genl_info_net(info));
	int err = refuse_count(tn, count, info->extack);
	struct tsrw_saved *saved;

	if (err)
		return err;
	saved = kvcalloc(count, sizeof(*saved), GFP_KERNEL_ACCOUNT);
	if (!saved)
		return -ENOMEM;
	rtnl_lock();
	err = read_flows(info, saved);
	for (int i = 0; !err && i < count; i++)
		tsrw_load(tn, &saved[i]);
	rtnl_unlock();
	kvfree(saved);
	return err;
}

static int put_counts(struct sk_buff *msg, const struct tsrw_load_count *count)
{
	if (nla_put_u32(msg, TSREWRITE_A_LOAD_LOADED, count->loaded) ||
	    nla_put_u32(msg, TSREWRITE_A_LOAD_EXISTING, count->existing) ||
	    nla_put_u32(msg, TSREWRITE_A_LOAD_EXPIRED, count->expired) ||
	    nla_put_u32(msg, TSREWRITE_A_LOAD_NO_ROOM, count->no_room))
		return -EMSGSIZE;
	return 0;
}

/**
 * tsrw_nl_put_loaded - put into an event what became of flows that were loaded
 * @msg: the message
 * @count: what became of them
 *
 * Return: 0 or -EMSGSIZE.
 */
int tsrw_nl_put_loaded(struct sk_buff *msg, const struct tsrw_load_count *count)
{
	struct nlattr *nest = nla_nest_start(msg, TSREWRITE_A_EVENT_LOADED);

	if (!nest || put_counts(msg, count))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

int tsrw_nl_load(struct sk_buff *skb, struct genl_info *info)
{
	struct tsrw_net *tn = tsrw_net(genl_info_net(info));
	struct tsrw_load_count loaded;
	int count = count_flows(info), err = 0;
	struct sk_buff *msg;
	void *header;

	if (count)
		err = load_flows(info, count);
	if (err)
		return err;
	msg = tsrw_nl_answer(info, TSREWRITE_CMD_FLOW_LOAD, &header);
	if (!msg)
		return -ENOMEM;
	if (count)
		loaded = tn->loading;
	else
		tsrw_load_end(tn, &loaded);
	if (put_counts(msg, &loaded)) {
		nlmsg_free(msg);
		return -EMSGSIZE;
	}
	return tsrw_nl_send_answer(info, msg, header);
}

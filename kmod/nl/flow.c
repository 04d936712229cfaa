// SPDX-License-Identifier: GPL-2.0-only
/*
 * Flows over netlink.
 */
#include <net/ipv6.h>

#include "../net.h"
#include "family.h"
#include "flow.h"

static_assert((int)TSRW_PHASE_EMBRYONIC == (int)TSREWRITE_FLOW_EMBRYONIC);
static_assert((int)TSRW_PHASE_ESTABLISHED == (int)TSREWRITE_FLOW_ESTABLISHED);
static_assert((int)TSRW_PHASE_CLOSED == (int)TSREWRITE_FLOW_CLOSED);
static_assert((int)TSRW_PHASE_HALF_CLOSED == (int)TSREWRITE_FLOW_HALF_CLOSED);
static_assert((int)TSRW_PHASE_CLOSING == (int)TSREWRITE_FLOW_CLOSING);
static_assert((int)TSRW_PHASES == (int)__TSREWRITE_FLOW_STATE_MAX);

static int put_addr(struct sk_buff *msg, int attr, const struct in6_addr *addr)
{
	if (ipv6_addr_v4mapped(addr))
		return nla_put_in_addr(msg, attr, addr->s6_addr32[3]);
	return nla_put_in6_addr(msg, attr, addr);
}

/**
 * tsrw_nl_put_flow_key - put a 4-tuple into a message
 * @msg: the message
 * @key: the 4-tuple
 *
 * The attributes are those of enum tsrewrite_flow_attr, and have the same numbers in enum
 * tsrewrite_saved_attr.
 *
 * Return: 0 or -EMSGSIZE.
 */
int tsrw_nl_put_flow_key(struct sk_buff *msg, const struct tsrw_flow_key *key)
{
	u16 vlan = tsrw_link_vlan(key->link), inner = tsrw_link_inner(key->link);

	if (put_addr(msg, TSREWRITE_A_FLOW_INSIDE_ADDR, &key->inside_addr) ||
	    put_addr(msg, TSREWRITE_A_FLOW_OUTSIDE_ADDR, &key->outside_addr) ||
	    nla_put_be16(msg, TSREWRITE_A_FLOW_INSIDE_PORT, key->inside_port) ||
	    nla_put_be16(msg, TSREWRITE_A_FLOW_OUTSIDE_PORT,
			 key->outside_port) ||
	    nla_put_u8(msg, TSREWRITE_A_FLOW_ZONE, tsrw_link_zone(key->link)))
		return -EMSGSIZE;
	if (vlan && nla_put_u16(msg, TSREWRITE_A_FLOW_VLAN, vlan))
		return -EMSGSIZE;
	if (inner && nla_put_u16(msg, TSREWRITE_A_FLOW_VLAN_INNER, inner))
		return -EMSGSIZE;
	return 0;
}

/* Put the committed connection, or the candidate while there is none */
static int put_conn(struct sk_buff *msg, const struct tsrw_conn *conn)
{
	bool committed = conn->flags & TSRW_HAS_COMMITTED;
	const struct tsrw_span *span = tsrw_conn_shown_span(conn);
	bool inbound = conn->flags & (committed ? TSRW_INBOUND :
						TSRW_CANDIDATE_INBOUND);

	if (nla_put_u32(msg, TSREWRITE_A_FLOW_STATE, tsrw_conn_phase(conn)) ||
	    nla_put_u32(msg, TSREWRITE_A_FLOW_MODE, tsrw_conn_shown_mode(conn)) ||
	    nla_put_u32(msg, TSREWRITE_A_FLOW_OFFSET, span->offset) ||
	    nla_put_u32(msg, TSREWRITE_A_FLOW_LAST, span->last))
		return -EMSGSIZE;
	if (inbound && nla_put_flag(msg, TSREWRITE_A_FLOW_INBOUND))
		return -EMSGSIZE;
	if (conn->asymmetry & TSRW_ASYMMETRIC &&
	    nla_put_flag(msg, TSREWRITE_A_FLOW_ASYMMETRIC))
		return -EMSGSIZE;
	return 0;
}

static int put_time(struct sk_buff *msg, const struct tsrw_table *table,
		    u32 stamp, enum tsrw_conn_phase phase)
{
	u32 idle = tsrw_stamp_age(stamp) / HZ;
	u32 timeout = READ_ONCE(table->limits.timeout[phase]);

	if (nla_put_u32(msg, TSREWRITE_A_FLOW_IDLE, idle) ||
	    nla_put_u32(msg, TSREWRITE_A_FLOW_EXPIRES,
			idle < timeout ? timeout - idle : 0))
		return -EMSGSIZE;
	return 0;
}

struct flow_dump {
	struct sk_buff *msg;
	struct netlink_callback *cb;
	const struct tsrw_table *table;
};

static int dump_one(struct tsrw_flow *flow, void *arg)
{
	const struct flow_dump *dump = arg;
	u32 stamp = READ_ONCE(flow->stamp);
	struct sk_buff *msg = dump->msg;
	struct tsrw_conn conn;
	void *header;

	tsrw_flow_snapshot(flow, &conn);
	if (stamp == TSRW_STAMP_DEAD)
		return 0;
	header = tsrw_nl_begin(msg, NETLINK_CB(dump->cb->skb).portid,
			       dump->cb->nlh->nlmsg_seq, NLM_F_MULTI,
			       TSREWRITE_CMD_FLOW_GET);
	if (!header)
		return -EMSGSIZE;
	if (tsrw_nl_put_flow_key(msg, &flow->key) || put_conn(msg, &conn) ||
	    put_time(msg, dump->table, stamp, tsrw_conn_phase(&conn)) ||
	    nla_put_u8(msg, TSREWRITE_A_FLOW_GROUP,
		       tsrw_group_by_id(dump->table->groups, READ_ONCE(flow->group))->id)) {
		genlmsg_cancel(msg, header);
		return -EMSGSIZE;
	}
	genlmsg_end(msg, header);
	return 0;
}

int tsrw_nl_flow_dump(struct sk_buff *msg, struct netlink_callback *cb)
{
	struct tsrw_cursor *cursor = (struct tsrw_cursor *)cb->ctx;
	struct flow_dump dump = {
		.msg = msg, .cb = cb,
		.table = &tsrw_net(sock_net(msg->sk))->table,
	};
	int err;

	BUILD_BUG_ON(sizeof(*cursor) > sizeof(cb->ctx));
	tsrw_visit_begin();
	err = tsrw_table_walk(dump.table, cursor, dump_one, &dump);
	if (err == TSRW_WALK_MORE && !msg->len) {
		NL_SET_ERR_MSG(cb->extack, "flows end faster than they are read: try again");
		return -EAGAIN;
	}
	return msg->len;
}

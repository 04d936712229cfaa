// SPDX-License-Identifier: GPL-2.0-only
/*
 * All that flows are, over netlink, for load.c.
 */
#include "../net.h"
#include "family.h"
#include "flow.h"
#include "save.h"

static_assert((int)TSREWRITE_A_SAVED_INSIDE_ADDR == (int)TSREWRITE_A_FLOW_INSIDE_ADDR);
static_assert((int)TSREWRITE_A_SAVED_VLAN_INNER == (int)TSREWRITE_A_FLOW_VLAN_INNER);
static_assert((int)TSREWRITE_SAVED_COMMITTED == (int)TSRW_HAS_COMMITTED);
static_assert((int)TSREWRITE_SAVED_CANDIDATE == (int)TSRW_HAS_CANDIDATE);
static_assert((int)TSREWRITE_SAVED_CANDIDATE_INBOUND == (int)TSRW_CANDIDATE_INBOUND);
static_assert((int)TSREWRITE_SAVED_INBOUND == (int)TSRW_INBOUND);
static_assert((int)TSREWRITE_SAVED_FIN_EGRESS == (int)(TSRW_FIN << TSRW_EGRESS));
static_assert((int)TSREWRITE_SAVED_FIN_INGRESS == (int)(TSRW_FIN << TSRW_INGRESS));
static_assert((int)TSREWRITE_SAVED_FIN_EGRESS_ACKED == (int)(TSRW_FIN_ACKED << TSRW_EGRESS));
static_assert((int)TSREWRITE_SAVED_FIN_INGRESS_ACKED == (int)(TSRW_FIN_ACKED << TSRW_INGRESS));

static u32 flags_of(const struct tsrw_conn *conn, bool slept)
{
	return conn->flags |
	       (conn->committed_from_zero ? TSREWRITE_SAVED_FROM_ZERO : 0) |
	       (conn->candidate_from_zero ? TSREWRITE_SAVED_CANDIDATE_FROM_ZERO : 0) |
	       (conn->answered_twice ? TSREWRITE_SAVED_ANSWERED_TWICE : 0) |
	       (conn->reset_in_flight ? TSREWRITE_SAVED_RESET : 0) |
	       (conn->reset_from == TSRW_INGRESS ? TSREWRITE_SAVED_RESET_INGRESS : 0) |
	       (conn->awaits_third_segment ? TSREWRITE_SAVED_AWAITS_THIRD : 0) |
	       (conn->asymmetry & TSRW_ASYMMETRIC ? TSREWRITE_SAVED_ASYMMETRIC : 0) |
	       (slept ? TSREWRITE_SAVED_SLEPT : 0);
}

static u8 number_of_mode(unsigned int mode)
{
	return mode == TSRW_MODE_BARE ? TSREWRITE_SAVED_MODE_BARE : mode;
}

static int put_span(struct sk_buff *msg, int attr, const struct tsrw_span *span)
{
	struct nlattr *nest = nla_nest_start(msg, attr);

	if (!nest ||
	    nla_put_u32(msg, TSREWRITE_A_SPAN_OFFSET, span->offset) ||
	    nla_put_u32(msg, TSREWRITE_A_SPAN_FIRST, span->first) ||
	    nla_put_u32(msg, TSREWRITE_A_SPAN_LAST, span->last))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

static int put_connections(struct sk_buff *msg, const struct tsrw_conn *conn)
{
	if (nla_put_u8(msg, TSREWRITE_A_SAVED_STATE, conn->state) ||
	    nla_put_u8(msg, TSREWRITE_A_SAVED_MODE, number_of_mode(conn->mode)) ||
	    nla_put_u8(msg, TSREWRITE_A_SAVED_CANDIDATE_MODE,
		       number_of_mode(conn->mode_candidate)) ||
	    nla_put_u8(msg, TSREWRITE_A_SAVED_ANSWER, conn->answer) ||
	    put_span(msg, TSREWRITE_A_SAVED_SPAN, &conn->map.committed) ||
	    put_span(msg, TSREWRITE_A_SAVED_CANDIDATE_SPAN, &conn->map.candidate))
		return -EMSGSIZE;
	return 0;
}

static int put_numbers(struct sk_buff *msg, const struct tsrw_conn *conn)
{
	if (nla_put_u32(msg, TSREWRITE_A_SAVED_ISN, conn->isn_committed) ||
	    nla_put_u32(msg, TSREWRITE_A_SAVED_CANDIDATE_ISN, conn->isn_candidate) ||
	    nla_put_u32(msg, TSREWRITE_A_SAVED_EGRESS_ACK, conn->ack[TSRW_EGRESS]) ||
	    nla_put_u32(msg, TSREWRITE_A_SAVED_INGRESS_ACK, conn->ack[TSRW_INGRESS]) ||
	    nla_put_u32(msg, TSREWRITE_A_SAVED_EGRESS_END, conn->end[TSRW_EGRESS]) ||
	    nla_put_u32(msg, TSREWRITE_A_SAVED_INGRESS_END, conn->end[TSRW_INGRESS]))
		return -EMSGSIZE;
	return 0;
}

/* One that was loaded, and is not confirmed, has arrived nowhere */
static u8 ingress_device(const struct tsrw_flow *flow)
{
	u8 device = READ_ONCE(flow->device[TSRW_INGRESS]);

	return device == TSRW_DEVICE_UNHEARD ? 0 : device;
}

static int put_places(struct sk_buff *msg, const struct tsrw_groups *groups,
		      const struct tsrw_flow *flow)
{
	if (nla_put_u8(msg, TSREWRITE_A_SAVED_GROUP,
		       tsrw_group_by_id(groups, READ_ONCE(flow->group))->id) ||
	    nla_put_u8(msg, TSREWRITE_A_SAVED_EGRESS_DEVICE,
		       READ_ONCE(flow->device[TSRW_EGRESS])) ||
	    nla_put_u8(msg, TSREWRITE_A_SAVED_INGRESS_DEVICE, ingress_device(flow)))
		return -EMSGSIZE;
	return 0;
}

struct save_dump {
	struct sk_buff *msg;
	struct netlink_callback *cb;
	const struct tsrw_groups *groups;
};

static int put_flow(struct sk_buff *msg, const struct tsrw_groups *groups,
		    const struct tsrw_flow *flow, u32 stamp)
{
	struct nlattr *nest = nla_nest_start(msg, TSREWRITE_A_LOAD_FLOW);
	struct tsrw_conn conn;

	tsrw_flow_snapshot(flow, &conn);
	if (!nest || tsrw_nl_put_flow_key(msg, &flow->key) || put_places(msg, groups, flow) ||
	    nla_put_u32(msg, TSREWRITE_A_SAVED_IDLE, tsrw_stamp_age(stamp) / HZ) ||
	    nla_put_u32(msg, TSREWRITE_A_SAVED_FLAGS,
			flags_of(&conn, READ_ONCE(flow->slept))) ||
	    put_connections(msg, &conn) || put_numbers(msg, &conn))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

static int save_one(struct tsrw_flow *flow, void *arg)
{
	const struct save_dump *dump = arg;
	u32 stamp = READ_ONCE(flow->stamp);
	void *header;

	if (stamp == TSRW_STAMP_DEAD)
		return 0;
	header = tsrw_nl_begin(dump->msg, NETLINK_CB(dump->cb->skb).portid,
			       dump->cb->nlh->nlmsg_seq, NLM_F_MULTI,
			       TSREWRITE_CMD_FLOW_SAVE);
	if (!header)
		return -EMSGSIZE;
	if (put_flow(dump->msg, dump->groups, flow, stamp)) {
		genlmsg_cancel(dump->msg, header);
		return -EMSGSIZE;
	}
	genlmsg_end(dump->msg, header);
	return 0;
}

int tsrw_nl_save_dump(struct sk_buff *msg, struct netlink_callback *cb)
{
	struct tsrw_cursor *cursor = (struct tsrw_cursor *)cb->ctx;
	const struct tsrw_table *table = &tsrw_net(sock_net(msg->sk))->table;
	struct save_dump dump = { .msg = msg, .cb = cb, .groups = table->groups };
	int err;

	tsrw_visit_begin();
	err = tsrw_table_walk(table, cursor, save_one, &dump);
	if (err == TSRW_WALK_MORE && !msg->len) {
		NL_SET_ERR_MSG(cb->extack, "flows end faster than they are read: try again");
		return -EAGAIN;
	}
	return msg->len;
}

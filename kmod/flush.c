// SPDX-License-Identifier: GPL-2.0-only
/*
 * Forgetting flows by command.
 */
#include <net/ipv6.h>

#include "compat.h"
#include "event.h"
#include "flush.h"

/* The address families have to match as well: ::/0 matches no IPv4 address */
static bool addr_matches(const struct tsrw_end_filter *end,
			 const struct in6_addr *addr)
{
	return ipv6_addr_v4mapped(&end->addr) == ipv6_addr_v4mapped(addr) &&
	       ipv6_prefix_equal(&end->addr, addr, end->prefix);
}

static bool end_matches(const struct tsrw_end_filter *end,
			const struct in6_addr *addr, __be16 port)
{
	return (!end->by_addr || addr_matches(end, addr)) &&
	       (!end->by_port || end->port == port);
}

static bool key_matches(const struct tsrw_flush_filter *filter,
			const struct tsrw_flow_key *key)
{
	return end_matches(&filter->inside, &key->inside_addr,
			   key->inside_port) &&
	       end_matches(&filter->outside, &key->outside_addr,
			   key->outside_port) &&
	       (!(filter->by & TSRW_FLUSH_BY_PORT) ||
		filter->port == key->inside_port ||
		filter->port == key->outside_port) &&
	       (!(filter->by & TSRW_FLUSH_BY_ZONE) ||
		filter->zone == tsrw_link_zone(key->link));
}

static bool group_matches(const struct tsrw_flush_filter *filter, u8 group)
{
	return !(filter->by & TSRW_FLUSH_BY_GROUP) || filter->group == group;
}

static bool conn_matches(const struct tsrw_flush_filter *filter,
			 const struct tsrw_conn *conn)
{
	return (!(filter->by & TSRW_FLUSH_BY_MODE) ||
		filter->mode == tsrw_conn_shown_mode(conn)) &&
	       (!(filter->by & TSRW_FLUSH_BY_STATE) ||
		filter->state == tsrw_conn_phase(conn));
}

struct flush {
	struct tsrw_table *table;
	const struct tsrw_flush_filter *filter;
	struct tsrw_flush_count *count;
	bool dry;
};

static int flush_one(struct tsrw_flow *flow, void *arg)
{
	const struct flush *flush = arg;
	struct tsrw_conn conn;

	if (!key_matches(flush->filter, &flow->key) ||
	    !group_matches(flush->filter, flow->group))
		return 0;
	tsrw_flow_snapshot(flow, &conn);
	if (!conn_matches(flush->filter, &conn))
		return 0;
	if (!flush->dry && !tsrw_table_end(flush->table, flow))
		return 0;
	flush->count->flows++;
	flush->count->broken += tsrw_conn_breaks(&conn);
	return 0;
}

static void flush_matching(struct tsrw_net *tn, const struct tsrw_flush_filter *filter,
			   bool dry, struct tsrw_flush_count *count)
{
	struct tsrw_cursor from_start = {};
	struct flush flush = {
		.table = &tn->table, .filter = filter, .count = count,
		.dry = dry,
	};

	*count = (struct tsrw_flush_count){};
	tsrw_table_walk(&tn->table, &from_start, flush_one, &flush);
}

/**
 * tsrw_flush - forget the flows that match a filter
 * @tn: state of the network namespace
 * @filter: what the flows have to match
 * @force: flush even if connections break
 * @count: filled in with what the flush did
 * @extack: gets the reason for a refusal
 *
 * Return: 0, or -EBUSY if connections would break and @force is not set.
 * Context: process, under genl_lock; walks the whole flow table, twice without @force.
 */
int tsrw_flush(struct tsrw_net *tn, const struct tsrw_flush_filter *filter,
	       bool force, struct tsrw_flush_count *count,
	       struct netlink_ext_ack *extack)
{
	struct tsrw_event event = {
		.tn = tn, .type = TSREWRITE_EVENT_FLOW_FLUSH, .flush = count,
	};

	if (!force) {
		flush_matching(tn, filter, true, count);
		if (count->broken) {
			NL_SET_ERR_MSG_FMT(extack,
					   "%u rewritten connections would break",
					   count->broken);
			return -EBUSY;
		}
	}
	flush_matching(tn, filter, false, count);
	if (count->flows)
		tsrw_event_emit(&event);
	return 0;
}

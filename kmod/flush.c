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

static int flush_one(struct tsrw_flow *flow, void *arg)
{
	struct tsrw_flush *flush = arg;
	struct tsrw_table *table = &flush->tn->table;
	struct tsrw_conn conn;

	if (!key_matches(&flush->filter, &flow->key) ||
	    !group_matches(&flush->filter,
			   tsrw_group_by_id(table->groups, READ_ONCE(flow->group))->id))
		return 0;
	tsrw_flow_snapshot(flow, &conn);
	if (!conn_matches(&flush->filter, &conn))
		return 0;
	if (flush->only_counts) {
		flush->would_break += tsrw_conn_breaks(&conn);
		return 0;
	}
	if (!tsrw_table_end(table, flow))
		return 0;
	flush->count.flows++;
	flush->count.broken += tsrw_conn_breaks(&conn);
	return 0;
}

/**
 * tsrw_flush_begin - begin to forget the flows that match a filter
 * @flush: with its namespace and its filter
 * @force: flush even if connections break
 */
void tsrw_flush_begin(struct tsrw_flush *flush, bool force)
{
	flush->only_counts = !force;
}

/**
 * tsrw_flush_some - forget flows, as many as may be visited at once
 * @flush: begun by tsrw_flush_begin()
 * @extack: gets the reason for a refusal
 *
 * Without force, all flows are visited to count what would break, before any is forgotten.
 *
 * Return: TSRW_WALK_END; TSRW_WALK_MORE if it has to be called again; -EBUSY if connections
 * would break. Context: process.
 */
int tsrw_flush_some(struct tsrw_flush *flush, struct netlink_ext_ack *extack)
{
	int more = tsrw_table_walk(&flush->tn->table, &flush->cursor, flush_one, flush);

	if (more || !flush->only_counts)
		return more;
	if (flush->would_break) {
		NL_SET_ERR_MSG_FMT(extack, "%u rewritten connections would break",
				   flush->would_break);
		return -EBUSY;
	}
	flush->cursor = (struct tsrw_cursor){};
	flush->only_counts = false;
	return TSRW_WALK_MORE;
}

/**
 * tsrw_flush_end - tell what a flush did, if it did anything, in an event
 * @flush: begun by tsrw_flush_begin()
 *
 * Context: process.
 */
void tsrw_flush_end(const struct tsrw_flush *flush)
{
	struct tsrw_event event = {
		.tn = flush->tn, .type = TSREWRITE_EVENT_FLOW_FLUSH,
		.flush = &flush->count,
	};

	if (flush->count.flows)
		tsrw_event_emit(&event);
}

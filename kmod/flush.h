/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_FLUSH_H
#define TSRW_FLUSH_H

#include <linux/netlink.h>

#include "net.h"

/**
 * struct tsrw_end_filter - what one end of a flow has to match
 * @addr: the address; IPv4 as ::ffff:a.b.c.d
 * @by_addr: whether @addr has to match
 * @prefix: how many of the 128 bits of @addr have to match
 * @by_port: whether @port has to match
 * @port: the port
 */
struct tsrw_end_filter {
	struct in6_addr addr;
	bool by_addr;
	u8 prefix;
	bool by_port;
	__be16 port;
};

/* struct tsrw_flush_filter, by */
enum {
	TSRW_FLUSH_BY_ZONE	= 1 << 0,
	TSRW_FLUSH_BY_MODE	= 1 << 1,
	TSRW_FLUSH_BY_STATE	= 1 << 2,
	TSRW_FLUSH_BY_PORT	= 1 << 3,
	TSRW_FLUSH_BY_GROUP	= 1 << 4,
};

/**
 * struct tsrw_flush_filter - which flows to flush: those that match all of it
 * @inside: what the inside end has to match
 * @outside: what the outside end has to match
 * @by: TSRW_FLUSH_BY_ZONE and so on: which of the following members have to match
 * @port: port of either end
 * @zone: zone of the attachment
 * @group: id of the group
 * @mode: enum tsrewrite_mode of the committed connection, or of the candidate while
 *	there is none
 * @state: enum tsrw_conn_phase
 */
struct tsrw_flush_filter {
	struct tsrw_end_filter inside;
	struct tsrw_end_filter outside;
	u8 by;
	__be16 port;
	u8 zone;
	u8 group;
	u8 mode;
	u8 state;
};

/**
 * struct tsrw_flush_count - what a flush did
 * @flows: how many flows it has ended
 * @broken: how many rewritten connections were among them
 */
struct tsrw_flush_count {
	u32 flows;
	u32 broken;
};

/**
 * struct tsrw_flush - a flush, which goes on until all flows were visited
 * @tn: state of the network namespace
 * @filter: what the flows have to match
 * @cursor: how far it has come
 * @only_counts: it visits the flows only to find out how many connections would break
 * @would_break: how many those are
 * @count: what it has done so far
 */
struct tsrw_flush {
	struct tsrw_net *tn;
	struct tsrw_flush_filter filter;
	struct tsrw_cursor cursor;
	bool only_counts;
	u32 would_break;
	struct tsrw_flush_count count;
};

void tsrw_flush_begin(struct tsrw_flush *flush, bool force);
int tsrw_flush_some(struct tsrw_flush *flush, struct netlink_ext_ack *extack);
void tsrw_flush_end(const struct tsrw_flush *flush);

#endif /* TSRW_FLUSH_H */

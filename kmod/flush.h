/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_FLUSH_H
#define TSRW_FLUSH_H

#include <linux/netlink.h>

#include "net.h"

/**
 * struct tsrw_end_filter - one end of a flow
 * @addr: IPv4 as ::ffff:a.b.c.d
 * @by_addr: does @addr count?
 * @prefix: how many of its bits, of 128
 * @by_port: does @port count?
 * @port: its port
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
};

/**
 * struct tsrw_flush_filter - which flows to flush: those that match all of it
 * @inside: the inside end
 * @outside: the outside end
 * @by: TSRW_FLUSH_BY_ZONE and so on: what of the following counts
 * @port: of either end
 * @zone: of the attachment
 * @mode: enum tsrewrite_mode of the connection, or of the one that is asked for
 * @state: enum tsrw_state
 */
struct tsrw_flush_filter {
	struct tsrw_end_filter inside;
	struct tsrw_end_filter outside;
	u8 by;
	__be16 port;
	u8 zone;
	u8 mode;
	u8 state;
};

/**
 * struct tsrw_flush_count - what a flush did
 * @flows: flows that it ended
 * @broken: rewritten connections among them
 */
struct tsrw_flush_count {
	u32 flows;
	u32 broken;
};

int tsrw_flush(struct tsrw_net *tn, const struct tsrw_flush_filter *filter,
	       bool force, struct tsrw_flush_count *count,
	       struct netlink_ext_ack *extack);

#endif /* TSRW_FLUSH_H */

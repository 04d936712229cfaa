/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_FLUSH_H
#define TSRW_FLUSH_H

#include <linux/netlink.h>

#include "net.h"

/**
 * struct tsrw_end_filter - one end of a flow
 * @addr: IPv4 as ::ffff:a.b.c.d
 * @prefix: how many bits of @addr count, of 128
 * @port: 0 for any
 */
struct tsrw_end_filter {
	struct in6_addr addr;
	u8 prefix;
	__be16 port;
};

/* struct tsrw_flush_filter, by */
enum {
	TSRW_FLUSH_BY_ZONE	= 1 << 0,
	TSRW_FLUSH_BY_MODE	= 1 << 1,
	TSRW_FLUSH_BY_STATE	= 1 << 2,
};

/**
 * struct tsrw_flush_filter - which flows to flush: those that match all of it
 * @inside: the inside end
 * @outside: the outside end
 * @port: of either end, 0 for any
 * @by: TSRW_FLUSH_BY_ZONE and so on: what of the following counts
 * @zone: of the attachment
 * @mode: enum tsrewrite_mode of the connection, or of the one that is asked for
 * @state: enum tsrw_state
 */
struct tsrw_flush_filter {
	struct tsrw_end_filter inside;
	struct tsrw_end_filter outside;
	__be16 port;
	u8 by;
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

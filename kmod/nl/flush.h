/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_NL_FLUSH_H
#define TSRW_NL_FLUSH_H

#include <net/genetlink.h>

#include "../flush.h"

extern const struct nla_policy tsrw_flush_policy[];

int tsrw_nl_flush_start(struct netlink_callback *cb);
int tsrw_nl_flush_dump(struct sk_buff *msg, struct netlink_callback *cb);
int tsrw_nl_flush_done(struct netlink_callback *cb);
int tsrw_nl_put_flushed(struct sk_buff *msg, int attr,
			const struct tsrw_flush_count *count);

#endif /* TSRW_NL_FLUSH_H */

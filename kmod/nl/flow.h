/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_NL_FLOW_H
#define TSRW_NL_FLOW_H

#include <linux/netlink.h>

struct tsrw_flow_key;

int tsrw_nl_put_flow_key(struct sk_buff *msg, const struct tsrw_flow_key *key);
int tsrw_nl_flow_dump(struct sk_buff *msg, struct netlink_callback *cb);

#endif /* TSRW_NL_FLOW_H */

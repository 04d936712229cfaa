/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_NL_LOAD_H
#define TSRW_NL_LOAD_H

#include <net/genetlink.h>

struct tsrw_load_count;

extern const struct nla_policy tsrw_load_policy[];

int tsrw_nl_load(struct sk_buff *skb, struct genl_info *info);
int tsrw_nl_put_loaded(struct sk_buff *msg, const struct tsrw_load_count *count);

#endif /* TSRW_NL_LOAD_H */

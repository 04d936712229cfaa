/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_NL_KEY_H
#define TSRW_NL_KEY_H

#include <net/genetlink.h>

struct tsrw_key;

extern const struct nla_policy tsrw_key_policy[];

int tsrw_nl_key_get(struct sk_buff *skb, struct genl_info *info);
int tsrw_nl_key_set(struct sk_buff *skb, struct genl_info *info);
int tsrw_nl_put_key(struct sk_buff *msg, const struct tsrw_key *key);

#endif /* TSRW_NL_KEY_H */

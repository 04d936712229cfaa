/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_NL_CONFIG_H
#define TSRW_NL_CONFIG_H

#include <net/genetlink.h>

#include "../net.h"

extern const struct nla_policy tsrw_config_policy[];

int tsrw_nl_config_get(struct sk_buff *skb, struct genl_info *info);
int tsrw_nl_config_set(struct sk_buff *skb, struct genl_info *info);
int tsrw_nl_put_config(struct sk_buff *msg, const struct tsrw_net *tn);
int tsrw_nl_put_config_before(struct sk_buff *msg, const struct tsrw_net *tn,
			      const struct tsrw_config *before);

#endif /* TSRW_NL_CONFIG_H */

/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_NL_GROUP_H
#define TSRW_NL_GROUP_H

#include <net/genetlink.h>

#include "../group.h"

extern const struct nla_policy tsrw_group_add_policy[];
extern const struct nla_policy tsrw_group_policy[];
extern const struct nla_policy tsrw_group_del_policy[];

int tsrw_nl_group_dump(struct sk_buff *msg, struct netlink_callback *cb);
int tsrw_nl_group_add(struct sk_buff *skb, struct genl_info *info);
int tsrw_nl_group_set(struct sk_buff *skb, struct genl_info *info);
int tsrw_nl_group_del(struct sk_buff *skb, struct genl_info *info);
int tsrw_nl_put_group(struct sk_buff *msg, const struct tsrw_group *group);
int tsrw_nl_put_group_before(struct sk_buff *msg, const struct tsrw_group *group,
			     const struct tsrw_group_settings *before);

#endif /* TSRW_NL_GROUP_H */

/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_NL_DEVICE_H
#define TSRW_NL_DEVICE_H

#include <net/genetlink.h>

#include "../device.h"

extern const struct nla_policy tsrw_attach_policy[];
extern const struct nla_policy tsrw_detach_policy[];
extern const struct nla_policy tsrw_device_set_policy[];

int tsrw_nl_device_dump(struct sk_buff *msg, struct netlink_callback *cb);
int tsrw_nl_device_attach(struct sk_buff *skb, struct genl_info *info);
int tsrw_nl_device_set(struct sk_buff *skb, struct genl_info *info);
int tsrw_nl_device_detach(struct sk_buff *skb, struct genl_info *info);
int tsrw_nl_put_device(struct sk_buff *msg, const struct tsrw_device *device);

#endif /* TSRW_NL_DEVICE_H */

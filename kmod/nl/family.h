/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_NL_FAMILY_H
#define TSRW_NL_FAMILY_H

#include <net/genetlink.h>
#include <net/sock.h>
#include <linux/tsrewrite.h>

#include "event.h"

extern struct genl_family tsrw_family;

int __init tsrw_family_init(void);
void tsrw_family_exit(void);

void *tsrw_nl_begin(struct sk_buff *msg, u32 portid, u32 seq, int flags, u8 cmd);
struct sk_buff *tsrw_nl_answer(struct genl_info *info, u8 cmd, void **header);
int tsrw_nl_send_answer(struct genl_info *info, struct sk_buff *msg,
			void *header);

/* config.c */
extern const struct nla_policy tsrw_config_policy[];
int tsrw_nl_config_get(struct sk_buff *skb, struct genl_info *info);
int tsrw_nl_config_set(struct sk_buff *skb, struct genl_info *info);
int tsrw_nl_put_config(struct sk_buff *msg, const struct tsrw_net *tn);

/* device.c */
extern const struct nla_policy tsrw_attach_policy[];
extern const struct nla_policy tsrw_detach_policy[];
extern const struct nla_policy tsrw_device_set_policy[];
int tsrw_nl_device_dump(struct sk_buff *msg, struct netlink_callback *cb);
int tsrw_nl_device_attach(struct sk_buff *skb, struct genl_info *info);
int tsrw_nl_device_set(struct sk_buff *skb, struct genl_info *info);
int tsrw_nl_device_detach(struct sk_buff *skb, struct genl_info *info);
int tsrw_nl_put_device(struct sk_buff *msg, const struct tsrw_device *device);

/* group.c */
extern const struct nla_policy tsrw_group_policy[];
extern const struct nla_policy tsrw_group_del_policy[];
int tsrw_nl_group_dump(struct sk_buff *msg, struct netlink_callback *cb);
int tsrw_nl_group_add(struct sk_buff *skb, struct genl_info *info);
int tsrw_nl_group_set(struct sk_buff *skb, struct genl_info *info);
int tsrw_nl_group_del(struct sk_buff *skb, struct genl_info *info);
int tsrw_nl_put_group(struct sk_buff *msg, const struct tsrw_group *group);

/* flow.c */
int tsrw_nl_flow_dump(struct sk_buff *msg, struct netlink_callback *cb);

/* flush.c */
extern const struct nla_policy tsrw_flush_policy[];
int tsrw_nl_flush(struct sk_buff *skb, struct genl_info *info);
int tsrw_nl_put_flush(struct sk_buff *msg, const struct tsrw_flush_count *count);

/* stats.c */
int tsrw_nl_stats_get(struct sk_buff *skb, struct genl_info *info);

/* event.c */
extern struct notifier_block tsrw_nl_event_listener;

#endif /* TSRW_NL_FAMILY_H */

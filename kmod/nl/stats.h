/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_NL_STATS_H
#define TSRW_NL_STATS_H

#include <net/genetlink.h>

int tsrw_nl_stats_get(struct sk_buff *skb, struct genl_info *info);

#endif /* TSRW_NL_STATS_H */

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counters over netlink.
 */
#include "../net.h"
#include "family.h"
#include "stats.h"

static int put_stats(struct sk_buff *msg, const u64 *sum)
{
	unsigned int i;

	for (i = TSREWRITE_A_STATS_PAD + 1; i <= TSREWRITE_A_STATS_MAX; i++)
		if (nla_put_u64_64bit(msg, i, sum[i], TSREWRITE_A_STATS_PAD))
			return -EMSGSIZE;
	return 0;
}

int tsrw_nl_stats_get(struct sk_buff *skb, struct genl_info *info)
{
	struct tsrw_net *tn = tsrw_net(genl_info_net(info));
	u64 sum[TSREWRITE_A_STATS_MAX + 1];
	struct sk_buff *msg;
	void *header;

	msg = tsrw_nl_answer(info, TSREWRITE_CMD_STATS_GET, &header);
	if (!msg)
		return -ENOMEM;
	tsrw_stats_sum(tn->stats, sum);
	if (put_stats(msg, sum)) {
		nlmsg_free(msg);
		return -EMSGSIZE;
	}
	return tsrw_nl_send_answer(info, msg, header);
}

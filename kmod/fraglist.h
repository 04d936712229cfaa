/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_FRAGLIST_H
#define TSRW_FRAGLIST_H

#include <linux/skbuff.h>

#include "packet.h"

/**
 * tsrw_is_fraglist - whether a packet is a list of segments with a header each
 * @skb: the packet
 */
static inline bool tsrw_is_fraglist(const struct sk_buff *skb)
{
	return unlikely(skb_is_gso(skb) &&
			skb_shinfo(skb)->gso_type & SKB_GSO_FRAGLIST);
}

int tsrw_fraglist_open(struct sk_buff *skb, const struct tsrw_packet *pkt);

#endif /* TSRW_FRAGLIST_H */

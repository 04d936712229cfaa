/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_IP_H
#define TSRW_IP_H

#include <linux/skbuff.h>

#include "packet.h"

/**
 * struct tsrw_ip_payload - what an IP header says of what follows
 * @at: bytes from skb->data to it
 * @len: how many bytes it has in this packet
 * @protocol: IPPROTO_TCP, IPPROTO_ICMP or IPPROTO_ICMPV6
 * @fragment: more fragments follow this first one
 * @cut_at: to be set before: 0, or bytes from skb->data to where an ICMP error's
 *	quote of the packet ends, perhaps before the packet would
 */
struct tsrw_ip_payload {
	unsigned int at;
	unsigned int len;
	u8 protocol;
	bool fragment;
	unsigned int cut_at;
};

enum tsrw_packet_kind tsrw_ip_read(const struct sk_buff *skb, unsigned int at,
				   __be16 proto, enum tsrw_direction dir,
				   struct tsrw_flow_key *key,
				   struct tsrw_ip_payload *payload);

#endif /* TSRW_IP_H */

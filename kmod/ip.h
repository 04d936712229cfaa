/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_IP_H
#define TSRW_IP_H

#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/skbuff.h>
#include <net/ipv6.h>

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

/**
 * tsrw_ip_key_ipv4 - the addresses of an IPv4 packet's flow
 * @iph: its header
 * @dir: which way it goes
 * @key: gets them
 */
static inline void tsrw_ip_key_ipv4(const struct iphdr *iph,
				    enum tsrw_direction dir,
				    struct tsrw_flow_key *key)
{
	bool leaves = dir == TSRW_EGRESS;

	ipv6_addr_set_v4mapped(leaves ? iph->saddr : iph->daddr,
			       &key->inside_addr);
	ipv6_addr_set_v4mapped(leaves ? iph->daddr : iph->saddr,
			       &key->outside_addr);
}

/**
 * tsrw_ip_key_ipv6 - the addresses of an IPv6 packet's flow
 * @ip6h: its header
 * @dir: which way it goes
 * @key: gets them
 */
static inline void tsrw_ip_key_ipv6(const struct ipv6hdr *ip6h,
				    enum tsrw_direction dir,
				    struct tsrw_flow_key *key)
{
	bool leaves = dir == TSRW_EGRESS;

	key->inside_addr = leaves ? ip6h->saddr : ip6h->daddr;
	key->outside_addr = leaves ? ip6h->daddr : ip6h->saddr;
}

enum tsrw_packet_kind tsrw_ip_read(const struct sk_buff *skb, unsigned int at,
				   __be16 proto, enum tsrw_direction dir,
				   struct tsrw_flow_key *key,
				   struct tsrw_ip_payload *payload);

#endif /* TSRW_IP_H */

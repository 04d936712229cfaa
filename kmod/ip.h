/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_IP_H
#define TSRW_IP_H

#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/skbuff.h>
#include <net/ipv6.h>

#include "packet.h"

/**
 * struct tsrw_ip_payload - the payload of an IP packet, as the IP header tells it
 * @at: bytes from skb->data to the payload
 * @len: how many bytes of the payload are in this packet
 * @protocol: IPPROTO_TCP, IPPROTO_ICMP or IPPROTO_ICMPV6
 * @fragment: the packet is a first fragment, and others follow
 * @cut_at: set by the caller: for a packet that an ICMP error quotes, the bytes from
 *	skb->data to the end of the quote, which may cut the packet short; otherwise 0
 */
struct tsrw_ip_payload {
	unsigned int at;
	unsigned int len;
	u8 protocol;
	bool fragment;
	unsigned int cut_at;
};

/**
 * tsrw_ip_key_ipv4 - read the addresses of a flow from an IPv4 header
 * @iph: the header
 * @dir: which way the packet goes
 * @key: gets the addresses
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
 * tsrw_ip_key_ipv6 - read the addresses of a flow from an IPv6 header
 * @ip6h: the header
 * @dir: which way the packet goes
 * @key: gets the addresses
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

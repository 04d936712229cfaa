// SPDX-License-Identifier: GPL-2.0-only
/*
 * A packet's TCP segment.
 */
#include <linux/ip.h>
#include <net/ip6_checksum.h>
#include <net/ipv6.h>

#include "test_skb.h"

static bool read_ipv4(const struct sk_buff *skb, struct tsrw_test_segment *seg)
{
	const struct iphdr *iph;
	struct iphdr copy;
	unsigned int left;

	iph = skb_header_pointer(skb, skb_network_offset(skb), sizeof(copy),
				 &copy);
	if (!iph || iph->protocol != IPPROTO_TCP || ip_is_fragment(iph))
		return false;
	left = skb->len - skb_network_offset(skb);
	if (iph->tot_len && ntohs(iph->tot_len) != left)
		return false;
	seg->at = skb_network_offset(skb) + iph->ihl * 4;
	seg->pseudo = ~csum_tcpudp_magic(iph->saddr, iph->daddr,
					 skb->len - seg->at, IPPROTO_TCP, 0);
	return true;
}

static bool read_ipv6(const struct sk_buff *skb, struct tsrw_test_segment *seg)
{
	unsigned int at = skb_network_offset(skb) + sizeof(struct ipv6hdr);
	const struct ipv6hdr *ip6h;
	struct ipv6hdr copy;
	__be16 frag_off;
	u8 nexthdr;
	int tcp_at;

	ip6h = skb_header_pointer(skb, skb_network_offset(skb), sizeof(copy),
				  &copy);
	if (!ip6h)
		return false;
	if (ip6h->payload_len && ntohs(ip6h->payload_len) != skb->len - at)
		return false;
	nexthdr = ip6h->nexthdr;
	tcp_at = ipv6_skip_exthdr(skb, at, &nexthdr, &frag_off);
	if (tcp_at < 0 || frag_off || nexthdr != IPPROTO_TCP)
		return false;
	seg->at = tcp_at;
	seg->pseudo = ~csum_ipv6_magic(&ip6h->saddr, &ip6h->daddr,
				       skb->len - seg->at, IPPROTO_TCP, 0);
	return true;
}

/**
 * tsrw_test_read - find a packet's TCP segment
 * @skb: the packet, as a netdev hook sees it
 * @seg: filled in
 *
 * Return: whether it is a whole one.
 */
bool tsrw_test_read(const struct sk_buff *skb, struct tsrw_test_segment *seg)
{
	bool found = false;

	if (skb->protocol == htons(ETH_P_IP))
		found = read_ipv4(skb, seg);
	else if (skb->protocol == htons(ETH_P_IPV6))
		found = read_ipv6(skb, seg);
	if (!found || skb_copy_bits(skb, seg->at, &seg->th, sizeof(seg->th)))
		return false;
	seg->size = seg->th.doff * 4;
	return seg->size >= sizeof(seg->th) &&
		!skb_copy_bits(skb, seg->at, seg->tcp, seg->size);
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whether a packet's checksums are what its ip_summed says of them.
 */
#include <linux/ip.h>
#include <net/ip6_checksum.h>
#include <net/ipv6.h>

#include "test_skb.h"

static bool is_field_right(const struct sk_buff *skb,
			   const struct tsrw_test_segment *seg)
{
	return !csum_fold(skb_checksum(skb, seg->at, skb->len - seg->at,
				       csum_unfold(seg->pseudo)));
}

static bool is_sum_right(const struct sk_buff *skb)
{
	__wsum sum = skb_checksum(skb, 0, skb->len, 0);

	return !csum_fold(csum_sub(sum, skb->csum));
}

static bool is_left_to_device(const struct sk_buff *skb,
			      const struct tsrw_test_segment *seg)
{
	return seg->th.check == seg->pseudo &&
		skb_checksum_start_offset(skb) == seg->at &&
		skb->csum_offset == offsetof(struct tcphdr, check);
}

/**
 * tsrw_test_is_list - whether a packet is a fraglist
 * @skb: the packet
 */
bool tsrw_test_is_list(const struct sk_buff *skb)
{
	return skb_is_gso(skb) && skb_shinfo(skb)->gso_type & SKB_GSO_FRAGLIST;
}

/**
 * tsrw_test_is_list_even - whether members have one header in common, but for number and
 *	checksum
 * @skb: the packet, a fraglist
 * @seg: its segment
 *
 * Return: whether they have.
 */
bool tsrw_test_is_list_even(const struct sk_buff *skb,
			    const struct tsrw_test_segment *seg)
{
	const unsigned int from = sizeof(struct tcphdr);
	const struct sk_buff *member;

	skb_walk_frags(skb, member)
		if (!skb_transport_header_was_set(member) ||
		    memcmp(skb_transport_header(member) + from,
			   seg->tcp + from, seg->size - from))
			return false;
	return true;
}

/* The checksum of a member covers its header and its payload, and is the field's as it is */
static bool is_member_right(const struct sk_buff *member)
{
	int at = skb_transport_offset(member);
	unsigned int len = member->len - at;
	__wsum pseudo;

	if (member->protocol == htons(ETH_P_IP))
		pseudo = csum_tcpudp_nofold(ip_hdr(member)->saddr, ip_hdr(member)->daddr,
					    len, IPPROTO_TCP, 0);
	else
		pseudo = ~csum_unfold(csum_ipv6_magic(&ipv6_hdr(member)->saddr,
						      &ipv6_hdr(member)->daddr, len,
						      IPPROTO_TCP, 0));
	return !csum_fold(skb_checksum(member, at, len, pseudo));
}

static bool is_list_right(const struct sk_buff *skb, const struct tsrw_test_segment *seg)
{
	const struct sk_buff *member;

	if (!tsrw_test_is_list_even(skb, seg))
		return false;
	skb_walk_frags(skb, member)
		if (!is_member_right(member))
			return false;
	return true;
}

/**
 * tsrw_test_is_right - verify a packet's checksums
 * @skb: the packet
 * @seg: its segment
 *
 * Return: whether they are right.
 */
bool tsrw_test_is_right(const struct sk_buff *skb,
			const struct tsrw_test_segment *seg)
{
	if (tsrw_test_is_list(skb))
		return is_list_right(skb, seg);
	switch (skb->ip_summed) {
	case CHECKSUM_PARTIAL:
		return is_left_to_device(skb, seg);
	case CHECKSUM_COMPLETE:
		return is_sum_right(skb) && is_field_right(skb, seg);
	default:
		return is_field_right(skb, seg);
	}
}

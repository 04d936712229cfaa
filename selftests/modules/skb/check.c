// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whether a packet's checksums are what its ip_summed says of them.
 */
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

/* Members have one header in common, but for number and checksum */
static bool is_list_even(const struct sk_buff *skb,
			 const struct tsrw_test_segment *seg)
{
	const unsigned int from = sizeof(struct tcphdr);
	const struct sk_buff *member;

	skb_walk_frags(skb, member)
		if (memcmp(skb_transport_header(member) + from,
			   seg->tcp + from, seg->size - from))
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
	if (skb_is_gso(skb) && skb_shinfo(skb)->gso_type & SKB_GSO_FRAGLIST)
		return is_list_even(skb, seg);
	switch (skb->ip_summed) {
	case CHECKSUM_PARTIAL:
		return is_left_to_device(skb, seg);
	case CHECKSUM_COMPLETE:
		return is_sum_right(skb) && is_field_right(skb, seg);
	default:
		return is_field_right(skb, seg);
	}
}

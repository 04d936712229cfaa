// SPDX-License-Identifier: GPL-2.0-only
/*
 * Makes of a packet what drivers and GRO may make of it.
 */
#include <linux/if_ether.h>
#include <linux/netdevice.h>
#include <net/udp.h>	/* net/gso.h, where there is one */

#include "test_skb.h"

/* The field covers all, as on the wire */
static bool fill_checksum(struct sk_buff *skb)
{
	if (skb->ip_summed == CHECKSUM_PARTIAL && skb_checksum_help(skb))
		return false;
	skb->ip_summed = CHECKSUM_NONE;
	skb->csum_valid = 0;
	skb->csum_level = 0;
	skb->csum_complete_sw = 0;
	return true;
}

static bool leave_to_device(struct sk_buff *skb,
			    const struct tsrw_test_segment *seg)
{
	struct tcphdr *th;

	if (skb_ensure_writable(skb, seg->at + seg->size))
		return false;
	th = (struct tcphdr *)(skb->data + seg->at);
	th->check = seg->pseudo;
	skb->ip_summed = CHECKSUM_PARTIAL;
	skb->csum_start = skb_headroom(skb) + seg->at;
	skb->csum_offset = offsetof(struct tcphdr, check);
	return true;
}

static bool make_summed(struct sk_buff *skb,
			const struct tsrw_test_segment *seg, unsigned long how)
{
	if (!fill_checksum(skb))
		return false;
	if (how & BIT(TSRW_TEST_PARTIAL))
		return leave_to_device(skb, seg);
	if (how & BIT(TSRW_TEST_UNNECESSARY))
		skb->ip_summed = CHECKSUM_UNNECESSARY;
	if (how & BIT(TSRW_TEST_COMPLETE)) {
		skb->csum = skb_checksum(skb, 0, skb->len, 0);
		skb->ip_summed = CHECKSUM_COMPLETE;
	}
	return true;
}

/* Only the link layer's header stays in the head; what was there is spoilt, for
 * who reads or writes there without pulling.
 */
static bool make_frags(struct sk_buff *skb)
{
	unsigned int keep = skb_network_offset(skb), size = skb->len - keep;
	struct page *page;

	if (size > PAGE_SIZE || skb_linearize_cow(skb))
		return false;
	page = alloc_page(GFP_ATOMIC);
	if (!page)
		return false;
	memcpy(page_address(page), skb->data + keep, size);
	memset(skb->data + keep, 0xa5, size);
	skb_trim(skb, keep);
	skb_add_rx_frag(skb, 0, page, 0, size, PAGE_SIZE);
	return true;
}

/* Behind their headers, as skb_gro_receive_list() has them */
static void append_members(struct sk_buff *skb, struct sk_buff *members,
			   unsigned int headers, bool odd)
{
	struct sk_buff *member;

	skb_shinfo(skb)->frag_list = members;
	for (member = members; member; member = member->next) {
		skb_pull(member, headers);
		if (odd)
			member->transport_header = (typeof(member->transport_header))~0U;
		skb->len += member->len;
		skb->data_len += member->len;
		skb->truesize += member->truesize;
	}
}

/* skb->data is the link layer's header */
static bool make_list(struct sk_buff *skb, const struct tsrw_test_segment *seg,
		      unsigned int tcp_at, unsigned long how)
{
	unsigned int headers = tcp_at + seg->size;
	struct sk_buff *segs, *members;

	if (skb_ensure_writable(skb, headers) || skb_unclone(skb, GFP_ATOMIC))
		return false;
	/* Members' flags are equal */
	((struct tcphdr *)(skb->data + tcp_at))->psh = 0;
	segs = skb_gso_segment(skb, 0);
	if (IS_ERR_OR_NULL(segs))
		return false;
	members = segs->next;
	if (!members || pskb_trim(skb, segs->len)) {
		kfree_skb_list(segs);
		return false;
	}
	memcpy(skb->data + tcp_at, segs->data + tcp_at, seg->size);
	segs->next = NULL;
	consume_skb(segs);
	append_members(skb, members, headers, how & BIT(TSRW_TEST_ODD));
	skb_shinfo(skb)->gso_type |= SKB_GSO_FRAGLIST;
	skb->ip_summed = CHECKSUM_UNNECESSARY;
	return true;
}

static bool make_fraglist(struct sk_buff *skb, const struct tsrw_test_segment *seg,
			  unsigned long how)
{
	unsigned int link = skb->data - skb_mac_header(skb);
	bool made;

	if (seg->th.fin || seg->th.cwr ||
	    skb_shinfo(skb)->gso_type & SKB_GSO_FRAGLIST)
		return true;
	skb_push(skb, link);
	made = make_list(skb, seg, seg->at + link, how);
	skb_pull(skb, link);
	return made;
}

/**
 * tsrw_test_make - make a packet what it is to be
 * @skb: the packet
 * @seg: its segment
 * @how: bits of enum tsrw_test_how
 *
 * GSO packets are PARTIAL, always, or fraglists.
 *
 * Return: whether that went well. Context: a netdev hook.
 */
bool tsrw_test_make(struct sk_buff *skb, const struct tsrw_test_segment *seg,
		    unsigned long how)
{
	unsigned long summed = how & (BIT(TSRW_TEST_NONE) |
		BIT(TSRW_TEST_UNNECESSARY) | BIT(TSRW_TEST_COMPLETE) |
		BIT(TSRW_TEST_PARTIAL));

	/* Its size may change, and its socket must not know */
	skb_orphan(skb);
	if (skb_is_gso(skb))
		return !(how & BIT(TSRW_TEST_FRAGLIST)) ||
			make_fraglist(skb, seg, how);
	if (summed && !make_summed(skb, seg, summed))
		return false;
	return !(how & BIT(TSRW_TEST_FRAGS)) || make_frags(skb);
}

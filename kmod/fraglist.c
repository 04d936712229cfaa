// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fraglists: packets that GRO has put together, and whose members leave again with the TCP
 * headers that they came with.
 */
#include <linux/tcp.h>
#include <net/ip6_checksum.h>
#include <net/ipv6.h>

#include "fraglist.h"

static struct tcphdr *tcp_header(const struct sk_buff *skb, const struct tsrw_packet *pkt)
{
	return (struct tcphdr *)(skb->data + pkt->tcp_at);
}

/* The checksum of the pseudo-header alone, to which the device adds the rest, as
 * tcp4_gro_complete() sets it
 */
static __sum16 pseudo_header(const struct tsrw_packet *pkt, unsigned int len)
{
	const struct in6_addr *a = &pkt->key.inside_addr;
	const struct in6_addr *b = &pkt->key.outside_addr;

	if (ipv6_addr_v4mapped(a))
		return ~csum_tcpudp_magic(a->s6_addr32[3], b->s6_addr32[3], len,
					  IPPROTO_TCP, 0);
	return ~csum_ipv6_magic(a, b, len, IPPROTO_TCP, 0);
}

/* Linearized, the members of a fraglist are an ordinary GSO packet, which is segmented with
 * the one header that is left. That takes as much memory in one piece as the packet is long.
 */
static int merge_fraglist(struct sk_buff *skb, const struct tsrw_packet *pkt)
{
	struct tcphdr *th;

	if (skb_linearize(skb) ||
	    skb_ensure_writable(skb, pkt->tcp_at + pkt->tcp_len))
		return -ENOMEM;
	skb_shinfo(skb)->gso_type &= ~SKB_GSO_FRAGLIST;

	th = tcp_header(skb, pkt);
	th->check = pseudo_header(pkt, skb->len - pkt->tcp_at);
	skb->csum_start = skb_headroom(skb) + pkt->tcp_at;
	skb->csum_offset = offsetof(struct tcphdr, check);
	skb->ip_summed = CHECKSUM_PARTIAL;
	return 0;
}

/* Whether a member has a TCP header of its own before its payload, with these options */
static bool has_header(const struct sk_buff *member, const struct tcphdr *th,
		       unsigned int len)
{
	const struct tcphdr *own;

	if (!skb_transport_header_was_set(member) ||
	    skb_transport_offset(member) != -(int)len)
		return false;
	own = (const struct tcphdr *)skb_transport_header(member);
	return own->doff == th->doff && !memcmp(own + 1, th + 1, len - sizeof(*th));
}

/* Whether the members are as GRO leaves them (tcp_gro_receive(), skb_gro_receive_list()) */
static bool have_headers(const struct sk_buff *skb, const struct tsrw_packet *pkt)
{
	const struct sk_buff *member;

	if (!skb_has_frag_list(skb))
		return false;
	skb_walk_frags(skb, member)
		if (!has_header(member, tcp_header(skb, pkt), pkt->tcp_len))
			return false;
	return true;
}

/* Whoever has a clone of the packet has the members, too: they become this packet's own, as in
 * skb_segment_list(). Return: 0, or -ENOMEM with headers unchanged.
 */
static int own_members(struct sk_buff *skb)
{
	struct sk_buff **link, *member;

	if (skb_unclone(skb, GFP_ATOMIC))
		return -ENOMEM;
	for (link = &skb_shinfo(skb)->frag_list; (member = *link); link = &member->next) {
		if (skb_shared(member)) {
			struct sk_buff *own = skb_clone(member, GFP_ATOMIC);

			if (!own)
				return -ENOMEM;
			own->next = member->next;
			*link = own;
			consume_skb(member);
			member = own;
		}
		if (skb_unclone(member, GFP_ATOMIC))
			return -ENOMEM;
	}
	return 0;
}

/**
 * tsrw_fraglist_open - make the TCP headers of a fraglist's members writable
 * @skb: the packet, whose own TCP header is writable; pointers to it are stale afterwards
 * @pkt: the segment in it
 *
 * Members that GRO has not left as they are cannot be written one by one: they become one
 * GSO packet, which is no fraglist any more.
 *
 * Return: 0, or -ENOMEM with headers unchanged. Context: a netdev hook.
 */
int tsrw_fraglist_open(struct sk_buff *skb, const struct tsrw_packet *pkt)
{
	return have_headers(skb, pkt) ? own_members(skb) : merge_fraglist(skb, pkt);
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * The only writer of headers.
 */
#include <linux/bitops.h>
#include <linux/tcp.h>
#include <net/ip6_checksum.h>
#include <net/ipv6.h>

#include "compat.h"
#include "rewrite.h"

/* Without its payload: as tcp_gro_complete() leaves it to the device */
static __sum16 pseudo_header(const struct tsrw_packet *pkt, unsigned int len)
{
	const struct in6_addr *a = &pkt->key.inside_addr;
	const struct in6_addr *b = &pkt->key.outside_addr;

	if (ipv6_addr_v4mapped(a))
		return ~csum_tcpudp_magic(a->s6_addr32[3], b->s6_addr32[3], len,
					  IPPROTO_TCP, 0);
	return ~csum_ipv6_magic(a, b, len, IPPROTO_TCP, 0);
}

/* Every member of a fraglist has a TCP header of its own, with the same options
 * and flags (tcp_gro_receive()).  Merged, they are a GSO packet as any other,
 * which is cut up again with the one header that is left.
 */
static int merge_fraglist(struct sk_buff *skb, const struct tsrw_packet *pkt)
{
	struct tcphdr *th;

	if (skb_linearize(skb) ||
	    skb_ensure_writable(skb, pkt->tcp_at + pkt->tcp_len))
		return -ENOMEM;
	skb_shinfo(skb)->gso_type &= ~SKB_GSO_FRAGLIST;

	th = (struct tcphdr *)(skb->data + pkt->tcp_at);
	th->check = pseudo_header(pkt, skb->len - pkt->tcp_at);
	skb->csum_start = skb_headroom(skb) + pkt->tcp_at;
	skb->csum_offset = offsetof(struct tcphdr, check);
	skb->ip_summed = CHECKSUM_PARTIAL;
	return 0;
}

/* A checksum adds 16-bit words: at an odd place the bytes of each are swapped,
 * which the sum sees as a rotation by 8.
 */
static void replace(struct sk_buff *skb, struct tcphdr *th, unsigned int at,
		    u32 from, u32 to)
{
	__be32 old = htonl(from), new = htonl(to);

	put_unaligned(new, (__be32 *)((u8 *)(th + 1) + at));
	if (at & 1) {
		old = (__force __be32)ror32((__force u32)old, 8);
		new = (__force __be32)ror32((__force u32)new, 8);
	}
	inet_proto_csum_replace4(&th->check, skb, old, new, false);
}

static u32 translate(enum tsrw_direction dir, const struct tsrw_step *step,
		     u32 value)
{
	if (dir == TSRW_EGRESS)
		return tsrw_span_rewrite(&step->span, value);
	if (!value || step->action == TSRW_ZERO)
		return 0;
	return tsrw_span_restore(&step->span, value);
}

/**
 * tsrw_rewrite - rewrite a segment's TSvals, or restore its TSecrs
 * @skb: the packet
 * @pkt: its segment; its pointers, had it any, would be stale afterwards
 * @dir: TSRW_EGRESS: TSval; TSRW_INGRESS: TSecr
 * @step: says by which span, or TSRW_ZERO
 *
 * The TCP checksum follows, in every state of skb->ip_summed: with
 * CHECKSUM_PARTIAL it does not cover the options yet, and in CHECKSUM_COMPLETE
 * what the options gain the checksum field loses.
 *
 * Return: 0, or -ENOMEM with nothing changed. Context: a netdev hook.
 */
int tsrw_rewrite(struct sk_buff *skb, const struct tsrw_packet *pkt,
		 enum tsrw_direction dir, const struct tsrw_step *step)
{
	unsigned int field = dir == TSRW_EGRESS ? 0 : sizeof(__be32);
	struct tcphdr *th;
	unsigned int i;

	if (unlikely(skb_is_gso(skb) &&
		     skb_shinfo(skb)->gso_type & SKB_GSO_FRAGLIST) &&
	    merge_fraglist(skb, pkt))
		return -ENOMEM;
	if (skb_ensure_writable(skb, pkt->tcp_at + pkt->tcp_len))
		return -ENOMEM;

	th = (struct tcphdr *)(skb->data + pkt->tcp_at);
	for (i = 0; i < pkt->options.ts_count; i++) {
		unsigned int at = pkt->options.ts[i] + field;
		u32 from = get_unaligned_be32((u8 *)(th + 1) + at);

		replace(skb, th, at, from, translate(dir, step, from));
	}
	return 0;
}

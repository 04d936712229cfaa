// SPDX-License-Identifier: GPL-2.0-only
/*
 * The only writer of headers.
 */
#include <linux/icmp.h>
#include <net/ip6_checksum.h>
#include <net/ipv6.h>
#include <net/tcp.h>

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

static u32 translate(enum tsrw_direction dir, const struct tsrw_step *step,
		     u32 value)
{
	if (dir == TSRW_EGRESS)
		return tsrw_span_rewrite(&step->span, value);
	if (!value || step->action == TSRW_ZERO)
		return 0;
	return tsrw_span_restore(&step->span, value);
}

/* Kind, length and two numbers: ten bytes, the last write over the one before */
static void strip(struct tcphdr *th, unsigned int ts, bool summed)
{
	const u32 nops = TCPOPT_NOP * 0x01010101u;

	tsrw_rewrite_field(th, ts - 2, nops, summed);
	tsrw_rewrite_field(th, ts + 2, nops, summed);
	tsrw_rewrite_field(th, ts + 4, nops, summed);
}

static struct tcphdr *make_writable(struct sk_buff *skb,
				    const struct tsrw_packet *pkt)
{
	unsigned int len = pkt->tcp_at + pkt->tcp_len;

	if ((len > skb_headlen(skb) || !tsrw_is_writable(skb, len)) &&
	    skb_ensure_writable(skb, len))
		return NULL;
	return (struct tcphdr *)(skb->data + pkt->tcp_at);
}

/**
 * tsrw_rewrite - rewrite a segment's TSvals, restore its TSecrs, or strip it
 * @skb: the packet
 * @pkt: its segment; its pointers, had it any, would be stale afterwards
 * @dir: TSRW_EGRESS: TSval; TSRW_INGRESS: TSecr
 * @step: TSRW_TRANSLATE and by which span, TSRW_ZERO or TSRW_STRIP
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
	bool summed;

	if (unlikely(skb_is_gso(skb) &&
		     skb_shinfo(skb)->gso_type & SKB_GSO_FRAGLIST) &&
	    merge_fraglist(skb, pkt))
		return -ENOMEM;
	th = make_writable(skb, pkt);
	if (!th)
		return -ENOMEM;

	summed = skb->ip_summed != CHECKSUM_PARTIAL;
	for (i = 0; i < pkt->options.ts_count; i++) {
		unsigned int at = pkt->options.ts[i] + field;
		u32 from = get_unaligned_be32((u8 *)(th + 1) + at);

		if (unlikely(step->action == TSRW_STRIP))
			strip(th, pkt->options.ts[i], summed);
		else
			tsrw_rewrite_field(th, at, translate(dir, step, from), summed);
	}
	return 0;
}

/* What a quote ends within cannot be translated: its beginning shows too much */
static void blank(struct tcphdr *th, unsigned int at, unsigned int len)
{
	u8 *field = (u8 *)(th + 1) + at;
	__wsum old = csum_partial(field, len, 0);

	memset(field, 0, len);
	th->check = csum_fold(csum_block_sub(~csum_unfold(th->check), old, at));
}

static void rewrite_quoted_tsecr(struct tcphdr *th, unsigned int at,
				 unsigned int here, const struct tsrw_span *span)
{
	u32 from;

	if (here < sizeof(__be32)) {
		blank(th, at, here);
		return;
	}
	from = get_unaligned_be32((u8 *)(th + 1) + at);
	if (from)
		tsrw_rewrite_field(th, at, tsrw_span_rewrite(span, from), true);
}

static void restore_quoted_tsval(struct tcphdr *th, unsigned int at,
				 const struct tsrw_span *span)
{
	u32 from = get_unaligned_be32((u8 *)(th + 1) + at);

	tsrw_rewrite_field(th, at, tsrw_span_restore(span, from), true);
}

/* A checksum over more than is quoted tells of it. Of the ICMP checksum it has been
 * a part.
 */
static void blank_checksum(struct sk_buff *skb, const struct tsrw_packet *pkt)
{
	unsigned int at = offsetof(struct tcphdr, check);
	struct icmphdr *icmph = (struct icmphdr *)(skb->data + pkt->icmp_at);
	u8 *check = skb->data + pkt->tcp_at + at;
	__be16 old = 0;
	size_t len;

	len = min_t(size_t, sizeof(old), pkt->tcp_len - at);
	memcpy(&old, check, len);
	memset(check, 0, len);
	if (skb->ip_summed != CHECKSUM_PARTIAL)
		csum_replace2(&icmph->checksum, old, 0);
}

/**
 * tsrw_rewrite_quote - rewrite the TSecrs of a quoted segment, or restore its TSvals
 * @skb: the packet, an ICMP error
 * @pkt: the segment that it quotes
 * @dir: TSRW_EGRESS: TSecr, which had been restored; TSRW_INGRESS: TSval, which
 *	had been rewritten
 * @span: by which it was
 *
 * The quoted TCP checksum becomes that of the segment as the receiver knows it.
 * As a part of what the ICMP checksum covers it makes up for the change, so that
 * the latter stays as it is, whatever skb->ip_summed says of it. In a quote that
 * leaves and ends within the TCP header, it is blanked.
 *
 * Return: 0, or -ENOMEM with nothing changed. Context: a netdev hook.
 */
int tsrw_rewrite_quote(struct sk_buff *skb, const struct tsrw_packet *pkt,
		       enum tsrw_direction dir, const struct tsrw_span *span)
{
	struct tcphdr *th = make_writable(skb, pkt);
	unsigned int i;

	if (!th)
		return -ENOMEM;
	for (i = 0; i < pkt->options.ts_count; i++) {
		unsigned int end = pkt->tcp_len - sizeof(*th);
		unsigned int at = pkt->options.ts[i];

		if (dir == TSRW_EGRESS && at + sizeof(__be32) < end)
			rewrite_quoted_tsecr(th, at + sizeof(__be32),
					     end - at - sizeof(__be32), span);
		else if (dir == TSRW_INGRESS)
			restore_quoted_tsval(th, at, span);
	}
	if (dir == TSRW_EGRESS && pkt->cut)
		blank_checksum(skb, pkt);
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * The only code that writes headers, with rewrite.h.
 */
#include <linux/icmp.h>
#include <net/ipv6.h>
#include <net/tcp.h>

#include "fraglist.h"
#include "rewrite.h"

static u32 translate_value(enum tsrw_direction dir, const struct tsrw_result *result,
			   u32 value)
{
	if (dir == TSRW_EGRESS)
		return tsrw_span_outside(&result->span, value);
	return result->action == TSRW_ZERO ? 0 : tsrw_result_restore(result, value);
}

/* Overwrite the ten bytes of kind, length, TSval and TSecr; the last two of the three
 * writes overlap
 */
static void strip_tsopt(struct tcphdr *th, unsigned int ts, bool summed)
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

static void rewrite_header(struct tcphdr *th, const struct tsrw_packet *pkt,
			   enum tsrw_direction dir, const struct tsrw_result *result,
			   bool summed)
{
	unsigned int field = dir == TSRW_EGRESS ? 0 : sizeof(__be32);
	unsigned int i;

	for (i = 0; i < pkt->options.ts_count; i++) {
		unsigned int at = pkt->options.ts[i] + field;
		u32 from = get_unaligned_be32((u8 *)(th + 1) + at);

		if (unlikely(result->action == TSRW_STRIP))
			strip_tsopt(th, pkt->options.ts[i], summed);
		else
			tsrw_rewrite_field(th, at, translate_value(dir, result, from), summed);
	}
}

/**
 * tsrw_rewrite - rewrite a segment's TSvals, restore its TSecrs, or strip it
 * @skb: the packet; pointers to its headers may be stale afterwards
 * @pkt: the segment in it
 * @dir: TSRW_EGRESS to rewrite TSval, TSRW_INGRESS to restore TSecr
 * @result: the action, which is TSRW_TRANSLATE, TSRW_ZERO or TSRW_STRIP, and the span
 *
 * The TCP checksum stays valid in every state of skb->ip_summed. With CHECKSUM_PARTIAL
 * it does not cover the options yet. Otherwise it is updated, and skb->csum of
 * CHECKSUM_COMPLETE stays valid because the changes of options and checksum cancel out.
 *
 * Of a fraglist, each member is rewritten, since each leaves with its own header. What
 * skb->ip_summed says goes for all of them.
 *
 * Return: 0, or -ENOMEM with nothing changed. Context: a netdev hook.
 */
int tsrw_rewrite(struct sk_buff *skb, const struct tsrw_packet *pkt,
		 enum tsrw_direction dir, const struct tsrw_result *result)
{
	struct sk_buff *member;
	bool summed;

	if (!make_writable(skb, pkt) || (tsrw_is_fraglist(skb) && tsrw_fraglist_open(skb, pkt)))
		return -ENOMEM;
	summed = skb->ip_summed != CHECKSUM_PARTIAL;
	rewrite_header((struct tcphdr *)(skb->data + pkt->tcp_at), pkt, dir, result, summed);
	if (tsrw_is_fraglist(skb))
		skb_walk_frags(skb, member)
			rewrite_header((struct tcphdr *)skb_transport_header(member), pkt,
				       dir, result, summed);
	return 0;
}

/* A number that the quote cuts off cannot be translated, and what is left of it would
 * disclose the most significant bytes: it becomes 0
 */
static void blank_field(struct tcphdr *th, unsigned int at, unsigned int len)
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
		blank_field(th, at, here);
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

/* The quoted TCP checksum covers what is cut off, and would disclose it: it becomes 0.
 * The ICMP checksum covers it, and is updated.
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
 * @dir: TSRW_EGRESS to rewrite TSecr, which was restored; TSRW_INGRESS to restore TSval,
 *	which was rewritten
 * @span: span by which the segment was translated
 *
 * The quoted TCP checksum is updated, so that it is that of the segment as the receiver
 * of the error knows it. The changes of options and TCP checksum cancel out, so that the
 * ICMP checksum, which covers both, stays valid in every state of skb->ip_summed. In a
 * quote that leaves and ends within the TCP header, the TCP checksum becomes 0.
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

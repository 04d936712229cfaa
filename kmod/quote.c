// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reading the segment that an ICMP error quotes, as far as it is quoted.
 */
#include <linux/icmp.h>
#include <linux/icmpv6.h>

#include "compat.h"
#include "quote.h"
#include "tcp.h"

/* At least the length of a quote that extension objects follow (RFC 4884 section 4) */
#define QUOTE_BEFORE_OBJECTS_MIN	128

/* The length of the quote as the ICMP header declares it if extension objects follow (RFC
 * 4884 section 4). Return: 0 if it declares none.
 */
static unsigned int declared_quote_len(const struct icmphdr *icmph, bool ipv4)
{
	const u8 *rest = (const u8 *)&icmph->un;

	if (ipv4)
		return icmph->type == ICMP_DEST_UNREACH ||
		       icmph->type == ICMP_TIME_EXCEEDED ||
		       icmph->type == ICMP_PARAMETERPROB ? rest[1] * 4 : 0;
	return icmph->type == ICMPV6_DEST_UNREACH ||
	       icmph->type == ICMPV6_TIME_EXCEED ? rest[0] * 8 : 0;
}

/* Whether an error may abort a connection that begins (RFC 1122 section 4.2.3.9). One
 * that only asks for smaller packets does not.
 */
static bool says_unreachable(const struct icmphdr *icmph, bool ipv4)
{
	return ipv4 ? icmph->type == ICMP_DEST_UNREACH &&
		      icmph->code != ICMP_FRAG_NEEDED :
		      icmph->type == ICMPV6_DEST_UNREACH;
}

/* Find where the quote ends, in bytes from skb->data. Return: 0 if there is none. */
static unsigned int find_quote_end(const struct sk_buff *skb,
				   const struct tsrw_ip_payload *payload,
				   bool *unreachable)
{
	bool ipv4 = payload->protocol == IPPROTO_ICMP;
	unsigned int len, declared;
	const struct icmphdr *icmph;
	struct icmphdr copy;

	static_assert(sizeof(struct icmphdr) == sizeof(struct icmp6hdr));
	if (payload->len < sizeof(copy))
		return 0;
	icmph = skb_header_pointer(skb, payload->at, sizeof(copy), &copy);
	if (!icmph || !(ipv4 ? icmp_is_err(icmph->type) :
			       icmpv6_is_err(icmph->type)))
		return 0;
	*unreachable = says_unreachable(icmph, ipv4);
	len = payload->len - sizeof(copy);
	declared = declared_quote_len(icmph, ipv4);
	if (declared >= QUOTE_BEFORE_OBJECTS_MIN)
		len = min(len, declared);
	return payload->at + sizeof(copy) + len;
}

/* Read the IP header that an ICMP error quotes, of a packet that went the other way */
static enum tsrw_packet_kind read_quoted_ip(const struct sk_buff *skb,
					    enum tsrw_direction dir,
					    struct tsrw_packet *pkt,
					    struct tsrw_ip_payload *payload)
{
	bool ipv4 = payload->protocol == IPPROTO_ICMP;

	pkt->icmp_at = payload->at;
	payload->cut_at = find_quote_end(skb, payload, &pkt->unreachable);
	if (!payload->cut_at)
		return TSRW_PACKET_NOT_TCP;
	return tsrw_ip_read(skb, payload->at + sizeof(struct icmphdr),
			    ipv4 ? htons(ETH_P_IP) : htons(ETH_P_IPV6),
			    tsrw_other(dir), &pkt->key, payload);
}

/* A TSopt whose TSval is cut off has nothing that could be translated */
static void forget_cut_tsopts(struct tsrw_tcp_options *options,
			      unsigned int len)
{
	while (options->ts_count &&
	       options->ts[options->ts_count - 1] + sizeof(__be32) > len)
		options->ts_count--;
}

/* A TSecr that is cut off may have been restored: take it for one that is not 0 */
static void note_cut_tsecr(struct tsrw_packet *pkt)
{
	if (!pkt->options.ts_count ||
	    pkt->tcp_len < sizeof(struct tcphdr) + pkt->options.ts[0] + 8)
		pkt->seg.tsecr = U32_MAX;
}

/* A quote may end within the TCP header: what is missing reads as 0. If such a quote
 * leaves, it matters even without a TSopt, because its TCP checksum covers a TSecr that
 * was restored, and would disclose it.
 */
static bool read_quoted_tcp(const struct sk_buff *skb, enum tsrw_direction dir,
			    struct tsrw_packet *pkt,
			    const struct tsrw_ip_payload *payload)
{
	u8 copy[TSRW_TCP_HEADER_MAX] = {};
	const struct tcphdr *th = (const struct tcphdr *)copy;

	if (payload->len <= offsetof(struct tcphdr, check) ||
	    skb_copy_bits(skb, payload->at, copy,
			  min_t(u32, payload->len, sizeof(copy))) ||
	    th->doff * 4 < TSRW_TCP_HEADER_MIN)
		return false;
	pkt->tcp_at = payload->at;
	pkt->tcp_len = min_t(u32, payload->len, th->doff * 4);
	memset(copy + pkt->tcp_len, 0, sizeof(copy) - pkt->tcp_len);

	tsrw_tcp_read_ports(&pkt->key, tsrw_other(dir), th);
	tsrw_tcp_options_walk(copy + sizeof(*th), th->doff * 4 - sizeof(*th),
			      &pkt->options);
	forget_cut_tsopts(&pkt->options, pkt->tcp_len - sizeof(*th));
	tsrw_tcp_read_segment(pkt, th, 0);
	pkt->cut = pkt->tcp_len < th->doff * 4;
	if (pkt->cut && dir == TSRW_EGRESS)
		note_cut_tsecr(pkt);
	else if (!pkt->seg.has_tsopt)
		return false;
	return !pkt->options.ao;
}

/* Read the 8 bytes of the TCP header that every ICMP error quotes (RFC 792) */
static bool read_quoted_start(const struct sk_buff *skb, enum tsrw_direction dir,
			      struct tsrw_packet *pkt,
			      const struct tsrw_ip_payload *payload)
{
	const unsigned int len = offsetof(struct tcphdr, ack_seq);
	const struct tcphdr *th;
	struct tcphdr copy;

	if (payload->len < len)
		return false;
	th = skb_header_pointer(skb, payload->at, len, &copy);
	if (!th)
		return false;
	tsrw_tcp_read_ports(&pkt->key, tsrw_other(dir), th);
	pkt->seg.seq = ntohl(th->seq);
	return true;
}

/**
 * tsrw_quote_read - find the segment that an ICMP message quotes
 * @skb: the packet
 * @dir: which way it goes; the segment that it quotes went the other way
 * @pkt: filled in as far as enum tsrw_packet_kind says
 * @payload: where the message is; on return, where the quoted payload is
 *
 * Return: what the packet is. Context: any; changes nothing.
 */
enum tsrw_packet_kind tsrw_quote_read(const struct sk_buff *skb,
				      enum tsrw_direction dir,
				      struct tsrw_packet *pkt,
				      struct tsrw_ip_payload *payload)
{
	if (read_quoted_ip(skb, dir, pkt, payload) != TSRW_PACKET_TCP ||
	    payload->protocol != IPPROTO_TCP)
		return TSRW_PACKET_NOT_TCP;
	if (read_quoted_tcp(skb, dir, pkt, payload))
		return TSRW_PACKET_QUOTE;
	return read_quoted_start(skb, dir, pkt, payload) ?
		TSRW_PACKET_SHORT_QUOTE : TSRW_PACKET_NOT_TCP;
}

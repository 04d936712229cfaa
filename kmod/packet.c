// SPDX-License-Identifier: GPL-2.0-only
/*
 * From skb to segment, its own or one that it quotes; with ip.c the only reader
 * of headers.  Nothing is changed, and no byte is read that the headers before it
 * do not promise.
 */
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/if_vlan.h>
#include <linux/tcp.h>

#include "compat.h"
#include "ip.h"

/* Bytes of a quote that has objects behind it, at least (RFC 4884 section 4) */
#define QUOTE_BEFORE_OBJECTS_MIN	128

/* Without reorder_hdr, a VLAN device sees its own tag on what leaves, and never on
 * what arrives
 */
static bool has_own_tag(const struct sk_buff *skb, enum tsrw_direction dir)
{
#if IS_ENABLED(CONFIG_VLAN_8021Q)
	const struct vlan_dev_priv *vlan;

	if (dir != TSRW_EGRESS || !is_vlan_dev(skb->dev) ||
	    skb_vlan_tag_present(skb))
		return false;
	vlan = vlan_dev_priv(skb->dev);
	return !(vlan->flags & VLAN_FLAG_REORDER_HDR) &&
	       vlan->vlan_proto == skb->protocol;
#else
	return false;
#endif
}

static bool read_tag(const struct sk_buff *skb, unsigned int *at, __be16 *proto,
		     u16 *id)
{
	const struct vlan_hdr *vh;
	struct vlan_hdr copy;

	vh = skb_header_pointer(skb, *at, sizeof(copy), &copy);
	if (!vh)
		return false;
	*id = ntohs(vh->h_vlan_TCI) & VLAN_VID_MASK;
	*proto = vh->h_vlan_encapsulated_proto;
	*at += VLAN_HLEN;
	return true;
}

/* VLAN tags: the outer one beside the packet or both in it */
static enum tsrw_packet_kind read_link(const struct sk_buff *skb,
				       enum tsrw_direction dir, u8 zone,
				       struct tsrw_packet *pkt,
				       unsigned int *at, __be16 *proto)
{
	unsigned int tags = 0;
	u16 vlan[2] = {}, id;
	bool own = false;

	*proto = skb->protocol;
	*at = skb_network_offset(skb);
	if (skb_vlan_tag_present(skb))
		vlan[tags++] = skb_vlan_tag_get_id(skb);
	if (unlikely(eth_type_vlan(*proto))) {
		*at = skb_mac_offset(skb) + ETH_HLEN;
		own = has_own_tag(skb, dir);
	}
	for (; unlikely(eth_type_vlan(*proto)); own = false) {
		if (!read_tag(skb, at, proto, &id))
			return TSRW_PACKET_MALFORMED;
		if (own)
			continue;
		if (tags == ARRAY_SIZE(vlan))
			return TSRW_PACKET_UNTRACKED;
		vlan[tags++] = id;
	}
	pkt->key.link = tsrw_link(zone, vlan[0], vlan[1]);
	return TSRW_PACKET_TCP;
}

static void read_ports(struct tsrw_flow_key *key, enum tsrw_direction dir,
		       const struct tcphdr *th)
{
	key->inside_port = dir == TSRW_EGRESS ? th->source : th->dest;
	key->outside_port = dir == TSRW_EGRESS ? th->dest : th->source;
}

/* Less than a whole TCP header */
static enum tsrw_packet_kind read_short(const struct sk_buff *skb,
					enum tsrw_direction dir,
					struct tsrw_packet *pkt,
					const struct tsrw_ip_payload *payload)
{
	const struct tcphdr *ports;
	struct tcphdr copy;

	if (!payload->fragment)
		return TSRW_PACKET_MALFORMED;
	if (payload->len < offsetof(struct tcphdr, seq))
		return TSRW_PACKET_FRAGMENT;
	ports = skb_header_pointer(skb, payload->at, offsetof(struct tcphdr, seq),
				   &copy);
	if (!ports)
		return TSRW_PACKET_MALFORMED;
	read_ports(&pkt->key, dir, ports);
	return TSRW_PACKET_SHORT_FRAGMENT;
}

static void read_segment(struct tsrw_packet *pkt, const struct tcphdr *th,
			 unsigned int payload)
{
	const u8 *ts = (const u8 *)(th + 1) + pkt->options.ts[0];
	struct tsrw_segment *seg = &pkt->seg;

	seg->seq = ntohl(th->seq);
	seg->end = seg->seq + payload + th->syn + th->fin;
	seg->ack = ntohl(th->ack_seq);
	seg->has_ack = th->ack;
	seg->syn = th->syn;
	seg->fin = th->fin;
	seg->rst = th->rst;
	seg->has_tsopt = pkt->options.ts_count;
	if (seg->has_tsopt) {
		seg->tsval = get_unaligned_be32(ts);
		seg->tsecr = get_unaligned_be32(ts + 4);
	}
}

/* RFC 4884 section 4: objects of other kinds may lie behind so many bytes; 0
 * where the header does not say
 */
static unsigned int said_quote_len(const struct icmphdr *icmph, bool ipv4)
{
	const u8 *rest = (const u8 *)&icmph->un;

	if (ipv4)
		return icmph->type == ICMP_DEST_UNREACH ||
		       icmph->type == ICMP_TIME_EXCEEDED ||
		       icmph->type == ICMP_PARAMETERPROB ? rest[1] * 4 : 0;
	return icmph->type == ICMPV6_DEST_UNREACH ||
	       icmph->type == ICMPV6_TIME_EXCEED ? rest[0] * 8 : 0;
}

/* RFC 1122 section 4.2.3.9: what aborts a connection that begins; one that has to
 * send smaller packets goes on
 */
static bool says_unreachable(const struct icmphdr *icmph, bool ipv4)
{
	return ipv4 ? icmph->type == ICMP_DEST_UNREACH &&
		      icmph->code != ICMP_FRAG_NEEDED :
		      icmph->type == ICMPV6_DEST_UNREACH;
}

/* Where a quote ends, or 0 if there is none */
static unsigned int find_quote_end(const struct sk_buff *skb,
				   const struct tsrw_ip_payload *payload,
				   bool *unreachable)
{
	bool ipv4 = payload->protocol == IPPROTO_ICMP;
	unsigned int len, said;
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
	said = said_quote_len(icmph, ipv4);
	if (said >= QUOTE_BEFORE_OBJECTS_MIN)
		len = min(len, said);
	return payload->at + sizeof(copy) + len;
}

/* The IP header that an ICMP error quotes. It went the other way. */
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

/* Of a TSopt whose TSval is cut there is nothing to translate */
static void forget_cut_tsopts(struct tsrw_tcp_options *options,
			      unsigned int len)
{
	while (options->ts_count &&
	       options->ts[options->ts_count - 1] + sizeof(__be32) > len)
		options->ts_count--;
}

/* What a quote that leaves ends before can have been anything but 0 */
static void note_cut_tsecr(struct tsrw_packet *pkt)
{
	if (!pkt->options.ts_count ||
	    pkt->tcp_len < sizeof(struct tcphdr) + pkt->options.ts[0] + 8)
		pkt->seg.tsecr = U32_MAX;
}

/* A quote may end within the TCP header: what is missing reads as 0. Its TCP
 * checksum alone tells of what a TSecr is inside.
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

	read_ports(&pkt->key, tsrw_other(dir), th);
	tsrw_tcp_options_walk(copy + sizeof(*th), th->doff * 4 - sizeof(*th),
			      &pkt->options);
	forget_cut_tsopts(&pkt->options, pkt->tcp_len - sizeof(*th));
	read_segment(pkt, th, 0);
	pkt->cut = pkt->tcp_len < th->doff * 4;
	if (pkt->cut && dir == TSRW_EGRESS)
		note_cut_tsecr(pkt);
	else if (!pkt->seg.has_tsopt)
		return false;
	return !pkt->options.ao;
}

/* What RFC 792 promises of a header */
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
	read_ports(&pkt->key, tsrw_other(dir), th);
	pkt->seg.seq = ntohl(th->seq);
	return true;
}

static enum tsrw_packet_kind read_icmp(const struct sk_buff *skb,
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

static enum tsrw_packet_kind read_header(const struct tcphdr *th,
					 enum tsrw_direction dir,
					 struct tsrw_packet *pkt,
					 unsigned int payload)
{
	read_ports(&pkt->key, dir, th);
	tsrw_tcp_options_walk((const u8 *)(th + 1), pkt->tcp_len - sizeof(*th),
			      &pkt->options);
	if (pkt->options.ao)
		return TSRW_PACKET_TCP_AO;
	if (pkt->options.malformed && (!pkt->options.ts_count || th->syn))
		return TSRW_PACKET_BAD_OPTION;
	read_segment(pkt, th, payload);
	return TSRW_PACKET_TCP;
}

/* Its beginning is within reach */
static noinline enum tsrw_packet_kind
read_scattered_header(const struct sk_buff *skb, enum tsrw_direction dir,
		      struct tsrw_packet *pkt, unsigned int payload)
{
	u8 copy[TSRW_TCP_HEADER_MAX];
	const struct tcphdr *th;

	th = skb_header_pointer(skb, pkt->tcp_at, pkt->tcp_len, copy);
	return th ? read_header(th, dir, pkt, payload) : TSRW_PACKET_MALFORMED;
}

static enum tsrw_packet_kind read_tcp(const struct sk_buff *skb,
				      enum tsrw_direction dir,
				      struct tsrw_packet *pkt,
				      const struct tsrw_ip_payload *payload)
{
	const struct tcphdr *th;
	struct tcphdr copy;

	if (payload->len < sizeof(*th))
		return read_short(skb, dir, pkt, payload);
	th = skb_header_pointer(skb, payload->at, sizeof(*th), &copy);
	if (!th || th->doff * 4 < TSRW_TCP_HEADER_MIN)
		return TSRW_PACKET_MALFORMED;
	pkt->tcp_at = payload->at;
	pkt->tcp_len = th->doff * 4;
	if (payload->len < pkt->tcp_len)
		return read_short(skb, dir, pkt, payload);
	if (pkt->tcp_at + pkt->tcp_len > skb_headlen(skb))
		return read_scattered_header(skb, dir, pkt,
					     payload->len - pkt->tcp_len);
	return read_header(th, dir, pkt, payload->len - pkt->tcp_len);
}

/**
 * tsrw_packet_read - find a packet's segment
 * @skb: the packet, as a netdev hook sees it
 * @dir: which way it goes
 * @zone: of the attached device
 * @pkt: filled in as far as the kind says
 *
 * Return: what it is. Context: any; changes nothing.
 */
enum tsrw_packet_kind tsrw_packet_read(const struct sk_buff *skb,
				       enum tsrw_direction dir, u8 zone,
				       struct tsrw_packet *pkt)
{
	struct tsrw_ip_payload payload;
	enum tsrw_packet_kind kind;
	unsigned int at;
	__be16 proto;

	payload.cut_at = 0;
	kind = read_link(skb, dir, zone, pkt, &at, &proto);
	if (kind == TSRW_PACKET_TCP)
		kind = tsrw_ip_read(skb, at, proto, dir, &pkt->key, &payload);
	if (kind != TSRW_PACKET_TCP)
		return kind;
	if (unlikely(payload.protocol != IPPROTO_TCP))
		return read_icmp(skb, dir, pkt, &payload);
	return read_tcp(skb, dir, pkt, &payload);
}

/**
 * tsrw_packet_read_plain - find the segment of a packet that is read in part
 * @skb: the packet
 * @dir: which way it goes
 * @link: tsrw_link() of it
 * @th: its TCP header, whole and linear, behind an IP header of a usual kind:
 *	without options or extensions, no fragment, and no longer than the packet
 * @len: bytes that the IP header says follow it
 * @pkt: filled in as far as the kind says
 *
 * Return: what it is. Context: any; changes nothing.
 */
enum tsrw_packet_kind tsrw_packet_read_plain(const struct sk_buff *skb,
					     enum tsrw_direction dir, u32 link,
					     const struct tcphdr *th,
					     unsigned int len,
					     struct tsrw_packet *pkt)
{
	if (skb->protocol == htons(ETH_P_IP))
		tsrw_ip_key_ipv4(ip_hdr(skb), dir, &pkt->key);
	else
		tsrw_ip_key_ipv6(ipv6_hdr(skb), dir, &pkt->key);
	pkt->key.link = link;
	pkt->tcp_at = (const u8 *)th - skb->data;
	pkt->tcp_len = th->doff * 4;
	return read_header(th, dir, pkt, len - pkt->tcp_len);
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reading the IP headers of a packet, or of one that an ICMP error quotes.
 */
#include <net/ip.h>
#include <net/ipv6.h>

#include "compat.h"
#include "ip.h"

/* IPv6 extension headers before the payload, at most */
#define EXTENSIONS_MAX	8

/* With a source route, the addresses may differ from those of the other direction */
static bool has_source_route(const struct sk_buff *skb, unsigned int at,
			     unsigned int len)
{
	u8 copy[MAX_IPOPTLEN];
	const u8 *option = skb_header_pointer(skb, at, len, copy);
	unsigned int i = 0;

	while (option && i < len && option[i] != IPOPT_END) {
		if (option[i] == IPOPT_LSRR || option[i] == IPOPT_SSRR)
			return true;
		if (option[i] == IPOPT_NOOP)
			i++;
		else if (i + 1 < len && option[i + 1] >= 2)
			i += option[i + 1];
		else
			break;
	}
	return false;
}

/* A BIG TCP packet is longer than the field can say, which is 0 then */
static unsigned int ipv4_total(const struct sk_buff *skb,
			       const struct iphdr *iph, unsigned int at)
{
	unsigned int total = ntohs(iph->tot_len);

	return total || !skb_is_gso(skb) ? total : skb->len - at;
}

/* How many of @len bytes at @at are there: a packet that is quoted may be cut short */
static unsigned int bytes_here(const struct tsrw_ip_payload *payload, unsigned int at,
			       unsigned int len)
{
	if (likely(!payload->cut_at))
		return len;
	return at < payload->cut_at ? min(len, payload->cut_at - at) : 0;
}

static enum tsrw_packet_kind read_ipv4(const struct sk_buff *skb,
				       unsigned int at, enum tsrw_direction dir,
				       struct tsrw_flow_key *key,
				       struct tsrw_ip_payload *payload)
{
	const struct iphdr *iph;
	unsigned int len, total;
	struct iphdr copy;

	iph = skb_header_pointer(skb, at, sizeof(copy), &copy);
	if (!iph || iph->version != 4 || iph->ihl < 5)
		return TSRW_PACKET_MALFORMED;
	if (iph->protocol != IPPROTO_TCP && iph->protocol != IPPROTO_ICMP)
		return TSRW_PACKET_NOT_TCP;
	if (iph->frag_off & htons(IP_OFFSET))
		return iph->protocol == IPPROTO_TCP ? TSRW_PACKET_FRAGMENT :
						      TSRW_PACKET_NOT_TCP;

	len = iph->ihl * 4;
	total = bytes_here(payload, at, ipv4_total(skb, iph, at));
	if (total < len || total > skb->len - at)
		return TSRW_PACKET_MALFORMED;
	if (len > sizeof(*iph) &&
	    has_source_route(skb, at + sizeof(*iph), len - sizeof(*iph)))
		return TSRW_PACKET_UNTRACKED;

	tsrw_ip_key_ipv4(iph, dir, key);
	payload->at = at + len;
	payload->len = total - len;
	payload->protocol = iph->protocol;
	payload->fragment = iph->frag_off & htons(IP_MF);
	return TSRW_PACKET_TCP;
}

/* A home address option replaces the source address at the receiver (RFC 6275) */
static bool has_home_address(const struct sk_buff *skb, unsigned int at,
			     unsigned int len)
{
	unsigned int i = sizeof(struct ipv6_opt_hdr);

	while (i < len) {
		u8 copy[2];
		const u8 *option = skb_header_pointer(skb, at + i, 2, copy);

		if (option && option[0] == IPV6_TLV_PAD1) {
			i++;
			continue;
		}
		if (!option)
			return false;
		if (option[0] == IPV6_TLV_HAO)
			return true;
		i += 2 + option[1];
	}
	return false;
}

/* Read one extension header. Return: TSRW_PACKET_TCP to go on with the next header. */
static enum tsrw_packet_kind read_extension(const struct sk_buff *skb,
					    u8 *nexthdr,
					    struct tsrw_ip_payload *payload)
{
	unsigned int len;
	const u8 *header;
	u8 copy[8];

	header = skb_header_pointer(skb, payload->at, sizeof(copy), copy);
	if (!header || payload->len < sizeof(copy))
		return TSRW_PACKET_MALFORMED;
	len = (header[1] + 1) * 8;

	switch (*nexthdr) {
	case NEXTHDR_HOP:
		break;
	case NEXTHDR_DEST:
		if (has_home_address(skb, payload->at, min(len, payload->len)))
			return TSRW_PACKET_UNTRACKED;
		break;
	case NEXTHDR_ROUTING:
		if (((const struct ipv6_rt_hdr *)header)->segments_left)
			return TSRW_PACKET_UNTRACKED;
		break;
	case NEXTHDR_FRAGMENT:
		len = sizeof(struct frag_hdr);
		if (get_unaligned_be16(header + 2) & IP6_OFFSET)
			return TSRW_PACKET_FRAGMENT;
		payload->fragment = get_unaligned_be16(header + 2) & IP6_MF;
		break;
	case NEXTHDR_AUTH:
		return TSRW_PACKET_UNTRACKED;
	default:
		return TSRW_PACKET_NOT_TCP;
	}

	if (len > payload->len)
		return TSRW_PACKET_MALFORMED;
	*nexthdr = header[0];
	payload->at += len;
	payload->len -= len;
	return TSRW_PACKET_TCP;
}

static enum tsrw_packet_kind read_ipv6(const struct sk_buff *skb,
				       unsigned int at, enum tsrw_direction dir,
				       struct tsrw_flow_key *key,
				       struct tsrw_ip_payload *payload)
{
	unsigned int left = skb->len - at, headers = 0;
	enum tsrw_packet_kind kind = TSRW_PACKET_TCP;
	const struct ipv6hdr *ip6h;
	struct ipv6hdr copy;
	u8 nexthdr;

	ip6h = skb_header_pointer(skb, at, sizeof(copy), &copy);
	if (!ip6h || ip6h->version != 6)
		return TSRW_PACKET_MALFORMED;
	if (ip6h->nexthdr == NEXTHDR_UDP)
		return TSRW_PACKET_NOT_TCP;	/* whatever its length, as in IPv4 */
	left -= sizeof(*ip6h);
	payload->at = at + sizeof(*ip6h);
	payload->len = bytes_here(payload, payload->at, ntohs(ip6h->payload_len));
	if (!payload->len && skb_is_gso(skb))
		payload->len = left;	/* BIG TCP, as in ipv4_total() */
	payload->fragment = false;
	if (payload->len > left)
		return TSRW_PACKET_MALFORMED;

	nexthdr = ip6h->nexthdr;
	while (nexthdr != NEXTHDR_TCP && nexthdr != NEXTHDR_ICMP &&
	       kind == TSRW_PACKET_TCP)
		kind = headers++ < EXTENSIONS_MAX ?
			read_extension(skb, &nexthdr, payload) :
			TSRW_PACKET_UNTRACKED;
	if (kind != TSRW_PACKET_TCP)
		return kind;
	/* The keys of IPv4 flows have such addresses */
	if (ipv6_addr_v4mapped(&ip6h->saddr) || ipv6_addr_v4mapped(&ip6h->daddr))
		return TSRW_PACKET_UNTRACKED;

	payload->protocol = nexthdr;
	tsrw_ip_key_ipv6(ip6h, dir, key);
	return TSRW_PACKET_TCP;
}

/**
 * tsrw_ip_read - read an IP header, its options and its extension headers
 * @skb: the packet
 * @at: bytes from skb->data to the header
 * @proto: ETH_P_IP, ETH_P_IPV6 or, which gives TSRW_PACKET_NOT_IP, anything else
 * @dir: which way the packet goes, or went if it is quoted
 * @key: gets the addresses
 * @payload: filled in, except for @payload->cut_at, which the caller has set
 *
 * Return: TSRW_PACKET_TCP if the payload is TCP, ICMP or ICMPv6; else what the packet
 * is. Context: any; changes nothing.
 */
enum tsrw_packet_kind tsrw_ip_read(const struct sk_buff *skb, unsigned int at,
				   __be16 proto, enum tsrw_direction dir,
				   struct tsrw_flow_key *key,
				   struct tsrw_ip_payload *payload)
{
	if (proto == htons(ETH_P_IP))
		return read_ipv4(skb, at, dir, key, payload);
	if (proto == htons(ETH_P_IPV6))
		return read_ipv6(skb, at, dir, key, payload);
	return TSRW_PACKET_NOT_IP;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * From skb to segment: the only reader of headers.  Nothing is changed, and no
 * byte is read that the headers before it do not promise.
 */
#include <linux/if_vlan.h>
#include <linux/tcp.h>
#include <net/ip.h>
#include <net/ipv6.h>

#include "compat.h"
#include "packet.h"

/* IPv6 extension headers before TCP, at most */
#define EXTENSIONS_MAX	8

/**
 * struct ip_payload - what an IP header says of what follows
 * @at: bytes from skb->data to it
 * @len: how many bytes it has in this packet
 * @fragment: more fragments follow this first one
 */
struct ip_payload {
	unsigned int at;
	unsigned int len;
	bool fragment;
};

/* VLAN tags: the outer one beside the packet or both in it */
static enum tsrw_packet_kind read_link(const struct sk_buff *skb, u8 zone,
				       struct tsrw_packet *pkt,
				       unsigned int *at, __be16 *proto)
{
	unsigned int tags = 0;
	u16 vlan[2] = {};

	*proto = skb->protocol;
	*at = skb_network_offset(skb);
	if (skb_vlan_tag_present(skb))
		vlan[tags++] = skb_vlan_tag_get_id(skb);
	if (unlikely(eth_type_vlan(*proto)))
		*at = skb_mac_offset(skb) + ETH_HLEN;
	while (unlikely(eth_type_vlan(*proto))) {
		const struct vlan_hdr *vh;
		struct vlan_hdr copy;

		vh = skb_header_pointer(skb, *at, sizeof(copy), &copy);
		if (!vh)
			return TSRW_PACKET_MALFORMED;
		if (tags == ARRAY_SIZE(vlan))
			return TSRW_PACKET_UNTRACKED;
		vlan[tags++] = ntohs(vh->h_vlan_TCI) & VLAN_VID_MASK;
		*proto = vh->h_vlan_encapsulated_proto;
		*at += VLAN_HLEN;
	}
	pkt->key.link = tsrw_link(zone, vlan[0], vlan[1]);
	return TSRW_PACKET_TCP;
}

/* With a source route the addresses are not those of the other direction */
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

/* BIG TCP has more bytes than the header's field can say, and says 0 */
static unsigned int ipv4_total(const struct sk_buff *skb,
			       const struct iphdr *iph, unsigned int at)
{
	unsigned int total = ntohs(iph->tot_len);

	return total || !skb_is_gso(skb) ? total : skb->len - at;
}

static void orient(struct tsrw_flow_key *key, enum tsrw_direction dir,
		   struct in6_addr **saddr, struct in6_addr **daddr)
{
	*saddr = dir == TSRW_EGRESS ? &key->inside_addr : &key->outside_addr;
	*daddr = dir == TSRW_EGRESS ? &key->outside_addr : &key->inside_addr;
}

static enum tsrw_packet_kind read_ipv4(const struct sk_buff *skb,
				       unsigned int at, enum tsrw_direction dir,
				       struct tsrw_packet *pkt,
				       struct ip_payload *payload)
{
	struct in6_addr *saddr, *daddr;
	const struct iphdr *iph;
	unsigned int len, total;
	struct iphdr copy;

	iph = skb_header_pointer(skb, at, sizeof(copy), &copy);
	if (!iph || iph->version != 4 || iph->ihl < 5)
		return TSRW_PACKET_MALFORMED;
	if (iph->protocol != IPPROTO_TCP)
		return TSRW_PACKET_NOT_TCP;
	if (iph->frag_off & htons(IP_OFFSET))
		return TSRW_PACKET_FRAGMENT;

	len = iph->ihl * 4;
	total = ipv4_total(skb, iph, at);
	if (total < len || total > skb->len - at)
		return TSRW_PACKET_MALFORMED;
	if (len > sizeof(*iph) &&
	    has_source_route(skb, at + sizeof(*iph), len - sizeof(*iph)))
		return TSRW_PACKET_UNTRACKED;

	orient(&pkt->key, dir, &saddr, &daddr);
	ipv6_addr_set_v4mapped(iph->saddr, saddr);
	ipv6_addr_set_v4mapped(iph->daddr, daddr);
	payload->at = at + len;
	payload->len = total - len;
	payload->fragment = iph->frag_off & htons(IP_MF);
	return TSRW_PACKET_TCP;
}

/* RFC 6275: the home address stands for the source address */
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

/* One extension header: TSRW_PACKET_TCP if the walk goes on behind it */
static enum tsrw_packet_kind read_extension(const struct sk_buff *skb,
					    u8 *nexthdr,
					    struct ip_payload *payload)
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
				       struct tsrw_packet *pkt,
				       struct ip_payload *payload)
{
	unsigned int left = skb->len - at, headers = 0;
	enum tsrw_packet_kind kind = TSRW_PACKET_TCP;
	struct in6_addr *saddr, *daddr;
	const struct ipv6hdr *ip6h;
	struct ipv6hdr copy;
	u8 nexthdr;

	ip6h = skb_header_pointer(skb, at, sizeof(copy), &copy);
	if (!ip6h || ip6h->version != 6)
		return TSRW_PACKET_MALFORMED;
	left -= sizeof(*ip6h);
	payload->at = at + sizeof(*ip6h);
	payload->len = ntohs(ip6h->payload_len);
	if (!payload->len && skb_is_gso(skb))
		payload->len = left;	/* BIG TCP, as in IPv4 */
	payload->fragment = false;
	if (payload->len > left)
		return TSRW_PACKET_MALFORMED;

	nexthdr = ip6h->nexthdr;
	while (nexthdr != NEXTHDR_TCP && kind == TSRW_PACKET_TCP)
		kind = headers++ < EXTENSIONS_MAX ?
			read_extension(skb, &nexthdr, payload) :
			TSRW_PACKET_UNTRACKED;
	if (kind != TSRW_PACKET_TCP)
		return kind;
	/* The keys of IPv4 flows look like these */
	if (ipv6_addr_v4mapped(&ip6h->saddr) || ipv6_addr_v4mapped(&ip6h->daddr))
		return TSRW_PACKET_UNTRACKED;

	orient(&pkt->key, dir, &saddr, &daddr);
	*saddr = ip6h->saddr;
	*daddr = ip6h->daddr;
	return TSRW_PACKET_TCP;
}

static enum tsrw_packet_kind read_ip(const struct sk_buff *skb,
				     enum tsrw_direction dir, u8 zone,
				     struct tsrw_packet *pkt,
				     struct ip_payload *payload)
{
	enum tsrw_packet_kind kind;
	unsigned int at;
	__be16 proto;

	kind = read_link(skb, zone, pkt, &at, &proto);
	if (kind != TSRW_PACKET_TCP)
		return kind;
	if (proto == htons(ETH_P_IP))
		return read_ipv4(skb, at, dir, pkt, payload);
	if (proto == htons(ETH_P_IPV6))
		return read_ipv6(skb, at, dir, pkt, payload);
	return TSRW_PACKET_NOT_IP;
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
					const struct ip_payload *payload)
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
	u8 copy[TSRW_TCP_HEADER_MAX];
	enum tsrw_packet_kind kind;
	struct ip_payload payload;
	const struct tcphdr *th;

	kind = read_ip(skb, dir, zone, pkt, &payload);
	if (kind != TSRW_PACKET_TCP)
		return kind;

	if (payload.len < sizeof(*th))
		return read_short(skb, dir, pkt, &payload);
	th = skb_header_pointer(skb, payload.at, sizeof(*th), copy);
	if (!th || th->doff * 4 < TSRW_TCP_HEADER_MIN)
		return TSRW_PACKET_MALFORMED;
	pkt->tcp_at = payload.at;
	pkt->tcp_len = th->doff * 4;
	if (payload.len < pkt->tcp_len)
		return read_short(skb, dir, pkt, &payload);
	th = skb_header_pointer(skb, payload.at, pkt->tcp_len, copy);
	if (!th)
		return TSRW_PACKET_MALFORMED;

	read_ports(&pkt->key, dir, th);
	tsrw_tcp_options_walk((const u8 *)(th + 1), pkt->tcp_len - sizeof(*th),
			      &pkt->options);
	if (pkt->options.ao)
		return TSRW_PACKET_TCP_AO;
	if (pkt->options.malformed && (!pkt->options.ts_count || th->syn))
		return TSRW_PACKET_BAD_OPTION;
	read_segment(pkt, th, payload.len - pkt->tcp_len);
	return TSRW_PACKET_TCP;
}

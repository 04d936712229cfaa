// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reading the segment in a packet, or the one that it quotes.  With ip.c and quote.c
 * this reads the headers of all packets that fastpath.c does not handle.  Nothing is
 * changed, and no byte is read that is not part of the packet as its headers say.
 */
#include <linux/if_vlan.h>
#include <linux/tcp.h>

#include "compat.h"
#include "ip.h"
#include "packet_read.h"
#include "quote.h"
#include "tcp.h"

/* A VLAN device without reorder_hdr sees its own tag in packets that leave, but not in
 * those that arrive, so that the tag cannot be a part of the key
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

/* Read the VLAN tags: the outer one may be in skb->vlan_tci, others are in the packet */
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
		if (tags == ARRAY_SIZE(vlan) && !own)
			return TSRW_PACKET_UNTRACKED;
		if (!read_tag(skb, at, proto, &id))
			return TSRW_PACKET_MALFORMED;
		if (!own)
			vlan[tags++] = id;
	}
	pkt->key.link = tsrw_link(zone, vlan[0], vlan[1]);
	return TSRW_PACKET_TCP;
}

/* The packet ends within the TCP header, which only a fragment may do */
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
	tsrw_tcp_read_ports(&pkt->key, dir, ports);
	return TSRW_PACKET_SHORT_FRAGMENT;
}

static enum tsrw_packet_kind read_header(const struct tcphdr *th,
					 enum tsrw_direction dir,
					 struct tsrw_packet *pkt,
					 unsigned int payload)
{
	tsrw_tcp_read_ports(&pkt->key, dir, th);
	tsrw_tcp_options_walk((const u8 *)(th + 1), pkt->tcp_len - sizeof(*th),
			      &pkt->options);
	if (pkt->options.ao)
		return TSRW_PACKET_TCP_AO;
	tsrw_tcp_read_segment(pkt, th, payload);
	return TSRW_PACKET_TCP;
}

/* A TCP header that is not linear as a whole is copied to be read */
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
 * tsrw_packet_read - find the segment in a packet
 * @skb: the packet, as a netdev hook sees it
 * @dir: which way it goes
 * @zone: zone of the attached device
 * @pkt: filled in as far as enum tsrw_packet_kind says
 *
 * Return: what the packet is. Context: any; changes nothing.
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
	if (kind != TSRW_PACKET_TCP) {
		pkt->proto = proto;
		return kind;
	}
	if (unlikely(payload.protocol != IPPROTO_TCP))
		return tsrw_quote_read(skb, dir, pkt, &payload);
	return read_tcp(skb, dir, pkt, &payload);
}

/**
 * tsrw_packet_read_plain - find the segment in a packet whose IP header has been read
 * @skb: the packet; its IP header has no options or extension headers, is not that of a
 *	fragment, and does not say that the packet is longer than it is
 * @dir: which way it goes
 * @link: tsrw_link() of the packet
 * @th: its TCP header, which is whole and linear
 * @len: how many bytes follow the IP header, as that says
 * @pkt: filled in as far as enum tsrw_packet_kind says
 *
 * Return: what the packet is. Context: any; changes nothing.
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

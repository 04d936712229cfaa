// SPDX-License-Identifier: GPL-2.0-only
/*
 * Packets of connections that never were, right in every number and checksum.
 *
 * The inside end of connection i is 10.x.y.z or fd00::x:y:z, by i, at a port that
 * is i's as well; the outside end is 192.0.2.1 or 2001:db8::1, port 443.
 */
#include <linux/etherdevice.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/ip6_checksum.h>
#include <net/tcp.h>

#include "bench.h"

#define SPACE		256
#define HEADROOM	64
#define PAYLOAD		100
#define PEER_ISN	1000000
#define PEER_TSVAL	77777777

static const u8 syn_options[] = {
	TCPOPT_MSS, TCPOLEN_MSS, 0x05, 0xb4, TCPOPT_SACK_PERM, TCPOLEN_SACK_PERM,
	TCPOPT_TIMESTAMP, TCPOLEN_TIMESTAMP, 0, 0, 0, 0, 0, 0, 0, 0,
	TCPOPT_NOP, TCPOPT_WINDOW, TCPOLEN_WINDOW, 7,
};

static const u8 data_options[] = {
	TCPOPT_NOP, TCPOPT_NOP,
	TCPOPT_TIMESTAMP, TCPOLEN_TIMESTAMP, 0, 0, 0, 0, 0, 0, 0, 0,
};

/**
 * bench_segment_alloc - room for a packet
 *
 * Return: it, to be built, or NULL. Context: process.
 */
struct sk_buff *bench_segment_alloc(void)
{
	return alloc_skb(SPACE + HEADROOM, GFP_KERNEL);
}

static bool is_syn(enum bench_kind kind)
{
	return kind == BENCH_SYN || kind == BENCH_SYN_ACK;
}

static bool is_fin(enum bench_kind kind)
{
	return kind == BENCH_FIN || kind == BENCH_FIN_ACK;
}

static unsigned int payload_len(enum bench_kind kind)
{
	return kind == BENCH_DATA || kind == BENCH_PLAIN ? PAYLOAD : 0;
}

/* Bytes from the TCP header to the TSval, or 0 without a TSopt */
static unsigned int tsval_at(enum bench_kind kind)
{
	if (kind >= BENCH_PLAIN)
		return 0;
	return sizeof(struct tcphdr) + (is_syn(kind) ? 8 : 4);
}

static void put_options(struct sk_buff *skb, enum bench_kind kind, u32 tsval,
			u32 tsecr)
{
	u8 *th = skb_transport_header(skb);

	if (!tsval_at(kind))
		return;
	if (is_syn(kind))
		skb_put_data(skb, syn_options, sizeof(syn_options));
	else
		skb_put_data(skb, data_options, sizeof(data_options));
	put_unaligned_be32(tsval, th + tsval_at(kind));
	put_unaligned_be32(tsecr, th + tsval_at(kind) + 4);
}

/* The inside end's, which moves on */
static void number_leaving(struct tcphdr *th, struct bench_flow *flow,
			   enum bench_kind kind)
{
	th->seq = htonl(flow->seq);
	if (kind != BENCH_SYN)
		th->ack_seq = htonl(PEER_ISN + 1 + (kind == BENCH_LAST_ACK));
	flow->seq += payload_len(kind) + is_syn(kind) + is_fin(kind);
}

static void number_arriving(struct tcphdr *th, const struct bench_flow *flow,
			    enum bench_kind kind)
{
	th->seq = htonl(PEER_ISN + (kind != BENCH_SYN_ACK));
	th->ack_seq = htonl(flow->seq);
}

/* The latest, when the packet was made */
static u32 *inside_tsval(struct sk_buff *skb)
{
	return (u32 *)skb->cb;
}

static void put_tcp(struct sk_buff *skb, const struct bench_run *run, u32 index)
{
	struct bench_flow *flow = &run->flows[index];
	struct tcphdr *th = skb_put_zero(skb, sizeof(*th));
	bool arrives = bench_arrives(run->kind);
	__be16 inside = htons(1024 + index % 60000);

	th->source = arrives ? htons(443) : inside;
	th->dest = arrives ? inside : htons(443);
	th->syn = is_syn(run->kind);
	th->fin = is_fin(run->kind);
	th->ack = run->kind != BENCH_SYN;
	th->window = htons(U16_MAX);
	if (arrives) {
		number_arriving(th, flow, run->kind);
		put_options(skb, run->kind, PEER_TSVAL, flow->outside);
	} else {
		number_leaving(th, flow, run->kind);
		put_options(skb, run->kind, ++flow->tsval,
			    run->kind == BENCH_SYN ? 0 : PEER_TSVAL);
	}
	*inside_tsval(skb) = flow->tsval;
	th->doff = (skb_tail_pointer(skb) - (u8 *)th) / 4;
	skb_put_zero(skb, payload_len(run->kind));
}

static void put_udp(struct sk_buff *skb)
{
	struct udphdr *uh = skb_put_zero(skb, sizeof(*uh) + PAYLOAD);

	uh->source = htons(5000);
	uh->dest = htons(53);
	uh->len = htons(sizeof(*uh) + PAYLOAD);
}

static unsigned int transport_len(const struct sk_buff *skb)
{
	return skb_tail_pointer(skb) - skb_transport_header(skb);
}

static void fill_ipv4(struct sk_buff *skb, u8 protocol, u32 index, bool arrives)
{
	__be32 inside = htonl(0x0a000000 + index);
	__be32 outside = htonl(0xc0000201);
	struct iphdr *iph = ip_hdr(skb);

	*iph = (struct iphdr){
		.version = 4, .ihl = 5, .ttl = 64, .protocol = protocol,
		.frag_off = htons(IP_DF),
		.tot_len = htons(sizeof(*iph) + transport_len(skb)),
		.saddr = arrives ? outside : inside,
		.daddr = arrives ? inside : outside,
	};
	iph->check = ip_fast_csum(iph, iph->ihl);
}

static void fill_ipv6(struct sk_buff *skb, u8 protocol, u32 index, bool arrives)
{
	struct in6_addr inside = { .s6_addr32 = {
		htonl(0xfd000000), 0, 0, htonl(index) } };
	struct in6_addr outside = { .s6_addr32 = {
		htonl(0x20010db8), 0, 0, htonl(1) } };
	struct ipv6hdr *ip6h = ipv6_hdr(skb);

	*ip6h = (struct ipv6hdr){
		.version = 6, .hop_limit = 64, .nexthdr = protocol,
		.payload_len = htons(transport_len(skb)),
		.saddr = arrives ? outside : inside,
		.daddr = arrives ? inside : outside,
	};
}

/* Over the whole of it: 0 if its checksum is right */
static __sum16 checksum_of(const struct sk_buff *skb, bool ipv6, u8 protocol)
{
	unsigned int len = transport_len(skb);
	__wsum wsum = csum_partial(skb_transport_header(skb), len, 0);

	if (ipv6)
		return csum_ipv6_magic(&ipv6_hdr(skb)->saddr,
				       &ipv6_hdr(skb)->daddr, len, protocol,
				       wsum);
	return csum_tcpudp_magic(ip_hdr(skb)->saddr, ip_hdr(skb)->daddr, len,
				 protocol, wsum);
}

static void put_ip(struct sk_buff *skb, struct bench_run *run, u32 index)
{
	u8 protocol = run->kind == BENCH_UDP ? IPPROTO_UDP : IPPROTO_TCP;

	skb->protocol = run->ipv6 ? htons(ETH_P_IPV6) : htons(ETH_P_IP);
	skb_put(skb, run->ipv6 ? sizeof(struct ipv6hdr) : sizeof(struct iphdr));
	skb_set_transport_header(skb, skb->len);
	if (protocol == IPPROTO_UDP)
		put_udp(skb);
	else
		put_tcp(skb, run, index);

	if (run->ipv6)
		fill_ipv6(skb, protocol, index, bench_arrives(run->kind));
	else
		fill_ipv4(skb, protocol, index, bench_arrives(run->kind));
	if (protocol == IPPROTO_UDP)
		udp_hdr(skb)->check = checksum_of(skb, run->ipv6, protocol);
	else
		tcp_hdr(skb)->check = checksum_of(skb, run->ipv6, protocol);
}

/* As a receiver that has checked it hands it on */
static void reset_skb(struct sk_buff *skb, struct bench_run *run)
{
	skb->data = skb->head + HEADROOM;
	skb_reset_tail_pointer(skb);
	skb->len = 0;
	skb->data_len = 0;
	skb->dev = run->dev;
	skb->ip_summed = CHECKSUM_UNNECESSARY;
	skb->mark = 0;
	skb_reset_mac_header(skb);
	skb_reset_mac_len(skb);
}

/**
 * bench_segment_build - make a packet
 * @skb: the room for it; whatever it held is forgotten
 * @run: of which kind
 * @index: the connection; where it stands is moved on
 *
 * skb->data is the network header.
 */
void bench_segment_build(struct sk_buff *skb, struct bench_run *run, u32 index)
{
	struct ethhdr *eth;

	reset_skb(skb, run);
	eth = skb_put_zero(skb, sizeof(*eth));
	__skb_pull(skb, sizeof(*eth));
	skb_reset_network_header(skb);
	if (run->kind == BENCH_ARP) {
		skb->protocol = htons(ETH_P_ARP);
		skb_put_zero(skb, 28);
	} else {
		put_ip(skb, run, index);
	}
	eth->h_proto = skb->protocol;
}

static bool is_as_expected(enum bench_expect expect, u32 was, u32 is)
{
	return expect == BENCH_ANY || (expect == BENCH_KEPT) == (was == is);
}

/**
 * bench_segment_is_right - did what was to become of a packet become of it?
 * @skb: the packet, after the subject had it
 * @run: of which kind
 * @expect: what was
 * @index: the connection; as what its TSval left is noted
 */
bool bench_segment_is_right(struct sk_buff *skb, struct bench_run *run,
			    enum bench_expect expect, u32 index)
{
	struct bench_flow *flow = &run->flows[index];
	unsigned int at = tsval_at(run->kind);
	u32 tsval, tsecr;

	if (!at)
		return true;
	if (checksum_of(skb, run->ipv6, IPPROTO_TCP))
		return false;
	tsval = get_unaligned_be32(skb_transport_header(skb) + at);
	tsecr = get_unaligned_be32(skb_transport_header(skb) + at + 4);
	if (bench_arrives(run->kind))
		return expect == BENCH_ANY || tsecr == *inside_tsval(skb);
	flow->outside = tsval;
	return is_as_expected(expect, *inside_tsval(skb), tsval);
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * The fast path, for what nearly every packet is: a segment of an established connection
 * with a TSopt where every stack puts it, or a packet that does not need rewriting.  It
 * does what hook.c would do.  Anything unusual or doubtful is left to hook.c, before the
 * packet was changed.
 */
#include <linux/if_vlan.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <net/ip.h>
#include <net/ipv6.h>

#include "fastpath.h"
#include "hook.h"
#include "labels.h"
#include "rewrite.h"

/* The usual options: two NOPs and a TSopt, and nothing else (RFC 7323 appendix A) */
#define USUAL_OPTIONS_LEN	12
#define USUAL_OPTIONS		0x0101080a
#define USUAL_TSVAL_AT		4
#define USUAL_LEN		(sizeof(struct tcphdr) + USUAL_OPTIONS_LEN)

/* The 16 bits of the TCP header with data offset and flags (RFC 9293 section 3.1): the
 * mask has the offset, ACK, and the flags that begin or end a connection
 */
#define FLAGS_MASK	0xf017
#define FLAGS_ACK	0x0010
#define DOFF(words)	((words) << 12)

#define NO_VERDICT	U32_MAX	/* the packet is left to hook.c */

/* What the headers of a packet are */
enum header_kind {
	HEADER_IPV4_SEGMENT,	/* a segment in IPv4, with the usual options */
	HEADER_IPV4_BARE,	/* a segment in IPv4, without options */
	HEADER_IPV6_SEGMENT,	/* a segment in IPv6, with the usual options */
	HEADER_IPV6_BARE,	/* a segment in IPv6, without options */
	HEADER_PLAIN_IP,	/* a usual IP header, and a TCP header that is not */
	HEADER_NOT_TCP,
	HEADER_NOT_IP,
	HEADER_UNUSUAL,
};

static __always_inline bool is_linear(const struct sk_buff *skb, const void *from,
				      unsigned int len)
{
	return from + len <= (void *)skb->data + skb_headlen(skb);
}

static __always_inline bool is_header_linear(const struct sk_buff *skb,
					     const struct tcphdr *th, unsigned int len)
{
	unsigned int doff = th->doff * 4;

	return doff >= sizeof(*th) && doff <= len && is_linear(skb, th, doff);
}

/* @len bytes of the IP payload begin at @th. Return: @usual with the usual options, @bare
 * without any.
 */
static __always_inline enum header_kind
read_tcp_header(const struct sk_buff *skb, const struct tcphdr *th, unsigned int len,
		enum header_kind usual, enum header_kind bare)
{
	u16 flags = ntohs(((const __be16 *)th)[6]) & FLAGS_MASK;

	if (flags == (DOFF(5) | FLAGS_ACK) && len >= sizeof(*th))
		return bare;
	if (flags == (DOFF(8) | FLAGS_ACK) && len >= USUAL_LEN &&
	    is_linear(skb, th, USUAL_LEN) &&
	    *(const __be32 *)(th + 1) == htonl(USUAL_OPTIONS))
		return usual;
	return is_header_linear(skb, th, len) ? HEADER_PLAIN_IP : HEADER_UNUSUAL;
}

static __always_inline unsigned int network_len(const struct sk_buff *skb)
{
	return skb->len - skb_network_offset(skb);
}

static __always_inline enum header_kind
read_ipv4_header(const struct sk_buff *skb, struct tcphdr **th, unsigned int *len)
{
	const struct iphdr *iph = ip_hdr(skb);

	if (!is_linear(skb, iph, sizeof(*iph) + sizeof(**th)) ||
	    *(const u8 *)iph != 0x45)
		return HEADER_UNUSUAL;
	if (iph->protocol != IPPROTO_TCP)
		return iph->protocol == IPPROTO_ICMP ? HEADER_UNUSUAL :
						       HEADER_NOT_TCP;
	/* If tot_len is less than the header, this wraps around and is too long */
	*len = ntohs(iph->tot_len) - sizeof(*iph);
	if (iph->frag_off & htons(IP_MF | IP_OFFSET) ||
	    *len > network_len(skb) - sizeof(*iph))
		return HEADER_UNUSUAL;
	*th = (struct tcphdr *)(iph + 1);
	return read_tcp_header(skb, *th, *len, HEADER_IPV4_SEGMENT, HEADER_IPV4_BARE);
}

/* The keys of IPv4 flows have IPv4-mapped addresses: an IPv6 packet with such addresses
 * must not find them. All addresses that begin with 32 bits of 0 are left to hook.c.
 */
static __always_inline bool may_be_mapped(const struct in6_addr *addr)
{
	return !addr->s6_addr32[0];
}

static __always_inline enum header_kind
read_ipv6_header(const struct sk_buff *skb, struct tcphdr **th, unsigned int *len)
{
	const struct ipv6hdr *ip6h = ipv6_hdr(skb);

	if (!is_linear(skb, ip6h, sizeof(*ip6h) + sizeof(**th)) ||
	    *(const u8 *)ip6h >> 4 != 6)
		return HEADER_UNUSUAL;
	if (ip6h->nexthdr != IPPROTO_TCP)
		return ip6h->nexthdr == IPPROTO_UDP ? HEADER_NOT_TCP :
						      HEADER_UNUSUAL;
	*len = ntohs(ip6h->payload_len);
	if (*len > network_len(skb) - sizeof(*ip6h) || may_be_mapped(&ip6h->saddr) ||
	    may_be_mapped(&ip6h->daddr))
		return HEADER_UNUSUAL;
	*th = (struct tcphdr *)(ip6h + 1);
	return read_tcp_header(skb, *th, *len, HEADER_IPV6_SEGMENT, HEADER_IPV6_BARE);
}

static __always_inline enum header_kind
read_headers(const struct sk_buff *skb, struct tcphdr **th, unsigned int *len)
{
	switch (skb->protocol) {
	case htons(ETH_P_IP):
		return read_ipv4_header(skb, th, len);
	case htons(ETH_P_IPV6):
		return read_ipv6_header(skb, th, len);
	case htons(ETH_P_ARP):
		return HEADER_NOT_IP;
	default:
		return HEADER_UNUSUAL;
	}
}

static __always_inline u32 ports_of(const struct tcphdr *th,
				    enum tsrw_direction dir)
{
	u32 ports = *(const u32 *)&th->source;

	return dir == TSRW_EGRESS ? ports : rol32(ports, 16);
}

/* A packet on the fast path has at most one VLAN tag, which is in skb->vlan_tci */
static __always_inline u32 link_of(const struct tsrw_hook *hook,
				   const struct sk_buff *skb)
{
	return tsrw_link(hook->zone, skb_vlan_tag_present(skb) ?
				     skb_vlan_tag_get_id(skb) : 0, 0);
}

static __always_inline struct tsrw_flow *
find_ipv4(const struct tsrw_hook *hook, const struct sk_buff *skb,
	  const struct tcphdr *th, enum tsrw_direction dir)
{
	const struct iphdr *iph = ip_hdr(skb);

	return tsrw_table_find_ipv4(&hook->tn->table,
				    dir == TSRW_EGRESS ? iph->saddr : iph->daddr,
				    dir == TSRW_EGRESS ? iph->daddr : iph->saddr,
				    ports_of(th, dir), link_of(hook, skb));
}

static __always_inline struct tsrw_flow *
find_ipv6(const struct tsrw_hook *hook, const struct sk_buff *skb,
	  const struct tcphdr *th, enum tsrw_direction dir)
{
	const struct ipv6hdr *ip6h = ipv6_hdr(skb);

	return tsrw_table_find_ipv6(&hook->tn->table,
				    dir == TSRW_EGRESS ? &ip6h->saddr :
							 &ip6h->daddr,
				    dir == TSRW_EGRESS ? &ip6h->daddr :
							 &ip6h->saddr,
				    ports_of(th, dir), link_of(hook, skb));
}

static __always_inline unsigned int accept_packet(const struct tsrw_hook *hook,
						  unsigned int counter)
{
	tsrw_stats_inc(hook->stats, counter);
	return NF_ACCEPT;
}

/* A fraglist has a TCP header in each member, and is left to hook.c */
static __always_inline bool is_writable(const struct sk_buff *skb,
					const struct tcphdr *th)
{
	unsigned int len = (u8 *)th + USUAL_LEN - skb->data;

	if (skb_shinfo(skb)->gso_type & SKB_GSO_FRAGLIST)
		return false;
	return tsrw_is_writable(skb, len);
}

static __always_inline u32 read_be32(const void *from)
{
	return ntohl(*(const __be32 *)from);
}

/* @len bytes of the IP payload begin at @th */
static __always_inline void read_segment(const struct tcphdr *th, unsigned int len,
					 struct tsrw_segment *seg)
{
	const void *options = th + 1;

	*seg = (struct tsrw_segment){
		.seq = ntohl(th->seq), .end = ntohl(th->seq) + len - USUAL_LEN,
		.ack = ntohl(th->ack_seq),
		.tsval = read_be32(options + USUAL_TSVAL_AT),
		.tsecr = read_be32(options + USUAL_TSVAL_AT + 4),
		.has_ack = true, .has_tsopt = true,
	};
}

/* Read the committed span, which is valid as long as flow->seq is @seq. Return: false if
 * the segment may change the state of the connections, or the mode is not rewrite.
 */
static __always_inline bool read_span(const struct tsrw_flow *flow,
				      enum tsrw_direction dir,
				      const struct tsrw_segment *seg,
				      struct tsrw_span *span, bool *inbound,
				      unsigned int *seq)
{
	const struct tsrw_conn *conn = &flow->conn;

	do {
		*seq = read_seqcount_begin(&flow->seq);
		if (!tsrw_conn_is_quiet(conn, seg, dir) ||
		    conn->mode != TSREWRITE_MODE_REWRITE)
			return false;
		*span = flow->conn.map.committed;
		*inbound = tsrw_conn_has(conn, TSRW_INBOUND);
	} while (read_seqcount_retry(&flow->seq, *seq));
	return true;
}

/* Compute what to write. Return: false if TSval is not as usual, or if TSecr is 0, fails
 * the echo check, or may stand for a TSval of 0.
 */
static __always_inline bool translate_field(const struct tsrw_span *span,
					    enum tsrw_direction dir,
					    const struct tsrw_segment *seg, u32 *to)
{
	if (dir == TSRW_EGRESS) {
		*to = tsrw_span_rewrite(span, seg->tsval);
		return tsrw_span_is_usual(span, seg->tsval);
	}
	*to = tsrw_span_restore(span, seg->tsecr);
	return seg->tsecr && *to != span->first && tsrw_span_sent(span, *to);
}

static __always_inline void note_numbers(const struct tsrw_hook *hook,
					 enum tsrw_direction dir, struct tsrw_flow *flow,
					 const struct tsrw_segment *seg, u32 idle)
{
	bool acks_more;

	tsrw_flow_note_end(flow, dir, seg);
	acks_more = tsrw_flow_note_ack(flow, dir, seg->ack);
	if (unlikely(tsrw_flow_note_asymmetry(flow, dir, seg, acks_more, idle)))
		tsrw_stats_inc(hook->stats, TSREWRITE_A_STATS_FLOW_ASYMMETRIC);
}

/* Return: false if the flow was changed since its span was read */
static __always_inline bool note_segment(const struct tsrw_hook *hook,
					 enum tsrw_direction dir,
					 struct tsrw_flow *flow, unsigned int seq,
					 const struct tsrw_span *seen,
					 const struct tsrw_segment *seg, u32 idle)
{
	if (dir == TSRW_EGRESS &&
	    !tsrw_flow_note_sent(flow, seq, seen, seg->tsval, idle))
		return false;
	note_numbers(hook, dir, flow, seg, idle);
	return true;
}

static __always_inline unsigned int
note_and_rewrite(const struct tsrw_hook *hook, struct sk_buff *skb,
		 enum tsrw_direction dir, struct tcphdr *th, unsigned int len,
		 struct tsrw_flow *flow)
{
	unsigned int at = USUAL_TSVAL_AT + (dir == TSRW_EGRESS ? 0 : 4);
	struct tsrw_segment seg;
	struct tsrw_span span;
	unsigned int seq;
	bool inbound;
	u32 idle, to;

	if (unlikely(tsrw_flow_crosses_other(flow, dir, hook->device)))
		return NO_VERDICT;
	read_segment(th, len, &seg);
	if (!read_span(flow, dir, &seg, &span, &inbound, &seq) ||
	    !translate_field(&span, dir, &seg, &to) || !is_writable(skb, th) ||
	    !tsrw_flow_touch(flow, dir, &idle) ||
	    !note_segment(hook, dir, flow, seq, &span, &seg, idle))
		return NO_VERDICT;

	tsrw_rewrite_field(th, at, to, skb->ip_summed != CHECKSUM_PARTIAL);
	if (dir == TSRW_EGRESS)
		return accept_packet(hook, TSREWRITE_A_STATS_EGRESS_REWRITTEN);
	tsrw_stats_inc(hook->stats, TSREWRITE_A_STATS_ECHO_VERIFIED);
	tsrw_group_count(tsrw_group_by_id(&hook->tn->groups,
					  READ_ONCE(flow->group)),
			 TSRW_TREATED, inbound,
			 TSREWRITE_A_GROUP_STATS_ECHO_VERIFIED);
	return accept_packet(hook, TSREWRITE_A_STATS_INGRESS_RESTORED);
}

static __always_inline bool is_quiet(const struct tsrw_flow *flow,
				     enum tsrw_direction dir,
				     const struct tsrw_segment *seg)
{
	unsigned int seq;
	bool quiet;

	do {
		seq = read_seqcount_begin(&flow->seq);
		quiet = tsrw_conn_is_quiet(&flow->conn, seg, dir);
	} while (read_seqcount_retry(&flow->seq, seq));
	return quiet;
}

/* A segment without TSopt keeps its flow alive, and shows how far it has come */
static __always_inline unsigned int
note_bare(const struct tsrw_hook *hook, enum tsrw_direction dir, const struct tcphdr *th,
	  unsigned int len, struct tsrw_flow *flow)
{
	const struct tsrw_segment seg = {
		.seq = ntohl(th->seq), .end = ntohl(th->seq) + len - sizeof(*th),
		.ack = ntohl(th->ack_seq), .has_ack = true,
	};
	u32 idle;

	if (tsrw_flow_crosses_other(flow, dir, hook->device) ||
	    !is_quiet(flow, dir, &seg) || !tsrw_flow_touch(flow, dir, &idle))
		return NO_VERDICT;
	note_numbers(hook, dir, flow, &seg, idle);
	return accept_packet(hook, TSRW_COUNTER(dir, NO_TSOPT));
}

static __always_inline unsigned int try_fastpath(const struct tsrw_hook *hook,
						 struct sk_buff *skb,
						 enum tsrw_direction dir)
{
	unsigned int len, verdict;
	enum header_kind kind;
	struct tsrw_flow *flow;
	struct tcphdr *th;
	bool bare;

	kind = read_headers(skb, &th, &len);
	bare = kind == HEADER_IPV4_BARE || kind == HEADER_IPV6_BARE;
	if (bare && tsrw_table_is_empty(&hook->tn->table))
		return accept_packet(hook, TSRW_COUNTER(dir, NO_TSOPT));
	switch (kind) {
	case HEADER_IPV4_SEGMENT:
	case HEADER_IPV4_BARE:
		flow = find_ipv4(hook, skb, th, dir);
		break;
	case HEADER_IPV6_SEGMENT:
	case HEADER_IPV6_BARE:
		flow = find_ipv6(hook, skb, th, dir);
		break;
	case HEADER_PLAIN_IP:
		goto plain;
	case HEADER_NOT_TCP:
		return accept_packet(hook, TSRW_COUNTER(dir, NOT_TCP));
	case HEADER_NOT_IP:
		return accept_packet(hook, TSRW_COUNTER(dir, NOT_IP));
	default:
		return NO_VERDICT;
	}
	if (!flow && !bare && tsrw_labels_are_used(hook->tn))
		return NO_VERDICT;
	if (!flow)
		return accept_packet(hook, bare ? TSRW_COUNTER(dir, NO_TSOPT) :
						  TSRW_COUNTER(dir, NO_FLOW));
	verdict = bare ? note_bare(hook, dir, th, len, flow) :
			 note_and_rewrite(hook, skb, dir, th, len, flow);
	if (likely(verdict != NO_VERDICT))
		return verdict;
plain:
	return tsrw_hook_plain(hook, skb, dir, link_of(hook, skb), th, len);
}

/**
 * tsrw_fastpath_egress - netfilter hook for a packet that leaves through a device
 * @priv: struct tsrw_hook of the device
 * @skb: the packet; skb->data is its link layer header
 * @state: unused
 *
 * Return: the verdict. Context: RCU read side. Bottom halves are disabled, but for the
 * packets of a packet socket with PACKET_QDISC_BYPASS: for these it disables them, since
 * a softirq takes the same locks and adds to the same counters.
 */
unsigned int tsrw_fastpath_egress(void *priv, struct sk_buff *skb,
				  const struct nf_hook_state *state)
{
	unsigned int verdict;

	if (unlikely(!in_softirq())) {
		local_bh_disable();
		verdict = tsrw_hook_egress(priv, skb, state);
		local_bh_enable();
		return verdict;
	}
	verdict = try_fastpath(priv, skb, TSRW_EGRESS);
	return likely(verdict != NO_VERDICT) ? verdict :
					       tsrw_hook_egress(priv, skb, state);
}

/**
 * tsrw_fastpath_ingress - netfilter hook for a packet that arrives on a device
 * @priv: struct tsrw_hook of the device
 * @skb: the packet; skb->data is its network header
 * @state: unused
 *
 * Return: the verdict. Context: RCU read side, bottom halves disabled.
 */
unsigned int tsrw_fastpath_ingress(void *priv, struct sk_buff *skb,
				   const struct nf_hook_state *state)
{
	unsigned int verdict = try_fastpath(priv, skb, TSRW_INGRESS);

	return likely(verdict != NO_VERDICT) ? verdict :
					       tsrw_hook_ingress(priv, skb, state);
}

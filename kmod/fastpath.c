// SPDX-License-Identifier: GPL-2.0-only
/*
 * What nearly every packet is: a segment in the midst of its connection, with a
 * TSopt where everyone puts it, or one that is no concern of ours.  Whatever is
 * unusual, and any doubt, is left to the whole route, before anything has changed.
 * What is done here is what the whole route would do.
 */
#include <linux/if_vlan.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <net/ip.h>
#include <net/ipv6.h>

#include "fastpath.h"
#include "hook.h"
#include "rewrite.h"

/* NOP, NOP, TSopt and no more (RFC 7323 appendix A) */
#define USUAL_OPTIONS_LEN	12
#define USUAL_OPTIONS		0x0101080a
#define USUAL_TSVAL_AT		4
#define USUAL_LEN		(sizeof(struct tcphdr) + USUAL_OPTIONS_LEN)

/* Of the word with data offset and flags (RFC 9293 section 3.1): the offset, ACK,
 * and what begins or ends a connection
 */
#define FLAGS_LOOKED_AT	0xf017
#define FLAGS_ACK	0x0010
#define DOFF(words)	((words) << 12)

#define UNUSUAL	U32_MAX	/* no verdict */

enum look {
	LOOK_IPV4_SEGMENT,
	LOOK_IPV6_SEGMENT,
	LOOK_PLAIN,	/* a segment, unusual, in a packet that is not */
	LOOK_NO_TSOPT,
	LOOK_NOT_TCP,
	LOOK_NOT_IP,
	LOOK_UNUSUAL,
};

static __always_inline bool is_here(const struct sk_buff *skb, const void *from,
				    unsigned int len)
{
	return from + len <= (void *)skb->data + skb_headlen(skb);
}

static __always_inline bool is_whole(const struct sk_buff *skb,
				     const struct tcphdr *th, unsigned int len)
{
	unsigned int doff = th->doff * 4;

	return doff >= sizeof(*th) && doff <= len && is_here(skb, th, doff);
}

/* @len bytes of its packet begin at @th. @usual is what to say of a usual segment. */
static __always_inline enum look look_at_tcp(const struct sk_buff *skb,
					     const struct tcphdr *th,
					     unsigned int len, enum look usual)
{
	u16 flags = ntohs(((const __be16 *)th)[6]) & FLAGS_LOOKED_AT;

	if (flags == (DOFF(5) | FLAGS_ACK) && len >= sizeof(*th))
		return LOOK_NO_TSOPT;
	if (flags == (DOFF(8) | FLAGS_ACK) && len >= USUAL_LEN &&
	    is_here(skb, th, USUAL_LEN) &&
	    *(const __be32 *)(th + 1) == htonl(USUAL_OPTIONS))
		return usual;
	return is_whole(skb, th, len) ? LOOK_PLAIN : LOOK_UNUSUAL;
}

static __always_inline unsigned int left_of(const struct sk_buff *skb)
{
	return skb->len - skb_network_offset(skb);
}

static __always_inline enum look look_at_ipv4(const struct sk_buff *skb,
					      struct tcphdr **th,
					      unsigned int *len)
{
	const struct iphdr *iph = ip_hdr(skb);

	if (!is_here(skb, iph, sizeof(*iph) + sizeof(**th)) ||
	    *(const u8 *)iph != 0x45)
		return LOOK_UNUSUAL;
	if (iph->protocol != IPPROTO_TCP)
		return iph->protocol == IPPROTO_ICMP ? LOOK_UNUSUAL :
						       LOOK_NOT_TCP;
	/* Less than the header itself is more than is left as well */
	*len = ntohs(iph->tot_len) - sizeof(*iph);
	if (iph->frag_off & htons(IP_MF | IP_OFFSET) ||
	    *len > left_of(skb) - sizeof(*iph))
		return LOOK_UNUSUAL;
	*th = (struct tcphdr *)(iph + 1);
	return look_at_tcp(skb, *th, *len, LOOK_IPV4_SEGMENT);
}

/* The keys of IPv4 flows look like those of mapped addresses, which are left alone
 * as all do that begin with so many zeros
 */
static __always_inline bool may_be_mapped(const struct in6_addr *addr)
{
	return !addr->s6_addr32[0];
}

static __always_inline enum look look_at_ipv6(const struct sk_buff *skb,
					      struct tcphdr **th,
					      unsigned int *len)
{
	const struct ipv6hdr *ip6h = ipv6_hdr(skb);

	if (!is_here(skb, ip6h, sizeof(*ip6h) + sizeof(**th)) ||
	    *(const u8 *)ip6h >> 4 != 6)
		return LOOK_UNUSUAL;
	if (ip6h->nexthdr != IPPROTO_TCP)
		return ip6h->nexthdr == IPPROTO_UDP ? LOOK_NOT_TCP :
						      LOOK_UNUSUAL;
	*len = ntohs(ip6h->payload_len);
	if (*len > left_of(skb) - sizeof(*ip6h) || may_be_mapped(&ip6h->saddr) ||
	    may_be_mapped(&ip6h->daddr))
		return LOOK_UNUSUAL;
	*th = (struct tcphdr *)(ip6h + 1);
	return look_at_tcp(skb, *th, *len, LOOK_IPV6_SEGMENT);
}

static __always_inline enum look look_at(const struct sk_buff *skb,
					 struct tcphdr **th, unsigned int *len)
{
	switch (skb->protocol) {
	case htons(ETH_P_IP):
		return look_at_ipv4(skb, th, len);
	case htons(ETH_P_IPV6):
		return look_at_ipv6(skb, th, len);
	case htons(ETH_P_ARP):
		return LOOK_NOT_IP;
	default:
		return LOOK_UNUSUAL;
	}
}

static __always_inline u32 ports_of(const struct tcphdr *th,
				    enum tsrw_direction dir)
{
	u32 ports = *(const u32 *)&th->source;

	return dir == TSRW_EGRESS ? ports : rol32(ports, 16);
}

/* At most one VLAN tag, and that one beside the packet */
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

static __always_inline unsigned int accept(const struct tsrw_hook *hook,
					   unsigned int counter)
{
	tsrw_stats_inc(hook->stats, counter);
	return NF_ACCEPT;
}

/* What fraglists need is more than can be written here */
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

static __always_inline void read_segment(const struct tcphdr *th,
					 struct tsrw_segment *seg)
{
	const void *options = th + 1;

	*seg = (struct tsrw_segment){
		.seq = ntohl(th->seq), .ack = ntohl(th->ack_seq),
		.tsval = read_be32(options + USUAL_TSVAL_AT),
		.tsecr = read_be32(options + USUAL_TSVAL_AT + 4),
		.has_ack = true, .has_tsopt = true,
	};
}

/* False where the segment may change more than maxima, or is not to be rewritten.
 * The span holds for @seq of the flow.
 */
static __always_inline bool read_span(const struct tsrw_flow *flow,
				      const struct tsrw_segment *seg,
				      struct tsrw_span *span, bool *inbound,
				      unsigned int *seq)
{
	const struct tsrw_handshake *hs = &flow->life.hs;

	do {
		*seq = read_seqcount_begin(&flow->seq);
		if (!tsrw_life_is_quiet(hs, seg) ||
		    hs->mode != TSREWRITE_MODE_REWRITE)
			return false;
		*span = flow->life.map.committed;
		*inbound = tsrw_has(hs, TSRW_INBOUND);
	} while (read_seqcount_retry(&flow->seq, *seq));
	return true;
}

/* What to write, or false where the echo is none that was sent */
static __always_inline bool translate(const struct tsrw_span *span,
				      enum tsrw_direction dir,
				      const struct tsrw_segment *seg, u32 *to)
{
	if (dir == TSRW_EGRESS) {
		*to = tsrw_span_rewrite(span, seg->tsval);
		return true;
	}
	*to = tsrw_span_restore(span, seg->tsecr);
	return seg->tsecr && tsrw_span_sent(span, *to);
}

/* False where the flow was changed since the span was read */
static __always_inline bool note(const struct tsrw_hook *hook,
				 enum tsrw_direction dir,
				 struct tsrw_flow *flow, unsigned int seq,
				 const struct tsrw_segment *seg, u32 idle)
{
	bool acks_more;

	if (dir == TSRW_EGRESS &&
	    !tsrw_flow_note_sent(flow, seq, seg->tsval, idle))
		return false;
	tsrw_flow_note_device(flow, dir, hook->device);
	acks_more = tsrw_flow_note_ack(flow, dir, seg->ack);
	if (unlikely(tsrw_flow_note_sides(flow, dir, seg, acks_more, idle)))
		tsrw_stats_inc(hook->stats, TSREWRITE_A_STATS_FLOW_ONE_SIDED);
	return true;
}

static __always_inline unsigned int
note_and_rewrite(const struct tsrw_hook *hook, struct sk_buff *skb,
		 enum tsrw_direction dir, struct tcphdr *th,
		 struct tsrw_flow *flow)
{
	unsigned int at = USUAL_TSVAL_AT + (dir == TSRW_EGRESS ? 0 : 4);
	struct tsrw_segment seg;
	struct tsrw_span span;
	unsigned int seq;
	bool inbound;
	u32 idle, to;

	read_segment(th, &seg);
	if (!read_span(flow, &seg, &span, &inbound, &seq) ||
	    !translate(&span, dir, &seg, &to) || !is_writable(skb, th) ||
	    !tsrw_flow_touch(flow, dir, &idle) ||
	    !note(hook, dir, flow, seq, &seg, idle))
		return UNUSUAL;

	tsrw_rewrite_field(th, at, to, skb->ip_summed != CHECKSUM_PARTIAL);
	if (dir == TSRW_EGRESS)
		return accept(hook, TSREWRITE_A_STATS_EGRESS_REWRITTEN);
	tsrw_stats_inc(hook->stats, TSREWRITE_A_STATS_ECHO_VERIFIED);
	tsrw_group_count(tsrw_group_by_id(&hook->tn->groups,
					  READ_ONCE(flow->group)),
			 TSRW_TREATED, inbound,
			 TSREWRITE_A_GROUP_STATS_ECHO_VERIFIED);
	return accept(hook, TSREWRITE_A_STATS_INGRESS_RESTORED);
}

static __always_inline unsigned int pass(const struct tsrw_hook *hook,
					 struct sk_buff *skb,
					 enum tsrw_direction dir)
{
	unsigned int len, verdict;
	struct tsrw_flow *flow;
	struct tcphdr *th;

	switch (look_at(skb, &th, &len)) {
	case LOOK_IPV4_SEGMENT:
		flow = find_ipv4(hook, skb, th, dir);
		break;
	case LOOK_IPV6_SEGMENT:
		flow = find_ipv6(hook, skb, th, dir);
		break;
	case LOOK_PLAIN:
		goto plain;
	case LOOK_NO_TSOPT:
		return accept(hook, TSRW_COUNTER(dir, NO_TSOPT));
	case LOOK_NOT_TCP:
		return accept(hook, TSRW_COUNTER(dir, NOT_TCP));
	case LOOK_NOT_IP:
		return accept(hook, TSRW_COUNTER(dir, NOT_IP));
	default:
		return UNUSUAL;
	}
	if (!flow)
		return accept(hook, TSRW_COUNTER(dir, NO_FLOW));
	verdict = note_and_rewrite(hook, skb, dir, th, flow);
	if (likely(verdict != UNUSUAL))
		return verdict;
plain:
	return tsrw_hook_plain(hook, skb, dir, link_of(hook, skb), th, len);
}

/**
 * tsrw_fastpath_egress - a packet leaves through an attached device
 * @priv: struct tsrw_hook
 * @skb: the packet; skb->data is its link layer header
 * @state: unused
 *
 * Return: the verdict. Context: RCU read side, bottom halves disabled.
 */
unsigned int tsrw_fastpath_egress(void *priv, struct sk_buff *skb,
				  const struct nf_hook_state *state)
{
	unsigned int verdict = pass(priv, skb, TSRW_EGRESS);

	return likely(verdict != UNUSUAL) ? verdict :
					    tsrw_hook_egress(priv, skb, state);
}

/**
 * tsrw_fastpath_ingress - a packet arrives on an attached device
 * @priv: struct tsrw_hook
 * @skb: the packet; skb->data is its network header
 * @state: unused
 *
 * Return: the verdict. Context: RCU read side, bottom halves disabled.
 */
unsigned int tsrw_fastpath_ingress(void *priv, struct sk_buff *skb,
				   const struct nf_hook_state *state)
{
	unsigned int verdict = pass(priv, skb, TSRW_INGRESS);

	return likely(verdict != UNUSUAL) ? verdict :
					    tsrw_hook_ingress(priv, skb, state);
}

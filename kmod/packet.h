/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_PACKET_H
#define TSRW_PACKET_H

#include <linux/skbuff.h>
#include <linux/tcp.h>

#include "core/tcp_option.h"
#include "flow.h"

/**
 * enum tsrw_packet_kind - what a packet is to us
 * @TSRW_PACKET_NOT_IP: neither IPv4 nor IPv6
 * @TSRW_PACKET_NOT_TCP: another protocol
 * @TSRW_PACKET_FRAGMENT: a fragment without the TCP header
 * @TSRW_PACKET_MALFORMED: an IP or TCP header contradicts itself or is cut short
 * @TSRW_PACKET_UNTRACKED: its 4-tuple is not the one of the other direction, or
 *	it is authenticated
 * @TSRW_PACKET_TCP_AO: its TCP options are authenticated
 * @TSRW_PACKET_BAD_OPTION: malformed TCP options
 * @TSRW_PACKET_TCP: a segment; all of struct tsrw_packet is filled in
 * @TSRW_PACKET_SHORT_FRAGMENT: a first fragment with a part of the TCP header;
 *	only the key is filled in
 * @TSRW_PACKET_QUOTE: an ICMP error that quotes a segment with a TSopt, which went
 *	the other way; the quote may end before its header does
 * @TSRW_PACKET_SHORT_QUOTE: an ICMP error that quotes any other; only the key and the
 *	sequence number are filled in
 *
 * Those before @TSRW_PACKET_TCP are in the order of their counters.
 */
enum tsrw_packet_kind {
	TSRW_PACKET_NOT_IP,
	TSRW_PACKET_NOT_TCP,
	TSRW_PACKET_FRAGMENT,
	TSRW_PACKET_MALFORMED,
	TSRW_PACKET_UNTRACKED,
	TSRW_PACKET_TCP_AO,
	TSRW_PACKET_BAD_OPTION,
	TSRW_PACKET_TCP,
	TSRW_PACKET_SHORT_FRAGMENT,
	TSRW_PACKET_QUOTE,
	TSRW_PACKET_SHORT_QUOTE,
};

/**
 * struct tsrw_packet - a TCP segment in its packet, or quoted there
 * @key: its flow's
 * @seg: its facts
 * @options: where its TSopts are
 * @tcp_at: bytes from skb->data to the TCP header
 * @tcp_len: bytes of the TCP header, as many as are there
 * @icmp_at: bytes from skb->data to the ICMP header; of a quote only
 * @cut: the quote ends within the TCP header; of a quote only
 * @unreachable: the error says that it will not come to its end; of a quote only
 */
struct tsrw_packet {
	struct tsrw_flow_key key;
	struct tsrw_segment seg;
	struct tsrw_tcp_options options;
	unsigned int tcp_at;
	unsigned int tcp_len;
	unsigned int icmp_at;
	bool cut;
	bool unreachable;
};

enum tsrw_packet_kind tsrw_packet_read(const struct sk_buff *skb,
				       enum tsrw_direction dir, u8 zone,
				       struct tsrw_packet *pkt);
enum tsrw_packet_kind tsrw_packet_read_plain(const struct sk_buff *skb,
					     enum tsrw_direction dir, u32 link,
					     const struct tcphdr *th,
					     unsigned int len,
					     struct tsrw_packet *pkt);

#endif /* TSRW_PACKET_H */

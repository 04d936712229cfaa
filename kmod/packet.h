/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_PACKET_H
#define TSRW_PACKET_H

#include <linux/skbuff.h>
#include <linux/tcp.h>

#include "core/tcp_option.h"
#include "flow.h"

/**
 * enum tsrw_packet_kind - what a packet is
 * @TSRW_PACKET_NOT_IP: it is neither IPv4 nor IPv6
 * @TSRW_PACKET_NOT_TCP: it carries another protocol than TCP
 * @TSRW_PACKET_FRAGMENT: it is a fragment without the ports of the TCP header
 * @TSRW_PACKET_MALFORMED: its IP or TCP header contradicts itself or is cut short
 * @TSRW_PACKET_UNTRACKED: its 4-tuple may differ from that of the other direction, it
 *	is authenticated, or it has more headers than are read here
 * @TSRW_PACKET_TCP_AO: its TCP options are authenticated by TCP-AO
 * @TSRW_PACKET_TCP: it is a segment; struct tsrw_packet is filled in, except for what
 *	only a quote has
 * @TSRW_PACKET_SHORT_FRAGMENT: it is a first fragment that ends within the TCP header;
 *	only the key is filled in
 * @TSRW_PACKET_QUOTE: it is an ICMP error that quotes a segment of the other direction
 *	with something to translate; the quote may end within the TCP header
 * @TSRW_PACKET_SHORT_QUOTE: it is an ICMP error that quotes any other segment; only
 *	the key, the sequence number and @unreachable are filled in
 *
 * The kinds before @TSRW_PACKET_TCP are in the order of their counters.
 */
enum tsrw_packet_kind {
	TSRW_PACKET_NOT_IP,
	TSRW_PACKET_NOT_TCP,
	TSRW_PACKET_FRAGMENT,
	TSRW_PACKET_MALFORMED,
	TSRW_PACKET_UNTRACKED,
	TSRW_PACKET_TCP_AO,
	TSRW_PACKET_TCP,
	TSRW_PACKET_SHORT_FRAGMENT,
	TSRW_PACKET_QUOTE,
	TSRW_PACKET_SHORT_QUOTE,
};

/**
 * struct tsrw_packet - the TCP segment in a packet, or the one that it quotes
 * @key: key of its flow
 * @seg: what its header says
 * @options: where its TSopts are
 * @tcp_at: bytes from skb->data to the TCP header
 * @tcp_len: how many bytes of the TCP header are there
 * @icmp_at: bytes from skb->data to the ICMP header; of a quote only
 * @proto: EtherType behind the VLAN tags that are read; with TSRW_PACKET_NOT_IP and
 *	TSRW_PACKET_UNTRACKED
 * @cut: the quote ends within the TCP header; of a quote only
 * @unreachable: the ICMP error says that the peer is unreachable; of a quote only
 */
struct tsrw_packet {
	struct tsrw_flow_key key;
	struct tsrw_segment seg;
	struct tsrw_tcp_options options;
	unsigned int tcp_at;
	unsigned int tcp_len;
	unsigned int icmp_at;
	__be16 proto;
	bool cut;
	bool unreachable;
};

#endif /* TSRW_PACKET_H */

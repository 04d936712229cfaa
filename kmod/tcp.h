/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_TCP_H
#define TSRW_TCP_H

#include <linux/tcp.h>

#include "compat.h"
#include "packet.h"

/**
 * tsrw_tcp_read_ports - read the ports of a flow from a TCP header
 * @key: gets the ports
 * @dir: which way the segment went
 * @th: the TCP header, at least its ports
 */
static inline void tsrw_tcp_read_ports(struct tsrw_flow_key *key,
				       enum tsrw_direction dir,
				       const struct tcphdr *th)
{
	key->inside_port = dir == TSRW_EGRESS ? th->source : th->dest;
	key->outside_port = dir == TSRW_EGRESS ? th->dest : th->source;
}

/**
 * tsrw_tcp_read_segment - read what a TCP header says
 * @pkt: gets it; @pkt->options is filled in already
 * @th: the header with its options
 * @payload: how many bytes follow the header
 */
static inline void tsrw_tcp_read_segment(struct tsrw_packet *pkt,
					 const struct tcphdr *th,
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
	} else {
		seg->tsval = 0;
		seg->tsecr = 0;
	}
}

#endif /* TSRW_TCP_H */

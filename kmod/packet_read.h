/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_PACKET_READ_H
#define TSRW_PACKET_READ_H

#include "packet.h"

enum tsrw_packet_kind tsrw_packet_read(const struct sk_buff *skb,
				       enum tsrw_direction dir, u8 zone,
				       struct tsrw_packet *pkt);
enum tsrw_packet_kind tsrw_packet_read_plain(const struct sk_buff *skb,
					     enum tsrw_direction dir, u32 link,
					     const struct tcphdr *th,
					     unsigned int len,
					     struct tsrw_packet *pkt);

#endif /* TSRW_PACKET_READ_H */

/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_REWRITE_H
#define TSRW_REWRITE_H

#include <linux/bitops.h>
#include <linux/tcp.h>
#include <net/checksum.h>

#include "compat.h"
#include "packet.h"

/**
 * tsrw_is_writable - whether the beginning of a packet may be written, as no clone has it
 * @skb: the packet
 * @len: how many bytes, at most skb_headlen()
 */
static inline bool tsrw_is_writable(const struct sk_buff *skb, unsigned int len)
{
	return !skb_cloned(skb) || skb_clone_writable(skb, len);
}

/**
 * tsrw_rewrite_field - write a number into the TCP options
 * @th: the TCP header, writable
 * @at: bytes from the first option to the number
 * @to: the number
 * @summed: the TCP checksum covers the options, and has to be updated
 *
 * The checksum adds 16-bit words. At an odd place the bytes of each word are swapped,
 * which is the same to the sum as a rotation of the number by 8 bits.
 */
static inline void tsrw_rewrite_field(struct tcphdr *th, unsigned int at, u32 to,
				      bool summed)
{
	__be32 *field = (__be32 *)((u8 *)(th + 1) + at);
	__be32 old = get_unaligned(field), new = htonl(to);

	put_unaligned(new, field);
	if (!summed)
		return;
	if (at & 1) {
		old = (__force __be32)ror32((__force u32)old, 8);
		new = (__force __be32)ror32((__force u32)new, 8);
	}
	csum_replace4(&th->check, old, new);
}

int tsrw_rewrite(struct sk_buff *skb, const struct tsrw_packet *pkt,
		 enum tsrw_direction dir, const struct tsrw_result *result);
int tsrw_rewrite_quote(struct sk_buff *skb, const struct tsrw_packet *pkt,
		       enum tsrw_direction dir, const struct tsrw_span *span);

#endif /* TSRW_REWRITE_H */

/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_REWRITE_H
#define TSRW_REWRITE_H

#include <linux/bitops.h>
#include <linux/tcp.h>
#include <net/checksum.h>

#include "compat.h"
#include "packet.h"

/**
 * tsrw_is_writable - is the linear beginning of a packet its own?
 * @skb: the packet
 * @len: bytes of it, skb_headlen() at most
 */
static inline bool tsrw_is_writable(const struct sk_buff *skb, unsigned int len)
{
	return !skb_cloned(skb) || skb_clone_writable(skb, len);
}

/**
 * tsrw_rewrite_field - write a number into TCP options
 * @th: the TCP header, writable
 * @at: bytes behind its fixed part
 * @to: the number
 * @summed: the checksum in the header covers them, and follows
 *
 * A checksum adds 16-bit words: at an odd place the bytes of each are swapped,
 * which the sum sees as a rotation by 8.
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
		 enum tsrw_direction dir, const struct tsrw_step *step);
int tsrw_rewrite_quote(struct sk_buff *skb, const struct tsrw_packet *pkt,
		       enum tsrw_direction dir, const struct tsrw_span *span);

#endif /* TSRW_REWRITE_H */

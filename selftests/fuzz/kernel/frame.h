/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_FUZZ_FRAME_H
#define TSRW_FUZZ_FRAME_H

#include <stdbool.h>

#include <linux/types.h>

#define FRAME_MAX	6000
#define ETHER_LEN	14

/* Where a segment comes from */
enum side { INSIDE, OUTSIDE };

/* Of the TCP header's flags */
enum { FIN = 1, SYN = 2, RST = 4, PSH = 8, ACK = 16 };

/**
 * struct frame - a frame with a segment in it
 * @len: bytes
 * @ip_at: where the IP header begins
 * @tcp_at: where the TCP header begins
 * @ts_at: where TSval begins, 0 if there is no TSopt
 * @ipv6: the IP header is IPv6's
 * @bytes: what goes over the wire, from the MAC addresses on
 */
struct frame {
	unsigned int len, ip_at, tcp_at, ts_at;
	bool ipv6;
	__u8 bytes[FRAME_MAX];
};

/**
 * struct segment - what a segment says
 * @from: who sends it
 * @flags: SYN ...
 * @seq: sequence number
 * @ack: acknowledgment number, 0 without ACK
 * @tsval: as its sender says it
 * @tsecr: likewise
 * @layout: which options, and in which order; LAYOUT_BARE for none
 * @payload: bytes of data
 */
struct segment {
	enum side from;
	__u8 flags;
	__u32 seq, ack, tsval, tsecr;
	unsigned int layout, payload;
};

enum { LAYOUT_BARE, LAYOUT_PLAIN, LAYOUT_ODD, LAYOUT_LAST, LAYOUT_SACK, LAYOUTS };

/**
 * struct ends - both ends of a connection
 * @ipv6: the addresses have 16 bytes, otherwise 4
 * @vlan: id of its tag, 0 for none
 * @addr: addresses of the inside and of the outside end
 * @port: their ports
 */
struct ends {
	bool ipv6;
	__u16 vlan;
	__u8 addr[2][16];
	__u16 port[2];
};

void frame_build(struct frame *frame, const struct ends *ends,
		 const struct segment *segment, __u32 id);
void frame_build_marker(struct frame *frame, enum side from, __u32 id);
bool frame_insert(struct frame *frame, unsigned int at, const void *data, unsigned int len);
void frame_set_lengths(struct frame *frame);
__u16 frame_sum(const void *data, unsigned int len);
__u32 frame_id(const void *bytes);

static inline void put_u16(void *at, __u16 value)
{
	__u8 *byte = at;

	byte[0] = value >> 8;
	byte[1] = value;
}

static inline void put_u32(void *at, __u32 value)
{
	put_u16(at, value >> 16);
	put_u16((__u8 *)at + 2, value);
}

static inline __u16 get_u16(const void *at)
{
	const __u8 *byte = at;

	return byte[0] << 8 | byte[1];
}

static inline __u32 get_u32(const void *at)
{
	return (__u32)get_u16(at) << 16 | get_u16((const __u8 *)at + 2);
}

#endif /* TSRW_FUZZ_FRAME_H */

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Frames with TCP segments in them.  Their MAC addresses tell them apart, whatever
 * becomes of the rest: the destination says which way they go, the source has a number.
 */
#include <string.h>

#include <linux/if_ether.h>

#include "frame.h"

/* The sum of RFC 1071, folded, not inverted */
__u16 frame_sum(const void *data, unsigned int len)
{
	const __u8 *byte = data;
	__u64 sum = 0;

	for (; len > 1; len -= 2, byte += 2)
		sum += byte[0] << 8 | byte[1];
	if (len)
		sum += byte[0] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

static void put_macs(struct frame *frame, enum side from, __u32 id)
{
	static const __u8 macs[] = { 2, 0x66, 0, 0, 0, 0, 2, 0x66 };

	memcpy(frame->bytes, macs, sizeof(macs));
	frame->bytes[5] = from;
	put_u32(frame->bytes + 8, id);
	frame->len = 12;
}

/**
 * frame_id - the number of a frame
 * @bytes: from its MAC addresses on
 *
 * Return: what frame_build() was given as @id.
 */
__u32 frame_id(const void *bytes)
{
	return get_u32((const __u8 *)bytes + 8);
}

static void *append_bytes(struct frame *frame, unsigned int len)
{
	void *at = frame->bytes + frame->len;

	memset(at, 0, len);
	frame->len += len;
	return at;
}

static void append_ip(struct frame *frame, const struct ends *ends, enum side from)
{
	unsigned int size = ends->ipv6 ? 16 : 4;
	__u8 *ip;

	frame->ipv6 = ends->ipv6;
	frame->ip_at = frame->len;
	ip = append_bytes(frame, ends->ipv6 ? 40 : 20);
	if (ends->ipv6) {
		ip[0] = 0x60;
		ip[6] = 6;
		ip[7] = 64;
	} else {
		ip[0] = 0x45;
		ip[8] = 64;
		ip[9] = 6;
	}
	memcpy(ip + (ends->ipv6 ? 8 : 12), ends->addr[from], size);
	memcpy(ip + (ends->ipv6 ? 24 : 16), ends->addr[!from], size);
}

/* Kind and length of a TSopt, 8 and 10, and room for its numbers */
static const struct layout {
	__u8 len, bytes[40];
} layouts[2][LAYOUTS] = {
	{ { 0, {} },
	  { 12, { 1, 1, 8, 10, 0, 0, 0, 0, 0, 0, 0, 0 } },
	  { 12, { 1, 8, 10, 0, 0, 0, 0, 0, 0, 0, 0, 1 } },
	  { 12, { 8, 10, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1 } },
	  { 24, { 1, 1, 8, 10, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 5, 10, 1, 2, 3, 4, 5, 6, 7, 8 } } },
	{ { 8, { 2, 4, 5, 180, 1, 1, 4, 2 } },
	  { 20, { 2, 4, 5, 180, 4, 2, 8, 10, 0, 0, 0, 0, 0, 0, 0, 0, 1, 3, 3, 7 } },
	  { 20, { 2, 4, 5, 180, 1, 3, 3, 7, 8, 10, 0, 0, 0, 0, 0, 0, 0, 0, 4, 2 } },
	  { 20, { 8, 10, 0, 0, 0, 0, 0, 0, 0, 0, 2, 4, 5, 180, 3, 3, 7, 1, 1, 1 } },
	  { 20, { 2, 4, 5, 180, 1, 8, 10, 0, 0, 0, 0, 0, 0, 0, 0, 3, 3, 7, 1, 0 } } },
};

static void append_options(struct frame *frame, const struct segment *segment)
{
	const struct layout *layout = &layouts[!!(segment->flags & SYN)][segment->layout];
	__u8 *options = append_bytes(frame, layout->len);
	unsigned int i = 0;

	memcpy(options, layout->bytes, layout->len);
	frame->ts_at = 0;
	while (segment->layout != LAYOUT_BARE && options[i] != 8)
		i += options[i] == 1 ? 1 : options[i + 1];
	if (segment->layout == LAYOUT_BARE)
		return;
	put_u32(options + i + 2, segment->tsval);
	put_u32(options + i + 6, segment->tsecr);
	frame->ts_at = options + i + 2 - frame->bytes;
}

static void append_tcp(struct frame *frame, const struct ends *ends,
		       const struct segment *segment)
{
	__u8 *tcp = append_bytes(frame, 20), *payload;

	frame->tcp_at = tcp - frame->bytes;
	put_u16(tcp, ends->port[segment->from]);
	put_u16(tcp + 2, ends->port[!segment->from]);
	put_u32(tcp + 4, segment->seq);
	put_u32(tcp + 8, segment->ack);
	tcp[13] = segment->flags;
	put_u16(tcp + 14, 5000);
	append_options(frame, segment);
	tcp[12] = (frame->len - frame->tcp_at) / 4 << 4;
	payload = append_bytes(frame, segment->payload);
	for (unsigned int i = 0; i < segment->payload; i++)
		payload[i] = segment->seq + i;
}

static void set_ipv4_sum(__u8 *ip)
{
	put_u16(ip + 10, 0);
	put_u16(ip + 10, ~frame_sum(ip, 20));
}

/**
 * frame_set_lengths - set the length in the IP header to that of the frame, and the
 *	checksums of an IPv4 header without options
 * @frame: the frame
 */
void frame_set_lengths(struct frame *frame)
{
	__u8 *ip = frame->bytes + frame->ip_at;

	if (frame->ipv6) {
		put_u16(ip + 4, frame->len - frame->ip_at - 40);
		return;
	}
	put_u16(ip + 2, frame->len - frame->ip_at);
	if (ip[0] == 0x45)
		set_ipv4_sum(ip);
}

static void set_tcp_sum(struct frame *frame)
{
	unsigned int addrs = frame->ipv6 ? 32 : 8;
	unsigned int len = frame->len - frame->tcp_at;
	__u32 sum;

	sum = frame_sum(frame->bytes + frame->ip_at + (frame->ipv6 ? 8 : 12), addrs);
	sum += 6 + len + frame_sum(frame->bytes + frame->tcp_at, len);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	put_u16(frame->bytes + frame->tcp_at + 16, ~sum);
}

/**
 * frame_build - build the frame of a segment, with right checksums, and data that its
 *	sequence number tells
 * @frame: filled in
 * @ends: the connection
 * @segment: the segment
 * @id: a number by which it is known
 */
void frame_build(struct frame *frame, const struct ends *ends,
		 const struct segment *segment, __u32 id)
{
	put_macs(frame, segment->from, id);
	if (ends->vlan) {
		__u8 *tag = append_bytes(frame, 4);

		put_u16(tag, ETH_P_8021Q);
		put_u16(tag + 2, ends->vlan);
	}
	put_u16(append_bytes(frame, 2), ends->ipv6 ? ETH_P_IPV6 : ETH_P_IP);
	append_ip(frame, ends, segment->from);
	append_tcp(frame, ends, segment);
	frame_set_lengths(frame);
	set_tcp_sum(frame);
}

/**
 * frame_build_marker - build a frame that no hook changes: when it has come, those sent
 *	before it have, too
 * @frame: filled in
 * @from: who sends it
 * @id: a number by which it is known
 */
void frame_build_marker(struct frame *frame, enum side from, __u32 id)
{
	put_macs(frame, from, id);
	put_u16(append_bytes(frame, 2), 0x88b5);
	append_bytes(frame, 46);
	frame->ip_at = ETHER_LEN;
}

/**
 * frame_insert - insert bytes into a frame, whose lengths stay as they were
 * @frame: the frame
 * @at: where
 * @data: the bytes
 * @len: how many
 *
 * Return: false if there is no room.
 */
bool frame_insert(struct frame *frame, unsigned int at, const void *data, unsigned int len)
{
	if (at > frame->len || frame->len + len > FRAME_MAX)
		return false;
	memmove(frame->bytes + at + len, frame->bytes + at, frame->len - at);
	memcpy(frame->bytes + at, data, len);
	frame->len += len;
	if (frame->ip_at >= at)
		frame->ip_at += len;
	if (frame->tcp_at >= at)
		frame->tcp_at += len;
	if (frame->ts_at >= at)
		frame->ts_at += len;
	return true;
}

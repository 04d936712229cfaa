// SPDX-License-Identifier: GPL-2.0-only
/*
 * Segments with something odd or wrong in them: at each layer, as it arises, or as somebody
 * would forge it.
 */
#include <string.h>

#include <linux/if_ether.h>

#include "bend.h"

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

struct bending {
	struct frame *frame;
	struct random *random;
	__u8 *ip, *tcp;
	enum side *from;
	bool other_tsval;
};

static __u32 draw_below(struct bending *bending, __u32 n)
{
	return random_below(bending->random, n);
}

static __u32 any_number(struct bending *bending)
{
	static const __u32 edges[] = {
		0, 1, 2, 4, 5, 8, 10, 19, 20, 21, 39, 40, 41, 0xff, 0x1fff, 0x2000, 0x3fff,
		0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff,
	};

	return draw_below(bending, 2) ? edges[draw_below(bending, ARRAY_SIZE(edges))] :
				  random_u32(bending->random);
}

/* Link and network layer */

static void bend_ethertype(struct bending *bending)
{
	static const __u16 types[] = {
		ETH_P_ARP, ETH_P_PPP_SES, ETH_P_MPLS_UC, ETH_P_IP, ETH_P_IPV6, ETH_P_LLDP,
		ETH_P_8021Q, ETH_P_8021AD, ETH_P_MACSEC, 0x88b6,
	};

	put_u16(bending->ip - 2, types[draw_below(bending, ARRAY_SIZE(types))]);
}

static void bend_tags(struct bending *bending)
{
	__u8 tag[4];

	for (int left = 1 + draw_below(bending, 3); left; left--) {
		put_u16(tag, draw_below(bending, 2) ? ETH_P_8021Q : ETH_P_8021AD);
		put_u16(tag + 2, random_u32(bending->random));
		frame_insert(bending->frame, 12, tag, sizeof(tag));
	}
}

static void bend_version(struct bending *bending)
{
	bending->ip[0] = draw_below(bending, 2) ? any_number(bending) :
		(bending->ip[0] & 0xf0) | draw_below(bending, 16);
}

static void bend_total(struct bending *bending)
{
	__u8 *total = bending->ip + (bending->frame->ipv6 ? 4 : 2);

	put_u16(total, draw_below(bending, 2) ? any_number(bending) :
		get_u16(total) + draw_below(bending, 65) - 32);
}

static void bend_protocol(struct bending *bending)
{
	static const __u8 protocols[] = { 17, 1, 58, 51, 50, 43, 44, 60, 0, 59, 132, 4, 41 };

	bending->ip[bending->frame->ipv6 ? 6 : 9] =
		protocols[draw_below(bending, ARRAY_SIZE(protocols))];
}

static void bend_end(struct bending *bending)
{
	struct frame *frame = bending->frame;

	frame->len = ETHER_LEN + draw_below(bending, frame->len - ETHER_LEN + 1);
	if (frame->len > frame->ip_at + 40 && draw_below(bending, 2))
		frame_set_lengths(frame);
}

static void bend_padding(struct bending *bending)
{
	static const __u8 padding[46];

	frame_insert(bending->frame, bending->frame->len, padding, 1 + draw_below(bending, 46));
}

static void insert_extension(struct bending *bending, __u8 kind, const __u8 *header,
			     unsigned int len)
{
	__u8 copy[64];

	memcpy(copy, header, len);
	copy[0] = bending->ip[6];
	bending->ip[6] = kind;
	frame_insert(bending->frame, bending->frame->ip_at + 40, copy, len);
	frame_set_lengths(bending->frame);
}

static void bend_extensions(struct bending *bending)
{
	static const struct {
		__u8 kind, header[24], len;
	} extensions[] = {
		{ 0, { 0, 0, 1, 4 }, 8 }, { 60, { 0, 0, 1, 4 }, 8 },
		{ 60, { 0, 2, 1, 2, 0, 0, 201, 16 }, 24 }, { 43, { 0, 0, 0, 0 }, 8 },
		{ 43, { 0, 2, 0, 1 }, 24 }, { 51, { 0, 4 }, 24 }, { 44, {}, 8 },
		{ 44, { 0, 0, 0, 1 }, 8 }, { 44, { 0, 0, 0, 8 }, 8 }, { 135, {}, 8 },
		{ 60, { 0, 255, 1, 4 }, 8 },
	};
	int left = one_in(bending->random, 6) ? 12 : 1 + draw_below(bending, 3);

	for (; left; left--) {
		unsigned int i = draw_below(bending, ARRAY_SIZE(extensions));

		insert_extension(bending, extensions[i].kind, extensions[i].header,
				 extensions[i].len);
	}
}

static void bend_ip_options(struct bending *bending)
{
	static const __u8 options[][8] = {
		{ 1, 1, 1, 0 }, { 131, 7, 4, 1, 2, 3, 4, 0 }, { 137, 7, 4, 1, 2, 3, 4, 0 },
		{ 7, 7, 4, 0, 0, 0, 0, 0 }, { 148, 4, 0, 0, 1, 1, 1, 0 },
		{ 131, 0, 0, 0 }, { 200, 255, 131, 7 },
	};

	if (bending->frame->ipv6) {
		bend_extensions(bending);
		return;
	}
	bending->ip[0] += 2;
	frame_insert(bending->frame, bending->frame->ip_at + 20,
		     options[draw_below(bending, ARRAY_SIZE(options))], 8);
	frame_set_lengths(bending->frame);
}

/* In some of them, the TCP header is split */
static void bend_fragment(struct bending *bending)
{
	static const __u8 first[] = { 0, 0, 0, 1, 0, 0, 0, 9 };
	struct frame *frame = bending->frame;

	if (frame->ipv6)
		insert_extension(bending, 44, first, sizeof(first));
	else
		put_u16(bending->ip + 6, draw_below(bending, 2) ? 0x2000 : any_number(bending));
	if (draw_below(bending, 3))
		frame->len = frame->tcp_at + draw_below(bending, frame->len - frame->tcp_at + 1);
	frame_set_lengths(frame);
}

static void bend_later_fragment(struct bending *bending)
{
	static const __u8 later[] = { 0, 0, 0, 9, 0, 0, 0, 9 };

	if (bending->frame->ipv6)
		insert_extension(bending, 44, later, sizeof(later));
	else
		put_u16(bending->ip + 6, 1 + draw_below(bending, 0x1fff));
}

/* What is in the IPv6 header becomes ::ffff:0:0/96, where the keys of IPv4 flows lie */
static void bend_mapped(struct bending *bending)
{
	static const __u8 prefix[12] = { [10] = 0xff, [11] = 0xff };

	if (bending->frame->ipv6)
		memcpy(bending->ip + (draw_below(bending, 2) ? 8 : 24), prefix, sizeof(prefix));
}

/* Transport layer: options and numbers, but no flags */

static void bend_offset(struct bending *bending)
{
	bending->tcp[12] = draw_below(bending, 16) << 4;
}

static unsigned int options_len(const struct bending *bending)
{
	return (bending->tcp[12] >> 4) * 4 - 20;
}

/* A TSval that lies ahead moves the latest one, as it would if its host had sent it */
static void bend_option_bytes(struct bending *bending)
{
	for (int left = 1 + draw_below(bending, 4); left && options_len(bending); left--) {
		unsigned int at = bending->frame->tcp_at + 20 +
				  draw_below(bending, options_len(bending));

		bending->frame->bytes[at] =
			draw_below(bending, 2) ? any_number(bending) : draw_below(bending, 35);
		bending->other_tsval |= at - bending->frame->ts_at < 4;
	}
}

static void insert_option(struct bending *bending, const __u8 *option, unsigned int len)
{
	if (options_len(bending) + len > 40)
		return;
	bending->tcp[12] += len / 4 << 4;
	frame_insert(bending->frame, bending->frame->tcp_at + 20, option, len);
	frame_set_lengths(bending->frame);
}

static void bend_option(struct bending *bending)
{
	static const __u8 options[][12] = {
		{ 29, 4, 1, 1 }, { 29, 3, 1, 1 }, { 8, 2, 1, 1 }, { 0, 0, 0, 0 },
		{ 1, 1, 1, 254 }, { 254, 0, 1, 1 }, { 30, 4, 0, 0 }, { 8, 10, 0, 0 },
	};

	insert_option(bending, options[draw_below(bending, ARRAY_SIZE(options))], 4);
}

static void bend_twice(struct bending *bending)
{
	__u8 option[12] = { 1, 1, 8, 10 };

	put_u32(option + 4, random_u32(bending->random));
	if (bending->frame->ts_at)
		memcpy(option + 4, bending->frame->bytes + bending->frame->ts_at, 8);
	insert_option(bending, option, sizeof(option));
}

static void bend_without_options(struct bending *bending)
{
	if (options_len(bending) <= 40)
		memset(bending->tcp + 20, draw_below(bending, 3) ? 1 : 30, options_len(bending));
}

static void bend_echo(struct bending *bending)
{
	__u8 *tsecr = bending->frame->bytes + bending->frame->ts_at + 4;

	if (bending->frame->ts_at)
		put_u32(tsecr, draw_below(bending, 2) ? any_number(bending) :
			get_u32(tsecr) + draw_below(bending, 2001) - 1000);
}

static void bend_numbers(struct bending *bending)
{
	put_u32(bending->tcp + (draw_below(bending, 2) ? 4 : 8),
		0x40000000 + random_u32(bending->random) / 2);
}

static void bend_port(struct bending *bending)
{
	put_u16(bending->tcp + (draw_below(bending, 2) ? 0 : 2), any_number(bending));
}

/* Errors: the segment, as it was, becomes a quote in one that goes the other way */

static void bend_quote(struct bending *bending)
{
	static const __u8 codes4[][2] = { { 3, 4 }, { 3, 3 }, { 3, 1 }, { 11, 0 }, { 12, 0 },
					  { 5, 1 }, { 4, 0 }, { 8, 0 } };
	static const __u8 codes6[][2] = { { 1, 4 }, { 1, 0 }, { 2, 0 }, { 3, 0 }, { 4, 1 },
					  { 128, 0 }, { 137, 0 }, { 1, 1 } };
	const __u8 *code = (bending->frame->ipv6 ? codes6 : codes4)[draw_below(bending, 8)];
	unsigned int ip_len = bending->frame->ipv6 ? 40 : 20, addr = ip_len == 40 ? 16 : 4;
	struct frame *frame = bending->frame;
	__u8 header[48] = {};

	memcpy(header, bending->ip, ip_len);
	memcpy(header + ip_len - 2 * addr, bending->ip + ip_len - addr, addr);
	memcpy(header + ip_len - addr, bending->ip + ip_len - 2 * addr, addr);
	header[frame->ipv6 ? 6 : 9] = frame->ipv6 ? 58 : 1;
	memcpy(header + ip_len, code, 2);
	if (draw_below(bending, 3))
		frame->len = frame->tcp_at + draw_below(bending, frame->len - frame->tcp_at + 1);
	if (!frame_insert(frame, frame->ip_at, header, ip_len + 8))
		return;
	frame->ip_at -= ip_len + 8;
	frame_set_lengths(frame);
	*bending->from = !*bending->from;
	frame->bytes[5] = *bending->from;
}

/* What changes, or seems to change, how a connection goes on */

static void bend_flags(struct bending *bending)
{
	bending->tcp[13] = draw_below(bending, 2) ? random_u32(bending->random) :
		bending->tcp[13] ^ 1 << draw_below(bending, 6);
}

static void bend_clock(struct bending *bending)
{
	if (bending->frame->ts_at)
		put_u32(bending->frame->bytes + bending->frame->ts_at, any_number(bending));
}

static void bend_near_numbers(struct bending *bending)
{
	__u8 *at = bending->tcp + (draw_below(bending, 2) ? 4 : 8);

	put_u32(at, get_u32(at) + draw_below(bending, 2001) - 1000);
}

static void bend_bits(struct bending *bending)
{
	struct frame *frame = bending->frame;

	for (int left = 1 + draw_below(bending, 4); left; left--)
		frame->bytes[frame->ip_at + draw_below(bending, frame->len - frame->ip_at)] ^=
			1 << draw_below(bending, 8);
}

static void (*const bends[])(struct bending *bending) = {
	/* What leaves an established connection as it was */
	bend_ethertype, bend_tags, bend_version, bend_total, bend_protocol, bend_end,
	bend_padding, bend_ip_options, bend_ip_options, bend_fragment, bend_later_fragment,
	bend_mapped, bend_offset, bend_option_bytes, bend_option, bend_twice,
	bend_without_options, bend_echo, bend_numbers, bend_port, bend_quote, bend_quote,
	bend_fragment,
	/* What may not */
	bend_flags, bend_clock, bend_near_numbers, bend_bits,
};

#define HARMLESS 23

/**
 * bend_frame - put something odd or wrong into the frame of a segment
 * @frame: the frame
 * @random: numbers
 * @from: who sends it, which changes if it becomes an error that quotes the segment
 *
 * Return: whether its connection may have changed by it, so that nothing can be said of
 * what passes later.
 */
bool bend_frame(struct frame *frame, struct random *random, enum side *from)
{
	struct bending bending = {
		.frame = frame, .random = random, .from = from,
		.ip = frame->bytes + frame->ip_at, .tcp = frame->bytes + frame->tcp_at,
	};
	bool is_plain = !(frame->bytes[frame->tcp_at + 13] & (SYN | FIN | RST));
	unsigned int kind = random_below(random, ARRAY_SIZE(bends));

	bends[kind](&bending);
	return !is_plain || kind >= HARMLESS || bending.other_tsval;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * The peer of a socket, which is played: what it sends, and what it sees.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "peer.h"

/* As ./sockets.sh sets them up */
static const __u8 host_mac[6] = { 2, 0, 0, 0, 0, 1 };

static void fail_at(const char *what)
{
	perror(what);
	exit(2);
}

static void judge_tsval(struct world *world, __u32 tsval)
{
	__u32 since = world->since - 5;
	bool inside = tsval - since <= inside_clock() + 5 - since;

	world->stamps++;
	if (world->hidden)
		world->leaks += inside;
	else
		world->strange += !inside;
	if (!world->first_tsval)
		world->first_tsval = tsval;
	world->tsval = tsval;
}

static void note_options(struct world *world, const __u8 *tcp)
{
	unsigned int end = (tcp[12] >> 4) * 4;

	for (unsigned int i = 20; i < end && tcp[i];) {
		if (tcp[i] == 1) {
			i++;
			continue;
		}
		world_note(world, ",%u", tcp[i]);
		if (tcp[i] == 8) {
			judge_tsval(world, get_u32(tcp + i + 2));
			world_note(world, "=%u", get_u32(tcp + i + 6));
		}
		i += tcp[i + 1] ?: end;
	}
}

/* Numbers of the socket's, from its first on */
static __u32 relative_seq(const struct world *world, __u32 seq)
{
	return seq && world->heard ? seq - world->isn : seq;
}

static void note_segment(struct world *world, const __u8 *tcp, unsigned int len)
{
	__u32 seq = get_u32(tcp + 4), end;
	unsigned int payload = len - (tcp[12] >> 4) * 4;

	if (tcp[13] & SYN && !world->heard) {
		world->heard = true;
		world->isn = seq;
		world->next = seq;
	}
	end = seq + payload + !!(tcp[13] & SYN) + !!(tcp[13] & FIN);
	if (!(tcp[13] & RST) && (int)(end - world->next) > 0)
		world->next = end;
	world_note(world, " [%02x %u %u %u %u", tcp[13], relative_seq(world, seq),
		   get_u32(tcp + 8), get_u16(tcp + 14), payload);
	note_options(world, tcp);
	world_note(world, "]");
}

static bool is_of_connection(const struct world *world, const __u8 *tcp)
{
	return get_u16(tcp) == world->ends.port[INSIDE] &&
	       get_u16(tcp + 2) == world->ends.port[OUTSIDE];
}

/* Return: whether it is the answer to ping_host() */
static bool note_frame(struct world *world, const __u8 *bytes, unsigned int len)
{
	bool ipv6 = get_u16(bytes + 12) == 0x86dd;
	const __u8 *ip = bytes + ETHER_LEN, *tcp = ip + (ipv6 ? 40 : 20);
	unsigned int end = ipv6 ? 40 + get_u16(ip + 4) : get_u16(ip + 2);

	if (len < ETHER_LEN + 28)
		return false;
	if (!ipv6 && ip[9] == 1 && !tcp[0])
		return true;
	if (ip[ipv6 ? 6 : 9] == 6 && ipv6 == world->ends.ipv6 && is_of_connection(world, tcp))
		note_segment(world, tcp, end - (ipv6 ? 40 : 20));
	return false;
}

static void send_frame(struct world *world, struct frame *frame)
{
	static const struct virtio_net_hdr none;

	memcpy(frame->bytes, host_mac, sizeof(host_mac));
	if (wire_send(&world->wire, &frame, &none, 1) != 1)
		fail_at("send");
}

/* The socket has answered all that was sent before the answer to a ping */
static void ping_host(struct world *world)
{
	static const __u8 echo[28] = { 0x45, 0, 0, 28, 0, 0, 0, 0, 64, 1, 0, 0, 198, 51, 100,
				       66, 198, 51, 100, 1, 8, 0, 0xf7, 0xff };
	static struct frame frame;

	frame_build_marker(&frame, OUTSIDE, 0);
	put_u16(frame.bytes + 12, 0x0800);
	memcpy(frame.bytes + ETHER_LEN, echo, sizeof(echo));
	put_u16(frame.bytes + ETHER_LEN + 10, ~frame_sum(echo, 20));
	send_frame(world, &frame);
}

/**
 * peer_take_answers - take what the socket has answered so far, and note it
 * @world: the world
 */
void peer_take_answers(struct world *world)
{
	static __u8 bytes[70000];
	int len;

	ping_host(world);
	do {
		len = wire_receive(&world->wire, bytes, sizeof(bytes), 20000);
		if (!len)
			fail_at("the host does not answer a ping");
	} while (!note_frame(world, bytes, len));
	world->since = inside_clock();
}

static __u32 choose_echo(const struct world *world, const struct action *action)
{
	switch (action->echo) {
	case ECHO_LAST:
		return action->flags & ACK ? world->tsval : 0;
	case ECHO_FIRST:
		return world->first_tsval;
	case ECHO_FUTURE:
		return world->tsval + 100000;
	case ECHO_RANDOM:
		return action->random;
	default:
		return 0;
	}
}

/**
 * peer_send - send the segment of an action
 * @world: the world
 * @script: the script
 * @action: the action
 */
void peer_send(struct world *world, const struct script *script,
	       const struct action *action)
{
	static struct frame frame;
	struct segment segment = {
		.from = OUTSIDE, .flags = action->flags, .seq = script->isn + action->seq,
		.ack = action->flags & ACK ? world->next + action->ack : 0,
		.tsval = action->tsval, .tsecr = choose_echo(world, action),
		.layout = action->layout, .payload = action->payload,
	};

	frame_build(&frame, &world->ends, &segment, 0);
	send_frame(world, &frame);
}

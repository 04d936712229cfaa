// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sending frames through a device, and receiving them where they come out.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>

#include "wire.h"

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#define BATCH_MAX 256

static void die_of(const char *what)
{
	perror(what);
	exit(2);
}

/**
 * enter_netns - go to another network namespace
 * @path: its file
 *
 * Return: 0; does not return without one.
 */
int enter_netns(const char *path)
{
	int fd = open(path, O_RDONLY);

	if (fd < 0 || setns(fd, CLONE_NEWNET))
		die_of(path);
	return close(fd);
}

/**
 * packet_socket - a packet socket that is bound to a device, and takes nothing yet
 * @device: name of the device
 *
 * Return: the socket.
 */
int packet_socket(const char *device)
{
	struct sockaddr_ll addr = {
		.sll_family = AF_PACKET, .sll_ifindex = if_nametoindex(device),
	};
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

	if (fd < 0 || !addr.sll_ifindex || bind(fd, (void *)&addr, sizeof(addr)))
		die_of(device);
	return fd;
}

/* Of all frames, those with the destination that frame_build() gives them */
static void take_frames_of(int fd, const char *device, enum side from)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x02660000, 0, 3),
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 4),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, from, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, 0xffffffff),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_fprog filter = { .len = ARRAY_SIZE(code), .filter = code };
	struct sockaddr_ll addr = {
		.sll_family = AF_PACKET, .sll_ifindex = if_nametoindex(device),
		.sll_protocol = __builtin_bswap16(ETH_P_ALL),
	};
	int room = 64 << 20, on = 1;

	if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof(filter)) ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)) ||
	    setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof(on)) ||
	    bind(fd, (void *)&addr, sizeof(addr)))
		die_of("cannot listen");
}

/**
 * wire_open - open both ends of a wire
 * @wire: filled in
 * @from: the frames of which side it takes
 * @netns_out: file of the network namespace where they are sent
 * @out: name of the device there
 * @netns_in: file of that where they come out
 * @in: name of the device there
 *
 * The process is in @netns_in afterwards.
 */
void wire_open(struct wire *wire, enum side from, const char *netns_out, const char *out,
	       const char *netns_in, const char *in)
{
	int on = 1;

	wire->from = from;
	enter_netns(netns_out);
	wire->out = packet_socket(out);
	if (setsockopt(wire->out, SOL_PACKET, PACKET_VNET_HDR, &on, sizeof(on)))
		die_of("PACKET_VNET_HDR");
	enter_netns(netns_in);
	wire->in = packet_socket(in);
	take_frames_of(wire->in, in, from);
}

/**
 * wire_send - send frames
 * @wire: the wire
 * @frames: the frames
 * @headers: what the kernel is to know of each
 * @count: how many
 *
 * Return: how many were taken; the one behind them is refused.
 */
int wire_send(const struct wire *wire, struct frame *const *frames,
	      const struct virtio_net_hdr *headers, int count)
{
	struct iovec part[BATCH_MAX][2];
	struct mmsghdr message[BATCH_MAX] = {};
	int sent;

	for (int i = 0; i < count; i++) {
		part[i][0] = (struct iovec){ (void *)&headers[i], sizeof(headers[i]) };
		part[i][1] = (struct iovec){ frames[i]->bytes, frames[i]->len };
		message[i].msg_hdr.msg_iov = part[i];
		message[i].msg_hdr.msg_iovlen = 2;
	}
	sent = sendmmsg(wire->out, message, count, 0);
	return sent < 0 ? 0 : sent;
}

/**
 * wire_receive - receive a frame
 * @wire: the wire
 * @bytes: filled in
 * @size: how much room there is
 * @patience: milliseconds, 0 to take only what is there
 *
 * Return: the length of the frame, as far as there was room, or 0 if none came.
 */
int wire_receive(const struct wire *wire, __u8 *bytes, unsigned int size, int patience)
{
	struct pollfd poll_in = { .fd = wire->in, .events = POLLIN };
	int len = recv(wire->in, bytes, size, MSG_DONTWAIT);

	if (len < 0 && patience && poll(&poll_in, 1, patience) > 0)
		len = recv(wire->in, bytes, size, MSG_DONTWAIT);
	return len < 0 ? 0 : len;
}

/* Return: how many frames there was no room for since this was asked last */
unsigned int wire_losses(const struct wire *wire)
{
	struct tpacket_stats stats = {};
	socklen_t size = sizeof(stats);

	getsockopt(wire->in, SOL_PACKET, PACKET_STATISTICS, &stats, &size);
	return stats.tp_drops;
}

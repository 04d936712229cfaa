// SPDX-License-Identifier: GPL-2.0-only
/*
 * Real sockets.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "host.h"

#define LISTEN_PORT	7000

/* As ./sockets.sh sets them up */
static const char *const host_addr[2] = { "198.51.100.1", "2001:db8::1" };
static const char *const peer_addr[2] = { "198.51.100.66", "2001:db8::66" };

static void fail_at(const char *what)
{
	perror(what);
	exit(2);
}

static socklen_t fill_addr(struct sockaddr_storage *addr, bool ipv6, const char *text,
			   __u16 port)
{
	struct sockaddr_in6 *addr6 = (void *)addr;
	struct sockaddr_in *addr4 = (void *)addr;

	memset(addr, 0, sizeof(*addr));
	if (ipv6) {
		addr6->sin6_family = AF_INET6;
		addr6->sin6_port = htons(port);
		inet_pton(AF_INET6, text, &addr6->sin6_addr);
		return sizeof(*addr6);
	}
	addr4->sin_family = AF_INET;
	addr4->sin_port = htons(port);
	inet_pton(AF_INET, text, &addr4->sin_addr);
	return sizeof(*addr4);
}

static int bound_socket(bool ipv6, __u16 port)
{
	struct sockaddr_storage addr;
	socklen_t size = fill_addr(&addr, ipv6, host_addr[ipv6], port);
	int fd = socket(ipv6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), on = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (fd < 0 || bind(fd, (void *)&addr, size))
		fail_at("bind");
	return fd;
}

/**
 * host_open - open a world: a host and its peer
 * @world: filled in
 * @hidden: the module is between them
 * @netns: file of the namespace of the host
 * @peer: file of that of its peer
 */
void host_open(struct world *world, bool hidden, const char *netns, const char *peer)
{
	world->hidden = hidden;
	world->netns = netns;
	world->fd = -1;
	wire_open(&world->wire, INSIDE, peer, "out0", peer, "out0");
	enter_netns(netns);
	for (int ipv6 = 0; ipv6 < 2; ipv6++) {
		world->listener[ipv6] = bound_socket(ipv6, LISTEN_PORT);
		if (listen(world->listener[ipv6], 4096))
			fail_at("listen");
	}
}

/**
 * host_begin - begin a connection, of which nothing is known yet
 * @world: the world
 * @script: the script that follows
 * @port: of both ends, if the socket connects; otherwise of the peer
 */
void host_begin(struct world *world, const struct script *script, __u16 port)
{
	struct sockaddr_storage addr;
	socklen_t size;

	memset(&world->heard, 0, offsetof(struct world, leaks) - offsetof(struct world, heard));
	world->since = inside_clock();
	world->ends.ipv6 = script->ipv6;
	inet_pton(script->ipv6 ? AF_INET6 : AF_INET, host_addr[script->ipv6],
		  world->ends.addr[INSIDE]);
	inet_pton(script->ipv6 ? AF_INET6 : AF_INET, peer_addr[script->ipv6],
		  world->ends.addr[OUTSIDE]);
	world->ends.port[OUTSIDE] = port;
	world->ends.port[INSIDE] = script->client ? port : LISTEN_PORT;
	if (!script->client)
		return;
	enter_netns(world->netns);
	world->fd = bound_socket(script->ipv6, port);
	size = fill_addr(&addr, script->ipv6, peer_addr[script->ipv6], port);
	if (connect(world->fd, (void *)&addr, size) && errno != EINPROGRESS)
		fail_at("connect");
}

/* Return: whether there is a socket, accepted at the latest now */
static bool has_socket(struct world *world)
{
	if (world->fd < 0)
		world->fd = accept4(world->listener[world->ends.ipv6], NULL, NULL,
				    SOCK_NONBLOCK);
	return world->fd >= 0;
}

/* Read all that has come */
void host_read(struct world *world)
{
	__u8 bytes[4096];
	ssize_t len;

	if (!has_socket(world))
		return;
	while ((len = read(world->fd, bytes, sizeof(bytes))) > 0) {
		world->received += len;
		for (ssize_t i = 0; i < len; i++)
			world->sum = world->sum * 31 + bytes[i];
	}
	world_note(world, " read %zd,%d", len, len < 0 ? errno : 0);
}

/* Write bytes, as many as fit */
void host_write(struct world *world, unsigned int len)
{
	static const __u8 bytes[2000] = "what the socket says";

	if (has_socket(world))
		world_note(world, " wrote %zd",
			   send(world->fd, bytes, len, MSG_NOSIGNAL | MSG_DONTWAIT));
}

/* Shut the socket down, as far as what it says goes */
void host_shut(struct world *world)
{
	if (has_socket(world))
		world_note(world, " shut %d", shutdown(world->fd, SHUT_WR));
}

/* Note how the connection fares, and close the socket at once */
void host_end(struct world *world)
{
	struct linger at_once = { .l_onoff = 1 };
	struct tcp_info info = {};
	socklen_t size = sizeof(info);

	host_read(world);
	if (!has_socket(world))
		return;
	getsockopt(world->fd, IPPROTO_TCP, TCP_INFO, &info, &size);
	world->state = info.tcpi_state;
	size = sizeof(world->error);
	getsockopt(world->fd, SOL_SOCKET, SO_ERROR, &world->error, &size);
	setsockopt(world->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	close(world->fd);
	world->fd = -1;
}

/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_FUZZ_WORLD_H
#define TSRW_FUZZ_WORLD_H

#include "wire.h"

#define TRACE_MAX	8000

/**
 * struct world - a host with a socket, and what its peer has seen of it
 * @hidden: the module is between them
 * @netns: file of its namespace
 * @wire: from the peer, and to it
 * @listener: IPv4's and IPv6's
 * @fd: the socket, -1 without
 * @ends: of the connection
 * @heard: the peer has a segment with SYN
 * @isn: the socket's initial sequence number
 * @next: what it says next
 * @tsval: its last TSval
 * @first_tsval: its first one
 * @leaks: TSvals of the inside clock seen outside
 * @stamps: how many were looked at
 * @since: inside clock when all that it had said was heard
 * @trace: what it has answered
 * @received: sum over the bytes that came, and how many
 */
struct world {
	bool hidden;
	const char *netns;
	struct wire wire;
	int listener[2], fd;
	struct ends ends;

	/* Of one script, zeroed by host_begin() */
	bool heard;
	__u32 isn, next, tsval, first_tsval, since;
	unsigned int trace_len;
	__u32 sum, received;
	int state, error;

	/* Of all of them */
	unsigned long leaks, stamps, strange;
	char trace[TRACE_MAX];
};

void world_note(struct world *world, const char *format, ...);
__u32 inside_clock(void);

#endif /* TSRW_FUZZ_WORLD_H */

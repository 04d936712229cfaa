/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_FUZZ_SCRIPT_H
#define TSRW_FUZZ_SCRIPT_H

#include "frame.h"
#include "random.h"

#define ACTIONS_MAX 24

/* What is done, by the peer or by the program of the socket */
enum deed { SEND, WRITE, READ, SHUT };

/* Which of the socket's TSvals the peer echoes */
enum echo { ECHO_LAST, ECHO_FIRST, ECHO_ZERO, ECHO_FUTURE, ECHO_RANDOM };

/**
 * struct action - a step of a script
 * @deed: see there
 * @flags: of the segment that is sent
 * @seq: sequence number, from that of the peer's SYN on
 * @ack: acknowledgment number, from what the socket says next on
 * @tsval: of the peer
 * @echo: of the socket's TSval
 * @random: what is echoed if it is random
 * @layout: where the TSopt is
 * @payload: bytes that are sent, or written
 */
struct action {
	enum deed deed;
	__u8 flags;
	__u32 seq, ack, tsval;
	enum echo echo;
	__u32 random;
	unsigned int layout, payload;
};

/**
 * struct script - what happens to a socket, as a seed tells
 * @ipv6: it is IPv6's
 * @client: the socket connects; otherwise it listens
 * @isn: the peer's initial sequence number
 * @end: the peer's sequence number behind all of it
 * @segments: how many the peer sends
 * @count: how many actions
 * @actions: these
 */
struct script {
	bool ipv6, client;
	__u32 isn, end;
	unsigned int segments, count;
	struct action actions[ACTIONS_MAX];
};

void script_make(struct script *script, __u32 seed, __u32 number);
void script_print(const struct script *script);
bool script_has_bare_syn(const struct script *script);
bool script_has_false_answer(const struct script *script);

#endif /* TSRW_FUZZ_SCRIPT_H */

/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_FUZZ_FUZZER_H
#define TSRW_FUZZ_FUZZER_H

#include "../../lib/genl.h"
#include "flow.h"
#include "wire.h"

/* What the parts of ./packets.c share */

#define FLOWS		192
#define SHOTS		64
#define COMPLAINTS_MAX	20

/**
 * struct shot - a frame that is sent
 * @flow: its connection
 * @segment: the segment in it, as it was before something was done to it
 * @from: who sends it
 * @bent: something was done to it
 * @vanishes: the kernel itself may drop it
 * @merges: GRO may put it behind the one before it, which grows
 * @partial: its checksum is left to the device
 * @refused: the kernel does not send it
 * @came: it was received
 */
struct shot {
	struct flow *flow;
	struct segment segment;
	enum side from;
	bool bent, vanishes, merges, partial, refused, came;
	struct virtio_net_hdr header;
	struct frame frame;
};

/**
 * struct phase - what is set while a part of the frames passes
 * @name: what it is about
 * @percent: of all frames
 * @mode: of connections that begin; MODE_ANY for another every moment
 * @limit: how many flows there may be
 * @inbound_limit: likewise, embryonic and begun from outside
 * @when_full: what becomes of those beyond them
 * @closed: seconds that closed flows are kept
 * @embryonic: seconds that embryonic ones are kept
 * @variants: a bit for each way that connections may go, 0 for all of them
 * @seconds: how long it takes at least
 * @strict: each connection that begins is hidden
 * @faults: allocations of the module fail
 * @crosses: of the connections that it begins with, the first SYN has left before
 * @command: what to do before, in the firewall
 */
struct phase {
	const char *name;
	unsigned int percent;
	__u32 mode, limit, inbound_limit, when_full, closed, embryonic;
	unsigned int variants, seconds;
	bool strict, faults, crosses;
	const char *command;
};

#define MODE_ANY	100

/**
 * struct fuzzer - all that there is
 * @phase: what is set now
 * @latest: the segment that each connection sent last
 * @next_flow: whose turn it is
 * @id: number of the last frame
 * @sent: frames; @bent, @refused and @missing of them
 * @checked: TSopts
 * @hidden: connections whose TSval was rewritten
 */
struct fuzzer {
	struct random random;
	struct genl genl;
	struct wire wire[2];
	const struct phase *phase;
	struct flow flows[FLOWS];
	struct segment latest[FLOWS];
	unsigned int next_flow;
	struct shot shots[SHOTS];
	unsigned int count;
	__u32 id;
	unsigned long sent, bent, refused, missing, checked, complaints, hidden;
};

extern struct fuzzer fuzzer;

__u32 draw_below(__u32 n);

#endif /* TSRW_FUZZ_FUZZER_H */

// SPDX-License-Identifier: GPL-2.0-only
/*
 * packets SEED COUNT FIREWALL_NETNS OUTSIDE_NETNS - COUNT frames through the hooks of fw1
 *
 * What leaves is sent through fw1, and received on out0. What arrives is sent through out0,
 * and received on catch1, where a rule behind the module's hook has it go. Half of the
 * frames are the segments of connections of which both ends are played here (flow.c); the
 * others are such segments with something odd or wrong in them (bend.c). Whatever becomes
 * of these, of the connections that none of them could change
 *
 *	what leaves shows the inside TSval plus the connection's own offset
 *	what arrives echoes the TSval that the inside has said
 *
 * and of any frame, the length, and the sum over its bytes, stay as they were. None is
 * lost but those that the module counts as dropped. Prints a line for each complaint, and
 * WHAT NUMBER for ./packets.sh to judge.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <linux/tsrewrite.h>

#include "fault.h"
#include "fuzzer.h"
#include "judge.h"
#include "shoot.h"

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

#define ALL_VARIANTS	((1u << VARIANTS) - 1)

/* Whose SYN-ACK is not seen, or answers what was not hidden, may lose its TSopt */
#define HIDDEN_VARIANTS	(ALL_VARIANTS & ~(1u << BLIND | 1u << RAW_ECHO))

/* Where SYNs have left untouched a moment ago, because rewriting was off, or because a full table
 * has them pass, a raw echo is believed, even that of a peer who could not know it
 */
#define NO_RAW_ECHO	(ALL_VARIANTS & ~(1u << RAW_ECHO))

#define ROOM	.limit = 200000, .inbound_limit = 200000, .closed = 120, .embryonic = 120

/* So long that flows which nobody answers are evicted */
#define NO_ROOM	.limit = 40, .inbound_limit = 30, .closed = 1, .embryonic = 60, .seconds = 12

/* What leaves is kept for a while, so that it has to be copied to be written */
#define SHARE	"nft 'table netdev share { chain leaving {" \
		"type filter hook egress device fw1 priority 0; dup to away; }; }'"

static const struct phase phases[] = {
	{ .name = "hidden", .percent = 30, .mode = TSREWRITE_MODE_REWRITE, ROOM,
	  .variants = HIDDEN_VARIANTS, .strict = true },
	{ .name = "hidden, by GRO", .percent = 20, .mode = TSREWRITE_MODE_REWRITE, ROOM,
	  .variants = HIDDEN_VARIANTS, .strict = true,
	  .command = "ethtool -K fw1 gro on" },
	{ .name = "hidden, by lists of GRO", .percent = 10, .mode = TSREWRITE_MODE_REWRITE,
	  ROOM, .variants = HIDDEN_VARIANTS, .strict = true,
	  .command = "ethtool -K fw1 rx-gro-list on" },
	{ .name = "off", .percent = 4, .mode = TSREWRITE_MODE_OFF, ROOM,
	  .command = "ethtool -K fw1 gro off rx-gro-list off" },
	{ .name = "on again", .percent = 4, .mode = TSREWRITE_MODE_REWRITE, ROOM,
	  .variants = NO_RAW_ECHO, .crosses = true },
	{ .name = "observed", .percent = 4, .mode = TSREWRITE_MODE_OBSERVE, ROOM,
	  .command = "tsrewrite flush outside 203.0.0.0/16 --force >/dev/null" },
	{ .name = "stripped", .percent = 4, .mode = TSREWRITE_MODE_STRIP, ROOM },
	{ .name = "with the bug", .percent = 4, .mode = TSREWRITE_MODE_BUG, ROOM },
	{ .name = "full", .percent = 6, .mode = TSREWRITE_MODE_REWRITE, NO_ROOM },
	{ .name = "full, passed", .percent = 2, .mode = TSREWRITE_MODE_REWRITE, NO_ROOM,
	  .when_full = TSREWRITE_WHEN_FULL_PASS, .variants = NO_RAW_ECHO },
	{ .name = "full from outside, passed", .percent = 2, .mode = TSREWRITE_MODE_REWRITE,
	  .limit = 200000, .inbound_limit = 1, .closed = 1, .embryonic = 1,
	  .when_full = TSREWRITE_WHEN_FULL_PASS, .variants = NO_RAW_ECHO },
	{ .name = "without memory", .percent = 2, .mode = TSREWRITE_MODE_REWRITE, ROOM,
	  .faults = true, .variants = NO_RAW_ECHO, .command = SHARE },
	{ .name = "without memory, passed", .percent = 2, .mode = TSREWRITE_MODE_REWRITE,
	  ROOM, .when_full = TSREWRITE_WHEN_FULL_PASS, .faults = true,
	  .variants = NO_RAW_ECHO },
	{ .name = "any mode", .percent = 6, .mode = MODE_ANY, .limit = 1000,
	  .inbound_limit = 100, .closed = 2, .embryonic = 2,
	  .command = "nft delete table netdev share 2>/dev/null || :" },
};

static void die_of(const char *what)
{
	perror(what);
	exit(2);
}

#define MARKER 0xffffffff

static void send_marker(enum side from)
{
	static const struct virtio_net_hdr none;
	static struct frame frame;
	struct frame *frames[] = { &frame };

	frame_build_marker(&frame, from, MARKER);
	wire_send(&fuzzer.wire[from], frames, &none, 1);
}

/* All that is on a wire: what the marker is behind, and what came while it did */
static void take_all(enum side from)
{
	static __u8 bytes[70000];
	bool marked = false;
	int len;

	for (;;) {
		len = wire_receive(&fuzzer.wire[from], bytes, sizeof(bytes),
				   marked ? 0 : 30000);
		if (!len)
			break;
		if (frame_id(bytes) == MARKER)
			marked = true;
		else
			judge_frame(bytes, len);
	}
	if (!marked && fuzzer.complaints++ < COMPLAINTS_MAX)
		printf("# %s: the marker got lost\n", fuzzer.phase->name);
}

static void count_missing(void)
{
	for (unsigned int i = 0; i < fuzzer.count; i++) {
		const struct shot *shot = &fuzzer.shots[i];

		if (shot->came || shot->refused)
			continue;
		if (!shot->bent)	/* its peer has not heard of it */
			shot->flow->tainted = true;
		if (!shot->vanishes && !shot->merges && !shot->partial)
			fuzzer.missing++;
	}
}

static void shoot_batch(void)
{
	shoot_frames();
	for (int side = INSIDE; side <= OUTSIDE; side++)
		send_marker(side);
	for (int side = INSIDE; side <= OUTSIDE; side++)
		take_all(side);
	count_missing();
}

/* Counters of the module */

static int note_drops(const struct nlattr *attr, void *arg)
{
	switch (mnl_attr_get_type(attr)) {
	case TSREWRITE_A_STATS_EGRESS_DROPPED_FRAGMENT:
	case TSREWRITE_A_STATS_EGRESS_DROPPED_NO_MEMORY:
	case TSREWRITE_A_STATS_EGRESS_DROPPED_NO_ROOM:
	case TSREWRITE_A_STATS_INGRESS_DROPPED_FRAGMENT:
	case TSREWRITE_A_STATS_INGRESS_DROPPED_NO_MEMORY:
		*(unsigned long *)arg += mnl_attr_get_u64(attr);
	}
	return MNL_CB_OK;
}

static unsigned long count_drops(void)
{
	unsigned long drops = 0;

	request(&fuzzer.genl, TSREWRITE_CMD_STATS_GET, 0);
	if (ask(&fuzzer.genl))
		die_of("stats");
	mnl_attr_parse((void *)fuzzer.genl.reply, 4, note_drops, &drops);
	return drops;
}

/* Phases */

static void set_number(__u16 attr, __u32 value)
{
	if (set_config(&fuzzer.genl, attr, value))
		die_of("config");
}

static void set_any_mode(void)
{
	static const __u32 modes[] = {
		TSREWRITE_MODE_OFF, TSREWRITE_MODE_REWRITE, TSREWRITE_MODE_OBSERVE,
		TSREWRITE_MODE_STRIP, TSREWRITE_MODE_BUG,
	};

	if (set_mode(&fuzzer.genl, modes[draw_below(ARRAY_SIZE(modes))]) ||
	    drain(&fuzzer.genl, "fw1", !draw_below(8)))
		die_of("mode");
}

/* The first SYN of each connection leaves before the mode is set, the second one later, and
 * the answer is that to the first
 */
static void begin_before(void)
{
	for (int i = 0; i < FLOWS; i++) {
		flow_begin(&fuzzer.flows[i], &fuzzer.random, i, 1u << RAW_ECHO);
		fuzzer.flows[i].tainted = true;
	}
	for (fuzzer.next_flow = 0; fuzzer.next_flow < FLOWS;)
		shoot_batch();
}

static void set_phase(const struct phase *phase)
{
	fuzzer.phase = phase;
	if (phase->command && system(phase->command))
		printf("# cannot %s\n", phase->command);
	set_number(TSREWRITE_A_CONFIG_LIMIT, phase->limit);
	set_number(TSREWRITE_A_CONFIG_INBOUND_LIMIT, phase->inbound_limit);
	set_number(TSREWRITE_A_CONFIG_WHEN_FULL, phase->when_full);
	set_number(TSREWRITE_A_CONFIG_TIMEOUT_CLOSED, phase->closed);
	set_number(TSREWRITE_A_CONFIG_TIMEOUT_EMBRYONIC, phase->embryonic);
	/* What goes on is not to be taken for what begins now */
	memset(fuzzer.flows, 0, sizeof(fuzzer.flows));
	if (phase->crosses)
		begin_before();
	if (phase->mode != MODE_ANY && set_mode(&fuzzer.genl, phase->mode))
		die_of("mode");
}

static void run_phase(const struct phase *phase, unsigned long count)
{
	unsigned long begin = fuzzer.sent, missing = fuzzer.missing, drops;
	time_t begun = time(NULL);

	set_phase(phase);
	drops = count_drops();
	if (phase->faults)
		fault_begin();
	for (unsigned int batches = 0;
	     fuzzer.sent - begin < count || time(NULL) - begun < phase->seconds; batches++) {
		if (phase->mode == MODE_ANY && batches % 16 == 0)
			set_any_mode();
		shoot_batch();
	}
	if (phase->faults)
		fault_end();
	drops = count_drops() - drops;
	missing = fuzzer.missing - missing;
	fprintf(stderr, "# after %ld s, %s: %lu frames, %lu of them dropped\n",
		(long)(time(NULL) - begun), phase->name, fuzzer.sent - begin, missing);
	if (missing > drops && fuzzer.complaints++ < COMPLAINTS_MAX)
		printf("# %s: %lu frames are missing, %lu counted as dropped\n",
		       phase->name, missing, drops);
}

/* What is kept on the way in has to be copied to be written */
static void watch_device(void)
{
	struct wire watched;

	wire_open(&watched, OUTSIDE, "/proc/self/ns/net", "fw1", "/proc/self/ns/net", "fw1");
	setsockopt(watched.in, SOL_SOCKET, SO_RCVBUF, &(int){ 1 << 20 }, sizeof(int));
}

static void stay_on_cpu(void)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(0, &one);
	sched_setaffinity(0, sizeof(one), &one);
}

static void begin_fuzzer(char **argv)
{
	random_seed(&fuzzer.random, strtoul(argv[1], NULL, 0), 100);
	stay_on_cpu();
	wire_open(&fuzzer.wire[INSIDE], INSIDE, argv[3], "fw1", argv[4], "out0");
	wire_open(&fuzzer.wire[OUTSIDE], OUTSIDE, argv[4], "out0", argv[3], "catch1");
	if (genl_open(&fuzzer.genl))
		die_of("nf_tsrewrite is not loaded");
}

int main(int argc, char **argv)
{
	unsigned long count;

	if (argc != 5) {
		fprintf(stderr, "packets SEED COUNT FIREWALL_NETNS OUTSIDE_NETNS\n");
		return 2;
	}
	begin_fuzzer(argv);
	count = strtoul(argv[2], NULL, 0);
	for (size_t i = 0; i < ARRAY_SIZE(phases); i++) {
		const struct phase *phase = &phases[i];

		if (phase->faults && !fault_can_inject())
			continue;
		if (phase->faults)
			watch_device();
		run_phase(phase, count * phase->percent / 100);
	}
	/* What was left out */
	if (fuzzer.sent < count)
		run_phase(&phases[0], count - fuzzer.sent);
	printf("sent %lu\nbent %lu\nrefused %lu\nmissing %lu\nchecked %lu\nhidden %lu\n",
	       fuzzer.sent, fuzzer.bent, fuzzer.refused, fuzzer.missing, fuzzer.checked,
	       fuzzer.hidden);
	printf("losses %u\ncomplaints %lu\nfaults %d\n",
	       wire_losses(&fuzzer.wire[INSIDE]) + wire_losses(&fuzzer.wire[OUTSIDE]),
	       fuzzer.complaints, fault_can_inject());
	return fuzzer.complaints ? 1 : 0;
}

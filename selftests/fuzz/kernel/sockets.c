// SPDX-License-Identifier: GPL-2.0-only
/*
 * sockets SEED COUNT HIDDEN_NETNS HIDDEN_PEER PLAIN_NETNS PLAIN_PEER [NUMBER]
 *
 * COUNT scripts (script.c), each played to a real TCP socket in HIDDEN_NETNS, behind the
 * module, and to one in PLAIN_NETNS, which is the same without the module.  The peer is
 * played here, at out0 of HIDDEN_PEER and PLAIN_PEER.  Both sockets must answer alike but
 * for their TSvals and initial sequence numbers, have the same bytes in the end, and be in
 * the same state; and no TSval that leaves HIDDEN_NETNS is that of the clock inside.  A
 * script that differs is played again, since a timer may have made the difference.  With
 * NUMBER that script is played alone, and told.
 */
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "host.h"
#include "peer.h"

#define ATTEMPTS	4
#define COMPLAINTS_MAX	10

static struct world worlds[2];
static unsigned long complaints, again, bare_leaks, false_answers, connected, delivered;

static void do_action(struct world *world, const struct script *script, unsigned int at)
{
	const struct action *action = &script->actions[at];

	world_note(world, "\n#     %u:", at);
	switch (action->deed) {
	case SEND:
		peer_send(world, script, action);
		break;
	case WRITE:
		host_write(world, action->payload);
		break;
	case READ:
		host_read(world);
		break;
	case SHUT:
		host_shut(world);
	}
	peer_take_answers(world);
}

/* Lest it be sent again, later */
static void forget_connection(struct world *world, const struct script *script)
{
	struct action rst = { .flags = RST, .seq = script->end };

	peer_send(world, script, &rst);
	peer_take_answers(world);
}

static void play_script(struct world *world, const struct script *script, __u16 port)
{
	unsigned int end;

	host_begin(world, script, port);
	peer_take_answers(world);
	for (unsigned int i = 0; i < script->count; i++)
		do_action(world, script, i);
	world_note(world, "\n#     end:");
	host_end(world);
	world_note(world, " state %d error %d, %u bytes", world->state, world->error,
		   world->received);
	end = world->trace_len;
	forget_connection(world, script);
	world->trace[end] = '\0';
}

static bool is_alike(void)
{
	return !strcmp(worlds[0].trace, worlds[1].trace) &&
	       worlds[0].sum == worlds[1].sum;
}

/* A false answer is refused where its falseness shows, and taken without its echo where
 * the module shows it, so that the socket may have more, but not less
 */
static bool is_no_worse(const struct world *hidden, const struct world *plain)
{
	return plain->received <= hidden->received &&
	       (plain->state != TCP_ESTABLISHED || hidden->state == TCP_ESTABLISHED);
}

static void tell_script(const struct script *script, __u32 number, const char *what)
{
	printf("# script %u: %s\n", number, what);
	script_print(script);
	for (int i = 0; i < 2; i++)
		printf("#   %s:%s\n", worlds[i].hidden ? "hidden" : "plain",
		       worlds[i].trace);
	fflush(stdout);
}

static void complain_of(const struct script *script, __u32 number, const char *what)
{
	if (complaints++ < COMPLAINTS_MAX)
		tell_script(script, number, what);
}

static __u16 next_port(void)
{
	static unsigned int port;

	return 10000 + port++ % 50000;
}

static void compare_worlds(__u32 seed, __u32 number)
{
	unsigned long leaks = worlds[0].leaks;
	struct script script;
	bool alike = false;

	script_make(&script, seed, number);
	for (int tries = 0; tries < ATTEMPTS && !alike; tries++) {
		__u16 port = next_port();

		again += !!tries;
		for (int i = 0; i < 2; i++)
			play_script(&worlds[i], &script, port);
		alike = is_alike();
		if (!alike && script_has_false_answer(&script) &&
		    is_no_worse(&worlds[0], &worlds[1])) {
			false_answers++;
			break;
		}
	}
	leaks = worlds[0].leaks - leaks;
	if (leaks && script_has_bare_syn(&script))
		bare_leaks += leaks;
	else if (leaks)
		complain_of(&script, number, "the inside clock is seen outside");
	if (!alike && !(script_has_false_answer(&script) &&
			is_no_worse(&worlds[0], &worlds[1])))
		complain_of(&script, number, "the sockets differ");
	connected += worlds[1].state == TCP_ESTABLISHED;
	delivered += worlds[1].received;
}

static void report_all(unsigned long played)
{
	printf("played %lu\nconnected %lu\ndelivered %lu\n", played, connected, delivered);
	printf("false-answers %lu\nagain %lu\n", false_answers, again);
	printf("leaks %lu\nbare-leaks %lu\n", worlds[0].leaks - bare_leaks, bare_leaks);
	printf("stamps %lu\n", worlds[0].stamps);
	printf("plain-stamps %lu\nplain-strange %lu\n", worlds[1].stamps, worlds[1].strange);
	printf("complaints %lu\n", complaints);
}

int main(int argc, char **argv)
{
	__u32 seed, count, begun = time(NULL), told = begun;

	if (argc < 7) {
		fprintf(stderr, "sockets SEED COUNT HIDDEN PEER PLAIN PEER [NUMBER]\n");
		return 2;
	}
	seed = strtoul(argv[1], NULL, 0);
	count = strtoul(argv[2], NULL, 0);
	host_open(&worlds[0], true, argv[3], argv[4]);
	host_open(&worlds[1], false, argv[5], argv[6]);
	if (argc > 7) {
		struct script script;
		__u32 number = strtoul(argv[7], NULL, 0);

		compare_worlds(seed, number);
		script_make(&script, seed, number);
		tell_script(&script, number, "as asked for");
		report_all(1);
		return complaints ? 1 : 0;
	}
	for (__u32 number = 0; number < count; number++) {
		compare_worlds(seed, number);
		if (time(NULL) - told < 60)
			continue;
		told = time(NULL);
		fprintf(stderr, "# after %u s, scripts: %u\n", told - begun, number);
	}
	report_all(count);
	return complaints ? 1 : 0;
}

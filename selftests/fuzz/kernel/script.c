// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random sequences of 3 to 12 segments to a socket, of which most make sense.
 */
#include <stdio.h>
#include <string.h>

#include "script.h"

struct writer {
	struct script *script;
	struct random random;
	__u32 next, tsval;
};

static __u32 draw_below(struct writer *writer, __u32 n)
{
	return random_below(&writer->random, n);
}

static struct action *add_action(struct writer *writer, enum deed deed)
{
	struct action *action = &writer->script->actions[writer->script->count++];

	*action = (struct action){ .deed = deed };
	return action;
}

static struct action *add_segment(struct writer *writer, __u8 flags, unsigned int payload)
{
	struct action *action = add_action(writer, SEND);

	writer->tsval += draw_below(writer, 4) ? draw_below(writer, 3) : draw_below(writer, 3000);
	*action = (struct action){
		.deed = SEND, .flags = flags, .seq = writer->next, .tsval = writer->tsval,
		.payload = payload,
		.layout = draw_below(writer, 4) ? LAYOUT_PLAIN :
						  1 + draw_below(writer, LAYOUTS - 1),
	};
	writer->next += payload + !!(flags & SYN) + !!(flags & FIN);
	writer->script->segments++;
	return action;
}

/* What the segment says otherwise than it would make sense */
static void make_odd(struct writer *writer, struct action *action)
{
	switch (draw_below(writer, 10)) {
	case 0:
		action->flags ^= 1 << draw_below(writer, 6);
		break;
	case 1:
		action->seq += draw_below(writer, 2001) - 1000;
		break;
	case 2:
		action->ack += draw_below(writer, 2001) - 1000;
		break;
	case 3:
		action->seq += random_u32(&writer->random);
		break;
	case 4:
		action->ack += random_u32(&writer->random);
		break;
	case 5:
		action->tsval -= draw_below(writer, 2) ? 1 + draw_below(writer, 5) :
						   random_u32(&writer->random);
		break;
	case 6:
		action->layout = LAYOUT_BARE;
		break;
	case 7:
		action->payload = draw_below(writer, 1400);
		break;
	default:
		action->echo = ECHO_FIRST + draw_below(writer, 4);
		action->random = random_u32(&writer->random);
	}
}

static void open_connection(struct writer *writer)
{
	bool client = writer->script->client;
	struct action *first;

	/* Both ends open at once, or a peer that has no TSopts */
	first = add_segment(writer, client && draw_below(writer, 10) ? SYN | ACK : SYN, 0);
	if (!draw_below(writer, 12))
		first->layout = LAYOUT_BARE;
	if (!draw_below(writer, 4))
		make_odd(writer, first);
	if (!draw_below(writer, 8))	/* it is sent again */
		*add_action(writer, SEND) = *first;
	if (!client || first->flags == SYN) {
		struct action *third = add_segment(writer, ACK, 0);

		third->layout = first->layout;
		if (!draw_below(writer, 4))
			make_odd(writer, third);
	}
}

static void go_on(struct writer *writer)
{
	static const unsigned int sizes[] = { 1, 10, 100, 1000, 1400 };
	unsigned int payload = draw_below(writer, 3) ? sizes[draw_below(writer, 5)] : 0;
	struct action *action;

	switch (draw_below(writer, 12)) {
	case 0:
		add_action(writer, WRITE)->payload = sizes[draw_below(writer, 5)];
		return;
	case 1:
		add_action(writer, READ);
		return;
	case 2:
		add_action(writer, SHUT);
		return;
	case 3:
		action = add_segment(writer, FIN | ACK, payload);
		break;
	case 4:
		action = add_segment(writer, draw_below(writer, 2) ? RST : RST | ACK, 0);
		break;
	default:
		action = add_segment(writer, payload ? PSH | ACK : ACK, payload);
	}
	/* Once it was agreed upon, whether there are TSopts */
	if (writer->script->actions[0].layout == LAYOUT_BARE && draw_below(writer, 8))
		action->layout = LAYOUT_BARE;
	if (!draw_below(writer, 3))
		make_odd(writer, action);
}

/**
 * script_make - make a script
 * @script: filled in
 * @seed: the same seed makes the same scripts
 * @number: which of them
 */
void script_make(struct script *script, __u32 seed, __u32 number)
{
	struct writer writer = { .script = script };
	unsigned int segments;

	memset(script, 0, sizeof(*script));
	random_seed(&writer.random, seed, 1000 + number);
	writer.tsval = random_u32(&writer.random);
	segments = 3 + draw_below(&writer, 10);
	script->ipv6 = draw_below(&writer, 2);
	script->client = draw_below(&writer, 2);
	script->isn = random_u32(&writer.random);
	open_connection(&writer);
	while (script->segments < segments && script->count < ACTIONS_MAX)
		go_on(&writer);
	script->end = writer.next;
}

/**
 * script_has_bare_syn - whether a SYN or SYN-ACK of the peer has no TSopt
 * @script: the script
 *
 * Its connection is one without TSopts, for which there is no flow. Linux sends them all the
 * same from TIME-WAIT, if the peer has sent some after all.
 */
bool script_has_bare_syn(const struct script *script)
{
	for (unsigned int i = 0; i < script->count; i++)
		if (script->actions[i].flags & SYN &&
		    script->actions[i].layout == LAYOUT_BARE)
			return true;
	return false;
}

/**
 * script_has_false_answer - whether a client may be answered with an echo of what it has not
 *	sent
 * @script: the script
 *
 * Such an answer is refused, by who knows that.
 */
bool script_has_false_answer(const struct script *script)
{
	for (unsigned int i = 0; script->client && i < script->count; i++)
		if (script->actions[i].deed == SEND && script->actions[i].echo >= ECHO_FUTURE)
			return true;
	return false;
}

void script_print(const struct script *script)
{
	static const char *const deeds[] = { "send", "write", "read", "shut" };

	printf("#   a %s over IPv%d\n", script->client ? "client" : "server",
	       script->ipv6 ? 6 : 4);
	for (unsigned int i = 0; i < script->count; i++) {
		const struct action *action = &script->actions[i];

		printf("#   %u %s flags=%02x seq=%d ack=%d tsval=%u echo=%d layout=%u len=%u\n",
		       i, deeds[action->deed], action->flags, (int)action->seq,
		       (int)action->ack, action->tsval, action->echo, action->layout,
		       action->payload);
	}
}

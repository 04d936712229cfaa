// SPDX-License-Identifier: GPL-2.0-only
/*
 * Connections whose both ends are played here, segment by segment.
 */
#include <string.h>

#include "flow.h"

static void choose_ends(struct flow *flow, struct random *random, unsigned int number)
{
	static const __u8 prefix4[2][2] = { { 10, 66 }, { 203, 0 } };
	static const __u8 prefix6[2][4] = { { 0xfd, 0, 0x66, 0 }, { 0x20, 1, 0x0d, 0xb8 } };
	struct ends *ends = &flow->ends;

	ends->ipv6 = number % 2;
	ends->vlan = one_in(random, 8) ? 1 + random_below(random, 4094) : 0;
	for (int side = INSIDE; side <= OUTSIDE; side++) {
		if (ends->ipv6)
			memcpy(ends->addr[side], prefix6[side], 4);
		else
			memcpy(ends->addr[side], prefix4[side], 2);
		put_u16(ends->addr[side] + (ends->ipv6 ? 14 : 2), number);
		ends->port[side] = 1024 + random_below(random, 60000);
	}
}

static void choose_clocks(struct flow *flow, struct random *random)
{
	for (int side = INSIDE; side <= OUTSIDE; side++) {
		flow->seq[side] = random_u32(random);
		flow->clock[side] = random_u32(random) | 1;
		flow->heard[side] = 0;
	}
	/* Some go over the end of their numbers soon; none has the number of the one before */
	if (one_in(random, 4))
		flow->clock[INSIDE] = -random_below(random, 50);
	if (one_in(random, 4))
		flow->seq[INSIDE] = -random_below(random, 8192);
}

/**
 * flow_begin - begin another connection in a flow's place
 * @flow: the flow, zeroed the first time
 * @random: numbers
 * @number: which it is: flows of different numbers have different addresses
 * @variants: a bit for each variant that may be
 */
void flow_begin(struct flow *flow, struct random *random, unsigned int number,
		unsigned int variants)
{
	bool again = flow->last && one_in(random, 4);

	if (!again)
		choose_ends(flow, random, number);
	choose_clocks(flow, random);
	flow->inbound = again ? flow->inbound : one_in(random, 3);
	do
		flow->variant = one_in(random, 2) ? USUAL : random_below(random, VARIANTS);
	while (!(variants & 1u << flow->variant));
	flow->fate = FATE_OPEN;
	flow->tainted = false;
	flow->step = 0;
	flow->last = 3 + random_below(random, 40);
	flow->layout = flow->variant == BARE ? LAYOUT_BARE :
		       one_in(random, 3) ? LAYOUT_PLAIN + random_below(random, LAYOUTS - 1) :
					   LAYOUT_PLAIN;
}

bool flow_is_over(const struct flow *flow)
{
	return flow->step >= flow->last;
}

static void pass_time(struct flow *flow, struct random *random)
{
	static const __u32 ticks[] = { 1, 1, 2, 10, 300, 5000 };

	for (int side = INSIDE; side <= OUTSIDE; side++)
		flow->clock[side] += one_in(random, 3) ? 0 : ticks[random_below(random, 6)];
	if (!flow->clock[INSIDE])
		flow->clock[INSIDE]++;
}

static void say_next(struct flow *flow, struct segment *segment, enum side from, __u8 flags)
{
	bool bare = flow->layout == LAYOUT_BARE || flow->fate == FATE_STRIPPED;

	segment->from = from;
	segment->flags = flags;
	segment->seq = flow->seq[from];
	segment->ack = flags & ACK ? flow->seq[!from] : 0;
	segment->tsval = flow->clock[from];
	segment->tsecr = flags & ACK ? flow->heard[from] : 0;
	segment->layout = bare ? LAYOUT_BARE : flow->layout;
	segment->payload = 0;
	if (flags & (SYN | FIN))
		flow->seq[from]++;
}

static void say_syn_ack(struct flow *flow, struct segment *segment, enum side from,
			struct random *random)
{
	if (flow->variant == REFUSED) {
		say_next(flow, segment, from, RST | ACK);
		flow->last = flow->step;
		return;
	}
	say_next(flow, segment, from, SYN | ACK);
	if (flow->variant == BARE_ANSWER) {
		flow->layout = LAYOUT_BARE;
		segment->layout = LAYOUT_BARE;
	}
	if (flow->variant == WRONG_ECHO)
		segment->tsecr = random_u32(random);
	if (flow->variant == RAW_ECHO)
		segment->tsecr = flow->first;
}

static void say_data(struct flow *flow, struct segment *segment, struct random *random)
{
	static const unsigned int sizes[] = { 0, 0, 1, 3, 100, 536, 1400, 1401 };

	say_next(flow, segment, one_in(random, 2) ? INSIDE : OUTSIDE, PSH | ACK);
	segment->payload = sizes[random_below(random, 8)];
	flow->seq[segment->from] += segment->payload;
}

static void say_end(struct flow *flow, struct segment *segment, struct random *random)
{
	enum side first = flow->inbound ? OUTSIDE : INSIDE;
	unsigned int left = flow->last - flow->step;

	if (left == 1)
		say_next(flow, segment, first, ACK);
	else
		say_next(flow, segment, left == 3 ? first : !first, FIN | ACK);
	if (left == 3 && one_in(random, 4)) {
		segment->flags = RST | ACK;
		flow->last = flow->step;
	}
}

/**
 * flow_next - the next segment of a connection
 * @flow: the flow, which takes it as sent
 * @random: numbers
 * @segment: filled in
 *
 * Return: false if it is not to be sent, because the module is not to see it.
 */
bool flow_next(struct flow *flow, struct random *random, struct segment *segment)
{
	enum side first = flow->inbound ? OUTSIDE : INSIDE;
	unsigned int syns = flow->variant == SYN_AGAIN || flow->variant == RAW_ECHO ? 2 : 1;
	bool seen = true;

	pass_time(flow, random);
	if (flow->step < syns) {
		say_next(flow, segment, first, SYN);
		if (flow->step + 1 < syns) {
			flow->first = segment->tsval;
			flow->seq[first]--;
		}
	} else if (flow->variant == UNANSWERED) {
		flow->last = flow->step;
		seen = false;
	} else if (flow->step == syns) {
		say_syn_ack(flow, segment, !first, random);
		seen = flow->variant != BLIND || flow->inbound;
	} else if (flow->step == syns + 1) {
		say_next(flow, segment, first, ACK);
	} else if (flow->step + 3 < flow->last) {
		say_data(flow, segment, random);
	} else {
		say_end(flow, segment, random);
	}
	flow->step++;
	return seen;
}

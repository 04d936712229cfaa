// SPDX-License-Identifier: GPL-2.0-only
/*
 * Making and sending frames.
 */
#include <stddef.h>
#include <string.h>

#include <linux/tsrewrite.h>

#include "bend.h"
#include "fuzzer.h"
#include "shoot.h"

static struct shot *add_shot(struct flow *flow, const struct segment *segment)
{
	struct shot *shot = &fuzzer.shots[fuzzer.count++];

	memset(shot, 0, offsetof(struct shot, frame));
	shot->flow = flow;
	shot->segment = *segment;
	shot->from = segment->from;
	frame_build(&shot->frame, &flow->ends, segment, ++fuzzer.id);
	return shot;
}

/* A packet that is not linear as a whole, or one that is cut later */
static void set_header(struct shot *shot)
{
	struct frame *frame = &shot->frame;
	unsigned int headers = frame->tcp_at + (frame->bytes[frame->tcp_at + 12] >> 4) * 4;

	if (frame->len < 4200)
		return;
	shot->header.hdr_len = draw_below(2) ? 20 : headers;
	if (draw_below(2))
		return;
	shot->header.hdr_len = headers;
	shot->header.gso_type = frame->ipv6 ? VIRTIO_NET_HDR_GSO_TCPV6 :
					      VIRTIO_NET_HDR_GSO_TCPV4;
	shot->header.gso_size = 1000;
	shot->header.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
	shot->header.csum_start = frame->tcp_at;
	shot->header.csum_offset = 16;
	shot->partial = true;
}

/* Segments that follow each other closely enough for GRO to merge them */
static void add_train(struct flow *flow, const struct segment *first)
{
	struct segment segment = *first;
	enum side from = first->from;

	for (int left = 2; left && fuzzer.count < SHOTS; left--) {
		segment.seq += segment.payload;
		flow->seq[from] += segment.payload;
		add_shot(flow, &segment)->merges = true;
	}
}

static void add_segment(void)
{
	unsigned int number = fuzzer.next_flow++ % FLOWS;
	struct flow *flow = &fuzzer.flows[number];
	struct segment segment;
	bool seen;

	if (flow_is_over(flow)) {
		flow_begin(flow, &fuzzer.random, number,
			   fuzzer.phase->variants ?: ~0u);
		flow->restores = fuzzer.phase->mode != TSREWRITE_MODE_BUG;
	}
	seen = flow_next(flow, &fuzzer.random, &segment);
	if (!seen)
		return;
	if (segment.payload > 1000 && !draw_below(4)) {
		flow->seq[segment.from] += 3000;
		segment.payload += 3000;
	}
	set_header(add_shot(flow, &segment));
	fuzzer.latest[number] = segment;
	if (segment.payload == 1400 && segment.from == OUTSIDE && draw_below(2))
		add_train(flow, &segment);
}

/* Tags that are cut short, or nonsense, end in the kernel, which does that by itself */
static bool may_vanish(const struct frame *frame)
{
	__u16 type = get_u16(frame->bytes + 12);

	return type == 0x8100 || type == 0x88a8;
}

/* Rather of connections that are up: what is wrong in a SYN may change its connection */
static void add_bent(void)
{
	unsigned int number = draw_below(FLOWS);
	struct flow *flow = &fuzzer.flows[number];
	struct shot *shot;

	for (int tries = 8; tries && (flow->step < 4 || fuzzer.latest[number].flags & 7);
	     tries--) {
		number = draw_below(FLOWS);
		flow = &fuzzer.flows[number];
	}
	if (!flow->step)
		return;
	shot = add_shot(flow, &fuzzer.latest[number]);
	shot->bent = true;
	flow->tainted |= bend_frame(&shot->frame, &fuzzer.random, &shot->from);
	shot->vanishes = may_vanish(&shot->frame);
	if (!draw_below(32))
		for (size_t i = 0; i < sizeof(shot->header); i++)
			((__u8 *)&shot->header)[i] = draw_below(4) ? 0 : draw_below(256);
	shot->partial = shot->header.flags || shot->header.gso_type;
}

static void send_shots(enum side from, const unsigned int *order)
{
	struct virtio_net_hdr headers[SHOTS + 1] = {};
	struct frame *frames[SHOTS + 1];
	struct shot *shots[SHOTS];
	unsigned int count = 0, at = 0;

	for (unsigned int i = 0; i < fuzzer.count; i++) {
		struct shot *shot = &fuzzer.shots[order[i]];

		if (shot->from != from)
			continue;
		frames[count] = &shot->frame;
		headers[count] = shot->header;
		shots[count++] = shot;
	}
	while (at < count) {
		at += wire_send(&fuzzer.wire[from], frames + at, headers + at, count - at);
		if (at < count) {
			shots[at++]->refused = true;
			fuzzer.refused++;
		}
	}
	for (unsigned int i = 0; i < count; i++) {
		fuzzer.sent += !shots[i]->refused;
		fuzzer.bent += shots[i]->bent && !shots[i]->refused;
	}
}

/* Trains stay in their order */
static void choose_order(unsigned int *order)
{
	for (unsigned int i = 0; i < fuzzer.count; i++)
		order[i] = i;
	for (unsigned int i = fuzzer.count; i > 1; i--) {
		unsigned int other = draw_below(i), swap = order[i - 1];

		if (fuzzer.shots[i - 1].merges || fuzzer.shots[other].merges ||
		    (i < fuzzer.count && fuzzer.shots[i].merges) ||
		    (other + 1 < fuzzer.count && fuzzer.shots[other + 1].merges))
			continue;
		order[i - 1] = order[other];
		order[other] = swap;
	}
}

/**
 * shoot_frames - send a batch of frames, both ways: the next segments of connections, and
 *	some with something odd or wrong in them
 */
void shoot_frames(void)
{
	unsigned int order[SHOTS];
	enum side first = draw_below(2);

	fuzzer.count = 0;
	while (fuzzer.count < SHOTS * 7 / 16)
		add_segment();
	while (fuzzer.count < SHOTS)
		add_bent();
	choose_order(order);
	for (int i = 0; i < 2; i++)
		send_shots(i ? !first : first, order);
}

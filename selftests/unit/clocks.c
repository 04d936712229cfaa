// SPDX-License-Identifier: GPL-2.0-only
/*
 * A whole flow's life by clocks of every rate: 25 days, in which 1 kHz turns half
 * its circle, and 50 days, in which it turns all of it; full of segments, or
 * silent in one stretch; and the port's next connection.
 */
#include "kselftest_harness.h"

#include "random.h"
#include "segment.h"

#define HALF	0x80000000u
#define DAY	86400ULL
#define KHZ	1000
#define MHZ	1000000u
#define IN_ISN	0x10000000u
#define OUT_ISN	0x90000000u

struct played {
	struct __test_metadata *meta;
	struct tsrw_conn conn;
	struct random rng;
	u32 hz;
	u32 inside;	/* the first TSval */
	u32 outside;	/* the same, rewritten */
	__u64 ticks;	/* of the inside clock, since then */
	__u64 last;	/* at the last segment outwards */
};

FIXTURE(flow) {
	struct played played;
};

FIXTURE_VARIANT(flow) {
	u32 hz;
	u32 days;
};

FIXTURE_VARIANT_ADD(flow, hz2_25_days) { 2, 25 };
FIXTURE_VARIANT_ADD(flow, hz2_50_days) { 2, 50 };
FIXTURE_VARIANT_ADD(flow, hz100_25_days) { 100, 25 };
FIXTURE_VARIANT_ADD(flow, hz100_50_days) { 100, 50 };
FIXTURE_VARIANT_ADD(flow, khz1_25_days) { KHZ, 25 };
FIXTURE_VARIANT_ADD(flow, khz1_50_days) { KHZ, 50 };
FIXTURE_VARIANT_ADD(flow, mhz1_25_days) { MHZ, 25 };
FIXTURE_VARIANT_ADD(flow, mhz1_50_days) { MHZ, 50 };

static u32 value_at(u32 begin, __u64 ticks)
{
	return begin + (u32)ticks;
}

static void begin_flow(struct played *flow)
{
	struct __test_metadata *_metadata = flow->meta;
	struct tsrw_result result;

	flow->inside = random_u32(&flow->rng);
	flow->outside = random_u32(&flow->rng) | 1;
	result = leave_at(&flow->conn, seg_syn(IN_ISN, flow->inside),
			  flow->outside);
	ASSERT_EQ(flow->outside, seen_outside(&result, flow->inside));
	result = arrive_segment(&flow->conn, seg_syn_ack(OUT_ISN, IN_ISN + 1, 5,
							 flow->outside));
	ASSERT_EQ(TSRW_EVENT_ESTABLISHED, result.events);
	ASSERT_TRUE(result.verified);
}

FIXTURE_SETUP(flow)
{
	self->played.meta = _metadata;
	self->played.hz = variant->hz;
	self->played.rng.state = variant->hz + variant->days;
	begin_flow(&self->played);
}

FIXTURE_TEARDOWN(flow)
{
}

static struct tsrw_result arrive_echo(struct played *flow, u32 tsecr)
{
	return arrive_segment(&flow->conn, seg_data(OUT_ISN + 1, 0, IN_ISN + 1, 6,
						    tsecr));
}

/* What left at @ticks comes back exact, and proven */
static void hear_echo(struct played *flow, __u64 ticks)
{
	struct __test_metadata *_metadata = flow->meta;
	u32 outside = value_at(flow->outside, ticks);
	struct tsrw_result result;

	/* the one tick that stands for two has its own tests */
	if (outside < 2)
		return;
	result = arrive_echo(flow, outside);
	ASSERT_EQ(value_at(flow->inside, ticks), told_inside(&result, outside));
	ASSERT_TRUE(result.verified);
}

/* What never left is found out */
static void hear_impossible(struct played *flow)
{
	static const u32 ahead[] = { 2, 1000, HALF - 1, HALF, HALF + 1 };
	struct __test_metadata *_metadata = flow->meta;
	u32 latest = value_at(flow->outside, flow->last);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ahead); i++) {
		u32 tsecr = latest + ahead[i];

		if (tsecr > 1)
			ASSERT_FALSE(arrive_echo(flow, tsecr).verified);
	}
}

/* The inside host speaks after @idle seconds */
static void speak_after(struct played *flow, u32 idle)
{
	struct __test_metadata *_metadata = flow->meta;
	u32 tsval = value_at(flow->inside, flow->ticks);
	u32 wanted = value_at(flow->outside, flow->ticks);
	struct tsrw_segment seg = seg_data(IN_ISN + 1, 0, OUT_ISN + 1, tsval, 5);
	struct tsrw_result result;

	tsrw_handshake_egress(&flow->conn, &seg, TSREWRITE_MODE_REWRITE, 0, idle,
			      &result);
	ASSERT_EQ(wanted ?: 1, seen_outside(&result, tsval));
	ASSERT_EQ(tsval, flow->conn.map.committed.last);
	flow->last = flow->ticks;
}

static void talk_for(struct played *flow, __u64 seconds)
{
	__u64 end = flow->ticks + seconds * flow->hz;

	while (flow->ticks < end) {
		u32 pause = random_below(&flow->rng, 1000);
		__u64 before = flow->last;

		flow->ticks += (__u64)pause * flow->hz +
			       random_below(&flow->rng, flow->hz);
		speak_after(flow, pause);
		hear_echo(flow, flow->last);
		if (flow->last - before < 1U << 30)
			hear_echo(flow, before);
		hear_impossible(flow);
	}
}

TEST_F(flow, full_of_segments)
{
	talk_for(&self->played, variant->days * DAY);
}

/* The peer, who speaks first, echoes what came before the silence */
static void be_silent(struct played *flow, __u64 ticks)
{
	flow->ticks += ticks;
	hear_echo(flow, flow->last);
	speak_after(flow, ticks / flow->hz);
	hear_echo(flow, flow->last);
	hear_impossible(flow);
	talk_for(flow, 7200);
}

TEST_F(flow, silent_in_one_stretch)
{
	__u64 ticks = variant->days * DAY * variant->hz;
	__u64 turns = (ticks + HALF / 2) / HALF;
	int off;

	be_silent(&self->played, ticks);
	/* halves of a circle, give or take a tick */
	for (off = -1; turns && off <= 1; off++)
		be_silent(&self->played, turns * HALF + off);
}

/* Its anchor runs at 1 kHz, whatever the clock of the one before */
static void use_port_again(struct played *flow)
{
	struct __test_metadata *_metadata = flow->meta;
	u32 anchor = value_at(flow->outside, flow->ticks * 1000 / flow->hz);
	u32 newest = value_at(flow->outside, flow->last) ?: 1;
	u32 tsval = random_u32(&flow->rng);
	struct tsrw_result result;
	u32 start;

	result = leave_at(&flow->conn, seg_syn(IN_ISN + HALF, tsval), anchor);
	ASSERT_EQ(TSRW_EVENT_REUSED, result.events);
	start = seen_outside(&result, tsval);
	ASSERT_NE(0, start);
	ASSERT_TRUE(tsrw_after(start, newest));
	if (tsrw_after(anchor, newest))
		ASSERT_EQ(anchor, start);
}

TEST_F(flow, port_is_used_again)
{
	talk_for(&self->played, variant->days * DAY);
	use_port_again(&self->played);
}

TEST_F(flow, port_is_used_again_after_the_silence)
{
	be_silent(&self->played, variant->days * DAY * variant->hz);
	use_port_again(&self->played);
}

TEST_HARNESS_MAIN

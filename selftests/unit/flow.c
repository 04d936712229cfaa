// SPDX-License-Identifier: GPL-2.0-only
/*
 * What two CPUs do to one flow at the same time, in each order in which their accesses to
 * memory may interleave: kmod/flow.c and what it is made of.
 */
#include "kselftest_harness.h"

#include "flow.h"
#include "segment.h"
#include "two_cpus.h"

#define IN_ISN		1000u		/* of the inside end */
#define OUT_ISN		0x90000000u	/* of the outside end */
#define IN_TS		0x27000000u	/* the inside host's clock */
#define OUT_TS		0x33330000u	/* the outside host's */
#define ANCHOR		0x50000000u
#define START		(1000ul * HZ)

unsigned long kernel_jiffies;

static struct tsrw_flow flow;
static bool locked;

static void change_flow(enum tsrw_direction dir, struct tsrw_segment seg)
{
	struct tsrw_hook_info info = { .dir = dir, .mode = TSREWRITE_MODE_REWRITE };
	struct tsrw_result result;

	while (locked)
		two_cpus_wait();
	locked = true;
	tsrw_flow_change(&flow, &info, &seg, ANCHOR, 0, &result);
	locked = false;
}

static bool answer_quiet(struct tsrw_segment seg)
{
	struct tsrw_result result;

	return tsrw_flow_answer_quiet(&flow, TSRW_EGRESS, &seg, 0, &result);
}

static struct tsrw_segment sent_data(u32 tsval)
{
	return seg_data(IN_ISN + 1, 100, OUT_ISN + 1, tsval, OUT_TS);
}

/* A connection from inside, rewritten and established */
static void establish_flow(void)
{
	struct tsrw_segment syn = seg_syn(IN_ISN, IN_TS);
	struct tsrw_result result;

	flow = (struct tsrw_flow){ .stamp = START };
	kernel_jiffies = START;
	tsrw_flow_begin(&flow, &syn, TSREWRITE_MODE_REWRITE, ANCHOR, &result);
	change_flow(TSRW_INGRESS, seg_syn_ack(OUT_ISN, IN_ISN + 1, OUT_TS, ANCHOR));
	change_flow(TSRW_EGRESS, sent_data(IN_TS));
}

TEST(age_is_never_negative)
{
	const u32 hundred_days = 100u * 24 * 3600 * HZ, now = 7;

	EXPECT_EQ(0, tsrw_stamp_since(now, now));
	EXPECT_EQ(0, tsrw_stamp_since(now + 1, now));
	EXPECT_EQ(0, tsrw_stamp_since(now + HZ, now));
	EXPECT_EQ(5 * HZ, tsrw_stamp_since(now - 5 * HZ, now));
	EXPECT_EQ(hundred_days, tsrw_stamp_since(now - hundred_days, now));
}

/* Two segments after a silence of ten seconds, the second of them a second later */
static u32 idle[2];

static void touch_now(void)
{
	tsrw_flow_touch(&flow, TSRW_EGRESS, &idle[0]);
}

static void touch_later(void)
{
	kernel_jiffies += HZ + 1;
	tsrw_flow_touch(&flow, TSRW_EGRESS, &idle[1]);
}

TEST(silence_is_no_longer_than_it_was)
{
	struct turns turns = {};
	unsigned int runs = 0;
	bool more;

	do {
		struct turns these = turns;

		establish_flow();
		kernel_jiffies += 10 * HZ;
		more = two_cpus_run(touch_now, touch_later, &turns);
		ASSERT_LE(idle[0], 11)
			TH_LOG("%u %u %u", these.turn[0], these.turn[1], these.turn[2]);
		ASSERT_LE(idle[1], 11);
		runs++;
	} while (more);
	TH_LOG("%u ways", runs);
	EXPECT_GE(runs, 50);
}

static bool was_quiet;
static u32 latest;

static void send_data(void)
{
	was_quiet = answer_quiet(sent_data(latest));
	if (!was_quiet)
		change_flow(TSRW_EGRESS, sent_data(latest));
}

/* It is not expected and changes nothing, but what it has read may be written again */
static void send_reset(void)
{
	struct tsrw_segment rst = sent_data(IN_TS);

	rst.rst = true;
	rst.seq = IN_ISN - 0x10000000;
	change_flow(TSRW_EGRESS, rst);
}

TEST(a_tsval_that_has_left_is_noted)
{
	unsigned int runs = 0, quiet = 0;
	struct turns turns = {};
	bool more;

	latest = IN_TS + 5;
	do {
		struct turns these = turns;

		establish_flow();
		more = two_cpus_run(send_data, send_reset, &turns);
		ASSERT_EQ(latest, flow.conn.map.committed.last)
			TH_LOG("%u %u %u", these.turn[0], these.turn[1], these.turn[2]);
		quiet += was_quiet;
		runs++;
	} while (more);
	TH_LOG("%u ways, %u quiet", runs, quiet);
	EXPECT_GE(runs, 1000);
	EXPECT_GE(quiet, 1000);
	EXPECT_LT(quiet, runs);
}

/* Another connection on the 4-tuple is committed */
static const struct tsrw_span other_span = { 1, 0x80000000u, 0x80000100u };

static void commit_other(void)
{
	write_seqcount_begin(&flow.seq);
	smp_mb(); /* as tsrw_flow_change() does */
	two_cpus_step();
	flow.conn.map.committed = other_span;
	two_cpus_step();
	write_seqcount_end(&flow.seq);
}

static void send_quiet_data(void)
{
	was_quiet = answer_quiet(sent_data(latest));
}

/* Where the first TSval moves along with the last one */
TEST(the_span_of_another_connection_stays)
{
	unsigned int runs = 0, before = 0;
	struct turns turns = {};
	bool more;

	latest = IN_TS + TSRW_ECHO_REACH + 1;
	do {
		struct turns these = turns;

		establish_flow();
		flow.conn.map.committed.last = latest - 1;
		more = two_cpus_run(send_quiet_data, commit_other, &turns);
		ASSERT_EQ(other_span.first, flow.conn.map.committed.first)
			TH_LOG("%u %u %u", these.turn[0], these.turn[1], these.turn[2]);
		ASSERT_EQ(other_span.last, flow.conn.map.committed.last);
		before += was_quiet;
		runs++;
	} while (more);
	TH_LOG("%u ways, %u with the segment before", runs, before);
	EXPECT_GE(runs, 50);
	EXPECT_GE(before, 1);
}

TEST_HARNESS_MAIN

// SPDX-License-Identifier: GPL-2.0-only
/*
 * What two CPUs do to one flow at the same time, in each order in which their accesses to
 * memory may interleave: kmod/flow.c and what it is made of.
 */
#include "kselftest_harness.h"

#include "anchor.h"
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

u32 tsrw_anchor(const struct tsrw_flow_key *key)
{
	return ANCHOR;
}

static struct tsrw_flow flow;
static bool locked;

static void change_flow(enum tsrw_direction dir, struct tsrw_segment seg)
{
	struct tsrw_hook_info info = { .dir = dir, .mode = TSREWRITE_MODE_REWRITE };
	struct tsrw_result result;

	while (locked)
		two_cpus_wait();
	locked = true;
	tsrw_flow_change(&flow, &info, &seg, 0, &result);
	locked = false;
}

static struct tsrw_segment data(u32 tsval)
{
	return seg_data(IN_ISN + 1, 100, OUT_ISN + 1, tsval, OUT_TS);
}

/* A connection from inside, rewritten and established */
static void establish(void)
{
	struct tsrw_segment syn = seg_syn(IN_ISN, IN_TS);
	struct tsrw_result result;

	flow = (struct tsrw_flow){ .stamp = START };
	kernel_jiffies = START;
	tsrw_flow_begin(&flow, &syn, TSREWRITE_MODE_REWRITE, &result);
	change_flow(TSRW_INGRESS, seg_syn_ack(OUT_ISN, IN_ISN + 1, OUT_TS, ANCHOR));
	change_flow(TSRW_EGRESS, data(IN_TS));
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

		establish();
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

TEST_HARNESS_MAIN

// SPDX-License-Identifier: GPL-2.0-only
/*
 * How many rewritten connections cross which device, in kmod/crossing.c, and which ids flows may
 * still have, in kmod/retired.c: what drain and detach go by.
 */
#include "kselftest_harness.h"

#include "crossing.h"
#include "retired.h"

unsigned long kernel_jiffies;
int kernel_cpu;

FIXTURE(crossing)
{
	s32 *flows;
	struct tsrw_flow flow;
};

/* A rewritten connection, which crosses nothing yet */
FIXTURE_SETUP(crossing)
{
	self->flows = tsrw_crossing_alloc();
	self->flow = (struct tsrw_flow){
		.conn = {
			.flags = TSRW_HAS_COMMITTED, .state = TSRW_ESTABLISHED,
			.mode = TSREWRITE_MODE_REWRITE,
		},
	};
	kernel_cpu = 0;
}

FIXTURE_TEARDOWN(crossing)
{
	free_percpu(self->flows);
}

/* The flow crosses these from now on, as a segment on some CPU shows */
static void cross_now(s32 *flows, struct tsrw_flow *flow, u8 egress, u8 ingress)
{
	u16 before = tsrw_crossing_of(flow);

	flow->device[TSRW_EGRESS] = egress;
	flow->device[TSRW_INGRESS] = ingress;
	kernel_cpu = !kernel_cpu;
	tsrw_crossing_count(flows, before, tsrw_crossing_of(flow));
}

#define EXPECT_CROSS(one, two, three) do {			\
	EXPECT_EQ(one, tsrw_crossing_sum(self->flows, 1));	\
	EXPECT_EQ(two, tsrw_crossing_sum(self->flows, 2));	\
	EXPECT_EQ(three, tsrw_crossing_sum(self->flows, 255));	\
} while (0)

TEST_F(crossing, one_device_both_ways_counts_once)
{
	cross_now(self->flows, &self->flow, 1, 0);
	EXPECT_CROSS(1, 0, 0);
	cross_now(self->flows, &self->flow, 1, 1);
	EXPECT_CROSS(1, 0, 0);
}

TEST_F(crossing, two_devices_count_each)
{
	cross_now(self->flows, &self->flow, 1, 2);
	EXPECT_CROSS(1, 1, 0);
	cross_now(self->flows, &self->flow, 2, 1);
	EXPECT_CROSS(1, 1, 0);
}

TEST_F(crossing, what_moves_leaves_the_one_before)
{
	cross_now(self->flows, &self->flow, 1, 1);
	cross_now(self->flows, &self->flow, 255, 1);
	EXPECT_CROSS(1, 0, 1);
	cross_now(self->flows, &self->flow, 255, 2);
	EXPECT_CROSS(0, 1, 1);
	cross_now(self->flows, &self->flow, 2, 2);
	EXPECT_CROSS(0, 1, 0);
	cross_now(self->flows, &self->flow, 0, 2);
	EXPECT_CROSS(0, 1, 0);
	cross_now(self->flows, &self->flow, 0, 0);
	EXPECT_CROSS(0, 0, 0);
}

TEST_F(crossing, many_add_up)
{
	struct tsrw_flow other = self->flow, third = self->flow;

	cross_now(self->flows, &self->flow, 1, 2);
	cross_now(self->flows, &other, 2, 2);
	cross_now(self->flows, &third, 2, 255);
	EXPECT_CROSS(1, 3, 1);
	cross_now(self->flows, &other, 0, 0);
	EXPECT_CROSS(1, 2, 1);
}

TEST_F(crossing, only_what_would_break)
{
	self->flow.conn.mode = TSREWRITE_MODE_OBSERVE;
	cross_now(self->flows, &self->flow, 1, 1);
	EXPECT_CROSS(0, 0, 0);
	self->flow = (struct tsrw_flow){
		.conn = {
			.flags = TSRW_HAS_CANDIDATE, .mode_candidate = TSREWRITE_MODE_REWRITE,
		},
	};
	cross_now(self->flows, &self->flow, 2, 0);
	EXPECT_CROSS(0, 1, 0);
}

/* An id is free once a round that began after it was retired has ended */
TEST(retired_ids_wait_for_a_whole_round)
{
	struct tsrw_retired retired = { };

	tsrw_retired_init(&retired);
	tsrw_retired_begin(&retired);
	tsrw_retired_add(&retired, TSRW_ID_DEVICE, 200);
	EXPECT_FALSE(tsrw_retired_leaves(&retired, TSRW_ID_DEVICE, 200));
	tsrw_retired_end(&retired);
	EXPECT_TRUE(tsrw_retired_has(&retired, TSRW_ID_DEVICE, 200));
	EXPECT_TRUE(tsrw_retired_any(&retired));
	tsrw_retired_begin(&retired);
	EXPECT_TRUE(tsrw_retired_leaves(&retired, TSRW_ID_DEVICE, 200));
	EXPECT_TRUE(tsrw_retired_has(&retired, TSRW_ID_DEVICE, 200));
	tsrw_retired_end(&retired);
	EXPECT_FALSE(tsrw_retired_has(&retired, TSRW_ID_DEVICE, 200));
	EXPECT_FALSE(tsrw_retired_any(&retired));
}

TEST(retired_ids_of_groups_are_no_devices)
{
	struct tsrw_retired retired = { };

	tsrw_retired_init(&retired);
	tsrw_retired_add(&retired, TSRW_ID_GROUP, 7);
	EXPECT_TRUE(tsrw_retired_has(&retired, TSRW_ID_GROUP, 7));
	EXPECT_FALSE(tsrw_retired_has(&retired, TSRW_ID_DEVICE, 7));
	EXPECT_FALSE(tsrw_retired_has(&retired, TSRW_ID_GROUP, 6));
	tsrw_retired_begin(&retired);
	EXPECT_TRUE(tsrw_retired_leaves(&retired, TSRW_ID_GROUP, 7));
	EXPECT_FALSE(tsrw_retired_leaves(&retired, TSRW_ID_DEVICE, 7));
}

TEST_HARNESS_MAIN

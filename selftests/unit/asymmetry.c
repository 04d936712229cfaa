// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a segment, and an interval's end, do to what a connection's two directions
 * have shown.
 */
#include "kselftest_harness.h"

#include "core/asymmetry.h"

#define WINDOW_MAX	0x40000000u

#define SEEN(dir)	(TSRW_DIRECTION_SEEN << (dir))
#define ACKED(dir)	(TSRW_DIRECTION_ACKED << (dir))

static u32 run_of(u8 asymmetry)
{
	return (asymmetry & TSRW_ASYMMETRY_RUN_MASK) / TSRW_ASYMMETRY_RUN;
}

/* An interval in which @dir acknowledged more, and nothing came the other way */
static u8 make_asymmetric(u8 asymmetry, enum tsrw_direction dir)
{
	return tsrw_asymmetry_end_interval(tsrw_asymmetry_note(asymmetry, dir, true));
}

static u8 both_seen(u8 asymmetry)
{
	asymmetry = tsrw_asymmetry_note(asymmetry, TSRW_EGRESS, true);
	return tsrw_asymmetry_end_interval(tsrw_asymmetry_note(asymmetry, TSRW_INGRESS,
						       true));
}

TEST(note_adds_up)
{
	u8 asymmetry = 0;

	asymmetry = tsrw_asymmetry_note(asymmetry, TSRW_EGRESS, false);
	EXPECT_EQ(SEEN(TSRW_EGRESS), asymmetry);
	asymmetry = tsrw_asymmetry_note(asymmetry, TSRW_INGRESS, true);
	EXPECT_EQ(SEEN(TSRW_EGRESS) | SEEN(TSRW_INGRESS) | ACKED(TSRW_INGRESS),
		  asymmetry);
	asymmetry = tsrw_asymmetry_note(asymmetry, TSRW_INGRESS, false);
	EXPECT_EQ(SEEN(TSRW_EGRESS) | SEEN(TSRW_INGRESS) | ACKED(TSRW_INGRESS),
		  asymmetry);
	asymmetry = tsrw_asymmetry_note(asymmetry, TSRW_EGRESS, true);
	EXPECT_EQ(SEEN(TSRW_EGRESS) | SEEN(TSRW_INGRESS) | ACKED(TSRW_EGRESS) |
		  ACKED(TSRW_INGRESS), asymmetry);
	EXPECT_EQ(0, tsrw_asymmetry_end_interval(asymmetry));
}

FIXTURE(run) {
	u8 asymmetry;
};

FIXTURE_VARIANT(run) {
	enum tsrw_direction dir;	/* of what acknowledges */
};

FIXTURE_VARIANT_ADD(run, of_egress) {
	TSRW_EGRESS
};

FIXTURE_VARIANT_ADD(run, of_ingress) {
	TSRW_INGRESS
};

FIXTURE_SETUP(run)
{
}

FIXTURE_TEARDOWN(run)
{
}

TEST_F(run, of_three_is_asymmetric_and_of_less_is_not)
{
	u32 i;

	for (i = 1; i <= 3; i++) {
		EXPECT_FALSE(self->asymmetry & TSRW_ASYMMETRIC);
		self->asymmetry = make_asymmetric(self->asymmetry, variant->dir);
		EXPECT_EQ(i, run_of(self->asymmetry));
	}
	EXPECT_TRUE(self->asymmetry & TSRW_ASYMMETRIC);
}

TEST_F(run, goes_on_without_overflowing)
{
	u32 i;

	for (i = 0; i < 300; i++)
		self->asymmetry = make_asymmetric(self->asymmetry, variant->dir);
	EXPECT_EQ(3, run_of(self->asymmetry));
	EXPECT_TRUE(self->asymmetry & TSRW_ASYMMETRIC);
}

TEST_F(run, is_ended_by_both_directions)
{
	u32 i;

	for (i = 0; i < 100; i++) {
		self->asymmetry = make_asymmetric(self->asymmetry, variant->dir);
		self->asymmetry = make_asymmetric(self->asymmetry, variant->dir);
		ASSERT_EQ(2, run_of(self->asymmetry));
		self->asymmetry = both_seen(self->asymmetry);
		EXPECT_EQ(0, run_of(self->asymmetry));
	}
	EXPECT_FALSE(self->asymmetry & TSRW_ASYMMETRIC);
}

/* It comes by: what it acknowledges does not matter */
TEST_F(run, is_ended_by_the_other_direction_alone)
{
	self->asymmetry = make_asymmetric(self->asymmetry, variant->dir);
	self->asymmetry = make_asymmetric(self->asymmetry, variant->dir);
	self->asymmetry = tsrw_asymmetry_note(self->asymmetry, tsrw_other(variant->dir),
					      false);
	self->asymmetry = tsrw_asymmetry_end_interval(self->asymmetry);
	EXPECT_EQ(0, run_of(self->asymmetry));
	EXPECT_FALSE(self->asymmetry & TSRW_ASYMMETRIC);
}

TEST_F(run, of_turns_is_none)
{
	u32 i;

	for (i = 0; i < 100; i++) {
		self->asymmetry = make_asymmetric(self->asymmetry, variant->dir);
		ASSERT_EQ(1, run_of(self->asymmetry));
		self->asymmetry = make_asymmetric(self->asymmetry, tsrw_other(variant->dir));
		ASSERT_EQ(1, run_of(self->asymmetry));
	}
	EXPECT_FALSE(self->asymmetry & TSRW_ASYMMETRIC);
}

/* Neither for nor against: segments in vain, or none */
TEST_F(run, waits_where_nothing_new_is_acknowledged)
{
	self->asymmetry = make_asymmetric(self->asymmetry, variant->dir);
	self->asymmetry = make_asymmetric(self->asymmetry, variant->dir);
	self->asymmetry = tsrw_asymmetry_end_interval(self->asymmetry);
	EXPECT_EQ(2, run_of(self->asymmetry));
	self->asymmetry = tsrw_asymmetry_note(self->asymmetry, variant->dir, false);
	self->asymmetry = tsrw_asymmetry_end_interval(self->asymmetry);
	EXPECT_EQ(2, run_of(self->asymmetry));
	EXPECT_FALSE(self->asymmetry & TSRW_ASYMMETRIC);
	self->asymmetry = make_asymmetric(self->asymmetry, variant->dir);
	EXPECT_TRUE(self->asymmetry & TSRW_ASYMMETRIC);
}

TEST_F(run, is_said_for_good)
{
	u32 i;

	for (i = 0; i < 3; i++)
		self->asymmetry = make_asymmetric(self->asymmetry, variant->dir);
	for (i = 0; i < 5; i++) {
		self->asymmetry = both_seen(self->asymmetry);
		EXPECT_EQ(TSRW_ASYMMETRIC,
			  self->asymmetry & (TSRW_ASYMMETRIC | TSRW_ASYMMETRY_RUN_MASK));
		self->asymmetry = tsrw_asymmetry_note(self->asymmetry, variant->dir, true);
		EXPECT_TRUE(self->asymmetry & TSRW_ASYMMETRIC);
	}
}

/* However it was found out, by the handshake, say, and whatever comes by then */
TEST(asymmetric_is_kept_in_every_interval)
{
	u32 i;

	for (i = 0; i < 16; i++) {
		u8 asymmetry = TSRW_ASYMMETRIC | i;

		EXPECT_TRUE(tsrw_asymmetry_end_interval(asymmetry) & TSRW_ASYMMETRIC)
			TH_LOG("asymmetry %x", i);
	}
}

/* One sends, the other one acknowledges */
TEST_F(run, does_not_begin_where_both_come_by)
{
	self->asymmetry = tsrw_asymmetry_note(0, variant->dir, true);
	self->asymmetry = tsrw_asymmetry_note(self->asymmetry, tsrw_other(variant->dir),
					      false);
	self->asymmetry = tsrw_asymmetry_end_interval(self->asymmetry);
	EXPECT_EQ(0, run_of(self->asymmetry));
}

TEST(interval_without_acks_is_not_asymmetric)
{
	u8 asymmetry = 0;
	u32 i;

	for (i = 0; i < 10; i++) {
		asymmetry = tsrw_asymmetry_note(asymmetry, i & 1, false);
		asymmetry = tsrw_asymmetry_end_interval(asymmetry);
		EXPECT_EQ(0, run_of(asymmetry));
		asymmetry = tsrw_asymmetry_end_interval(asymmetry);
	}
	EXPECT_FALSE(asymmetry & TSRW_ASYMMETRIC);
}

TEST(window_has_borders)
{
	static const u32 acked[] = {
		1, 1000, 0x3fffffff, 0x40000000, 0x80000000, 0xbfffffff,
		0xc0000000, 0xfffffffe, 0xffffffff,
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(acked); i++) {
		u32 a = acked[i];

		EXPECT_FALSE(tsrw_asymmetry_beyond_window(a, a));
		EXPECT_FALSE(tsrw_asymmetry_beyond_window(a - 1, a));
		EXPECT_FALSE(tsrw_asymmetry_beyond_window(a - WINDOW_MAX, a));
		EXPECT_FALSE(tsrw_asymmetry_beyond_window(a + WINDOW_MAX, a));
		EXPECT_TRUE(tsrw_asymmetry_beyond_window(a + WINDOW_MAX + 1, a));
		EXPECT_TRUE(tsrw_asymmetry_beyond_window(a + 2 * WINDOW_MAX, a));
		EXPECT_TRUE(tsrw_asymmetry_beyond_window(a + 3 * WINDOW_MAX - 1,
							 a));
		EXPECT_FALSE(tsrw_asymmetry_beyond_window(a + 3 * WINDOW_MAX, a));
	}
}

TEST(window_before_any_acknowledgment)
{
	EXPECT_FALSE(tsrw_asymmetry_beyond_window(0, 0));
	EXPECT_FALSE(tsrw_asymmetry_beyond_window(WINDOW_MAX + 1, 0));
	EXPECT_FALSE(tsrw_asymmetry_beyond_window(0x80000000, 0));
}

TEST_HARNESS_MAIN

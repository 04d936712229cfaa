// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a segment, and an interval's end, do to what a connection's two directions
 * have shown.
 */
#include "kselftest_harness.h"

#include "core/sides.h"

#define WINDOW_MAX	0x40000000u

#define SEEN(dir)	(TSRW_SIDE_SEEN << (dir))
#define ACKED(dir)	(TSRW_SIDE_ACKED << (dir))

static u32 run_of(u8 sides)
{
	return (sides & TSRW_SIDES_RUN_MASK) / TSRW_SIDES_RUN;
}

/* An interval in which @dir acknowledged more, and nothing came the other way */
static u8 one_sided(u8 sides, enum tsrw_direction dir)
{
	return tsrw_sides_end_interval(tsrw_sides_note(sides, dir, true));
}

static u8 both_seen(u8 sides)
{
	sides = tsrw_sides_note(sides, TSRW_EGRESS, true);
	return tsrw_sides_end_interval(tsrw_sides_note(sides, TSRW_INGRESS,
						       true));
}

TEST(note_adds_up)
{
	u8 sides = 0;

	sides = tsrw_sides_note(sides, TSRW_EGRESS, false);
	EXPECT_EQ(SEEN(TSRW_EGRESS), sides);
	sides = tsrw_sides_note(sides, TSRW_INGRESS, true);
	EXPECT_EQ(SEEN(TSRW_EGRESS) | SEEN(TSRW_INGRESS) | ACKED(TSRW_INGRESS),
		  sides);
	sides = tsrw_sides_note(sides, TSRW_INGRESS, false);
	EXPECT_EQ(SEEN(TSRW_EGRESS) | SEEN(TSRW_INGRESS) | ACKED(TSRW_INGRESS),
		  sides);
	sides = tsrw_sides_note(sides, TSRW_EGRESS, true);
	EXPECT_EQ(SEEN(TSRW_EGRESS) | SEEN(TSRW_INGRESS) | ACKED(TSRW_EGRESS) |
		  ACKED(TSRW_INGRESS), sides);
	EXPECT_EQ(0, tsrw_sides_end_interval(sides));
}

FIXTURE(run) {
	u8 sides;
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

TEST_F(run, of_three_is_one_sided_and_of_less_is_not)
{
	u32 i;

	for (i = 1; i <= 3; i++) {
		EXPECT_FALSE(self->sides & TSRW_ONE_SIDED);
		self->sides = one_sided(self->sides, variant->dir);
		EXPECT_EQ(i, run_of(self->sides));
	}
	EXPECT_TRUE(self->sides & TSRW_ONE_SIDED);
}

TEST_F(run, goes_on_without_overflowing)
{
	u32 i;

	for (i = 0; i < 300; i++)
		self->sides = one_sided(self->sides, variant->dir);
	EXPECT_EQ(3, run_of(self->sides));
	EXPECT_TRUE(self->sides & TSRW_ONE_SIDED);
}

TEST_F(run, is_ended_by_both_directions)
{
	u32 i;

	for (i = 0; i < 100; i++) {
		self->sides = one_sided(self->sides, variant->dir);
		self->sides = one_sided(self->sides, variant->dir);
		ASSERT_EQ(2, run_of(self->sides));
		self->sides = both_seen(self->sides);
		EXPECT_EQ(0, run_of(self->sides));
	}
	EXPECT_FALSE(self->sides & TSRW_ONE_SIDED);
}

/* It comes by: what it acknowledges does not matter */
TEST_F(run, is_ended_by_the_other_direction_alone)
{
	self->sides = one_sided(self->sides, variant->dir);
	self->sides = one_sided(self->sides, variant->dir);
	self->sides = tsrw_sides_note(self->sides, tsrw_other(variant->dir),
				      false);
	self->sides = tsrw_sides_end_interval(self->sides);
	EXPECT_EQ(0, run_of(self->sides));
	EXPECT_FALSE(self->sides & TSRW_ONE_SIDED);
}

TEST_F(run, of_turns_is_none)
{
	u32 i;

	for (i = 0; i < 100; i++) {
		self->sides = one_sided(self->sides, variant->dir);
		ASSERT_EQ(1, run_of(self->sides));
		self->sides = one_sided(self->sides, tsrw_other(variant->dir));
		ASSERT_EQ(1, run_of(self->sides));
	}
	EXPECT_FALSE(self->sides & TSRW_ONE_SIDED);
}

/* Neither for nor against: segments in vain, or none */
TEST_F(run, waits_where_nothing_new_is_acknowledged)
{
	self->sides = one_sided(self->sides, variant->dir);
	self->sides = one_sided(self->sides, variant->dir);
	self->sides = tsrw_sides_end_interval(self->sides);
	EXPECT_EQ(2, run_of(self->sides));
	self->sides = tsrw_sides_note(self->sides, variant->dir, false);
	self->sides = tsrw_sides_end_interval(self->sides);
	EXPECT_EQ(2, run_of(self->sides));
	EXPECT_FALSE(self->sides & TSRW_ONE_SIDED);
	self->sides = one_sided(self->sides, variant->dir);
	EXPECT_TRUE(self->sides & TSRW_ONE_SIDED);
}

TEST_F(run, is_said_for_good)
{
	u32 i;

	for (i = 0; i < 3; i++)
		self->sides = one_sided(self->sides, variant->dir);
	for (i = 0; i < 5; i++) {
		self->sides = both_seen(self->sides);
		EXPECT_EQ(TSRW_ONE_SIDED,
			  self->sides & (TSRW_ONE_SIDED | TSRW_SIDES_RUN_MASK));
		self->sides = tsrw_sides_note(self->sides, variant->dir, true);
		EXPECT_TRUE(self->sides & TSRW_ONE_SIDED);
	}
}

/* However it was found out, by the handshake, say, and whatever comes by then */
TEST(one_sided_is_kept_in_every_interval)
{
	u32 i;

	for (i = 0; i < 16; i++) {
		u8 sides = TSRW_ONE_SIDED | i;

		EXPECT_TRUE(tsrw_sides_end_interval(sides) & TSRW_ONE_SIDED)
			TH_LOG("sides %x", i);
	}
}

/* One sends, the other one acknowledges */
TEST_F(run, does_not_begin_where_both_come_by)
{
	self->sides = tsrw_sides_note(0, variant->dir, true);
	self->sides = tsrw_sides_note(self->sides, tsrw_other(variant->dir),
				      false);
	self->sides = tsrw_sides_end_interval(self->sides);
	EXPECT_EQ(0, run_of(self->sides));
}

TEST(interval_without_acks_is_not_one_sided)
{
	u8 sides = 0;
	u32 i;

	for (i = 0; i < 10; i++) {
		sides = tsrw_sides_note(sides, i & 1, false);
		sides = tsrw_sides_end_interval(sides);
		EXPECT_EQ(0, run_of(sides));
		sides = tsrw_sides_end_interval(sides);
	}
	EXPECT_FALSE(sides & TSRW_ONE_SIDED);
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

		EXPECT_FALSE(tsrw_sides_beyond_window(a, a));
		EXPECT_FALSE(tsrw_sides_beyond_window(a - 1, a));
		EXPECT_FALSE(tsrw_sides_beyond_window(a - WINDOW_MAX, a));
		EXPECT_FALSE(tsrw_sides_beyond_window(a + WINDOW_MAX, a));
		EXPECT_TRUE(tsrw_sides_beyond_window(a + WINDOW_MAX + 1, a));
		EXPECT_TRUE(tsrw_sides_beyond_window(a + 2 * WINDOW_MAX, a));
		EXPECT_TRUE(tsrw_sides_beyond_window(a + 3 * WINDOW_MAX - 1,
						     a));
		EXPECT_FALSE(tsrw_sides_beyond_window(a + 3 * WINDOW_MAX, a));
	}
}

TEST(window_before_any_acknowledgment)
{
	EXPECT_FALSE(tsrw_sides_beyond_window(0, 0));
	EXPECT_FALSE(tsrw_sides_beyond_window(WINDOW_MAX + 1, 0));
	EXPECT_FALSE(tsrw_sides_beyond_window(0x80000000, 0));
}

TEST_HARNESS_MAIN

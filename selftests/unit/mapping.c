// SPDX-License-Identifier: GPL-2.0-only
/*
 * Inside TSvals to outside ones and back: over the wrap, at every clock rate,
 * and for flows of days and years.
 */
#include "kselftest_harness.h"

#include "core/result.h"
#include "random.h"

#define REACH	0x40000000u	/* of the echo check */
#define HALF	0x80000000u
#define DAY	86400u
#define MHZ	1000000u

static struct tsrw_span span_of(u32 tsval, u32 outside)
{
	struct tsrw_span span;

	tsrw_span_begin(&span, tsval, outside);
	return span;
}

static void advance_span(struct tsrw_span *span, u32 tsval, u32 idle)
{
	tsrw_span_note(span, tsval, idle, false);
}

TEST(serial_comparison_over_the_wrap)
{
	EXPECT_TRUE(tsrw_after(1, 0));
	EXPECT_FALSE(tsrw_after(0, 1));
	EXPECT_FALSE(tsrw_after(7, 7));
	EXPECT_TRUE(tsrw_after(0, 0xffffffff));
	EXPECT_FALSE(tsrw_after(0xffffffff, 0));
	EXPECT_TRUE(tsrw_after(HALF - 1, 0));
	EXPECT_FALSE(tsrw_after(HALF + 1, 0));
	EXPECT_TRUE(tsrw_after(HALF - 2, 0xffffffff));
}

TEST(a_connection_begins_with_the_outside_value_it_was_given)
{
	static const u32 values[] = { 1, 2, HALF - 1, HALF, ~0u - 1, ~0u };
	unsigned int i, k;

	for (i = 0; i < ARRAY_SIZE(values); i++) {
		for (k = 0; k < ARRAY_SIZE(values); k++) {
			struct tsrw_span span = span_of(values[i], values[k]);

			EXPECT_EQ(values[i], span.first);
			EXPECT_EQ(values[i], span.last);
			EXPECT_EQ(values[k],
				  tsrw_span_rewrite(&span, values[i]));
			EXPECT_EQ(values[i],
				  tsrw_span_restore(&span, values[k]));
		}
	}
}

TEST(steps_inside_are_steps_outside)
{
	struct tsrw_span span = span_of(0xfffffff0, 0x80000000);
	u32 i;

	for (i = 0; i < 64; i++)
		EXPECT_EQ(0x80000000 + i,
			  tsrw_span_rewrite(&span, 0xfffffff0 + i));
}

/* A SYN cookie lives in the low bits (tcp_syncookies) */
TEST(restoring_is_exact_for_every_value_but_the_one_tick)
{
	struct random rng = { 2 };
	unsigned int i, k;

	for (i = 0; i < 2000; i++) {
		u32 base = random_u32(&rng);
		struct tsrw_span span = span_of(base, random_u32(&rng) | 2);

		for (k = 0; k < 256; k++) {
			u32 tsval = base + (k < 128 ? k : random_u32(&rng));
			u32 outside = tsrw_span_rewrite(&span, tsval);

			if (outside > 1)
				ASSERT_EQ(tsval,
					  tsrw_span_restore(&span, outside));
		}
	}
}

/* Around outside 0, by every value that may have been sent last */
TEST(outside_zero_is_never_emitted_and_its_echo_was_sent)
{
	const u32 begin = 0xfffffff8;
	u32 inside, last, step;

	for (inside = 100; inside > 50; inside -= 7) {
		for (step = 1; step < 4; step++) {
			struct tsrw_span span = span_of(inside, begin);
			u32 zero = inside - begin;
			u32 sent_as_1 = 0;
			bool sent = false;

			for (last = inside; last <= zero + 6; last += step) {
				u32 outside = tsrw_span_rewrite(&span, last);

				advance_span(&span, last, 0);
				ASSERT_NE(0, outside);
				if (outside == 1 && !sent) {
					sent = true;
					sent_as_1 = last;
				}
				ASSERT_EQ(last, tsrw_span_restore(&span, outside));
				if (sent)
					ASSERT_GE(1, tsrw_span_restore(&span, 1) - sent_as_1);
			}
		}
	}
}

TEST(echo_of_one_when_only_the_zero_was_sent)
{
	struct tsrw_span span = span_of(40, ~0u);

	advance_span(&span, 41, 0);
	EXPECT_EQ(1, tsrw_span_rewrite(&span, 41));
	EXPECT_EQ(41, tsrw_span_restore(&span, 1));
	EXPECT_TRUE(tsrw_span_sent(&span, tsrw_span_restore(&span, 1)));
	advance_span(&span, 42, 0);
	EXPECT_EQ(1, tsrw_span_rewrite(&span, 42));
	EXPECT_EQ(42, tsrw_span_restore(&span, 1));
}

TEST(echo_of_one_in_a_span_that_begins_with_one)
{
	struct tsrw_span span = span_of(40, 1);

	EXPECT_EQ(40, tsrw_span_restore(&span, 1));
	advance_span(&span, 41, 0);
	EXPECT_EQ(40, tsrw_span_restore(&span, 1));
	EXPECT_EQ(41, tsrw_span_restore(&span, 2));
}

/* Only outside 1 stands for two: its neighbour must not be touched */
TEST(echo_just_past_the_last_is_not_bent)
{
	struct tsrw_span span = span_of(40, 77);

	EXPECT_EQ(41, tsrw_span_restore(&span, 78));
	EXPECT_FALSE(tsrw_span_sent(&span, 41));
}

TEST(echo_check_of_a_single_value)
{
	struct tsrw_span span = span_of(5, 1000);

	EXPECT_TRUE(tsrw_span_sent(&span, 5));
	EXPECT_FALSE(tsrw_span_sent(&span, 4));
	EXPECT_FALSE(tsrw_span_sent(&span, 6));
	EXPECT_FALSE(tsrw_span_sent(&span, 5 + HALF));
}

TEST(echo_check_from_first_to_last)
{
	struct tsrw_span span = span_of(0xffffffe0, 1000);
	u32 tsval;

	advance_span(&span, 0x20, 0);
	for (tsval = 0xffffffe0; tsval != 0x21; tsval++)
		EXPECT_TRUE(tsrw_span_sent(&span, tsval));
	EXPECT_FALSE(tsrw_span_sent(&span, 0xffffffdf));
	EXPECT_FALSE(tsrw_span_sent(&span, 0x21));
	EXPECT_FALSE(tsrw_span_sent(&span, HALF));
}

TEST(echo_check_reaches_back_by_2_to_the_30th_and_no_further)
{
	struct tsrw_span span = { .offset = 9, .first = 0, .last = HALF - 1 };
	u32 last;

	EXPECT_TRUE(tsrw_span_sent(&span, span.last));
	EXPECT_TRUE(tsrw_span_sent(&span, span.last - REACH));
	EXPECT_FALSE(tsrw_span_sent(&span, span.last - REACH - 1));
	EXPECT_FALSE(tsrw_span_sent(&span, span.last + 1));
	EXPECT_FALSE(tsrw_span_sent(&span, span.first));

	for (last = REACH - 2; last != REACH + 3; last++) {
		span.last = last;
		EXPECT_EQ(last <= REACH, tsrw_span_sent(&span, 0));
	}
}

TEST(floor_follows_when_the_reach_ends)
{
	EXPECT_EQ(7, tsrw_span_floor(7, 7));
	EXPECT_EQ(7, tsrw_span_floor(7, 8));
	EXPECT_EQ(7, tsrw_span_floor(7, 7 + REACH));
	EXPECT_EQ(8, tsrw_span_floor(7, 8 + REACH));
	EXPECT_EQ(0u - REACH, tsrw_span_floor(0x100, 0));
	EXPECT_EQ(0xfffffff0, tsrw_span_floor(0xfffffff0, 5));
}

TEST(latest_is_a_monotonic_maximum)
{
	EXPECT_EQ(8, tsrw_span_later(7, 8, 0));
	EXPECT_EQ(8, tsrw_span_later(8, 7, 0));
	EXPECT_EQ(8, tsrw_span_later(8, 8, 0));
	EXPECT_EQ(3, tsrw_span_later(0xffffffff, 3, 0));
	EXPECT_EQ(3, tsrw_span_later(3, 0xffffffff, 0));
	EXPECT_EQ(8, tsrw_span_later(8, 7, 600));
	EXPECT_EQ(8 + HALF - 1, tsrw_span_later(8, 8 + HALF - 1, 0));
}

/* RFC 7323 section 5.5: a clock may turn round while the flow is idle */
TEST(after_long_idle_the_value_that_comes_is_the_latest)
{
	EXPECT_EQ(7, tsrw_span_later(8, 7, 3600));
	EXPECT_EQ(8 + HALF + 5, tsrw_span_later(8, 8 + HALF + 5, 2148));
	EXPECT_EQ(8, tsrw_span_later(8, 8, 3600));
}

/* Whole seconds are rounded down: 2,147 of them can be 2,147.9, and 1 MHz has
 * turned half its circle after 2,147.48
 */
TEST(idle_of_half_a_circle_at_1_mhz_counts_as_long)
{
	u32 tenth;

	for (tenth = 21400; tenth < 21600; tenth++) {
		u32 later = 8 + tenth * (MHZ / 10);

		EXPECT_EQ(later, tsrw_span_later(8, later, tenth / 10))
			TH_LOG("idle for %u.%u s", tenth / 10, tenth % 10);
	}
}

TEST(start_is_the_anchor_where_nothing_is_known)
{
	EXPECT_EQ(12345, tsrw_outside_start(12345, NULL));
	EXPECT_EQ(0xffffffff, tsrw_outside_start(0xffffffff, NULL));
	EXPECT_EQ(1, tsrw_outside_start(0, NULL));
}

/* RFC 6191 section 2: greater by one will do */
TEST(start_is_the_later_of_anchor_and_one_past_the_last)
{
	struct tsrw_span past = span_of(40, 1000);

	advance_span(&past, 50, 0);
	EXPECT_EQ(1011, tsrw_outside_start(900, &past));
	EXPECT_EQ(1011, tsrw_outside_start(1000, &past));
	EXPECT_EQ(1011, tsrw_outside_start(1010, &past));
	EXPECT_EQ(1011, tsrw_outside_start(1011, &past));
	EXPECT_EQ(1012, tsrw_outside_start(1012, &past));
	EXPECT_EQ(5000, tsrw_outside_start(5000, &past));
	EXPECT_EQ(1011, tsrw_outside_start(0xfffffff0, &past));
	EXPECT_EQ(1011, tsrw_outside_start(0, &past));
}

TEST(start_over_the_wrap)
{
	struct tsrw_span past = span_of(40, 0xfffffff0);

	advance_span(&past, 50, 0);
	EXPECT_EQ(0xfffffffb, tsrw_outside_start(0xfffffff1, &past));
	EXPECT_EQ(3, tsrw_outside_start(3, &past));
	advance_span(&past, 55, 0);
	/* 0xffffffff went out last: 0 is next, and not sent */
	EXPECT_EQ(1, tsrw_outside_start(0xfffffff1, &past));
	EXPECT_EQ(1, tsrw_outside_start(0, &past));
	/* the last was 0 and went out as 1 */
	advance_span(&past, 56, 0);
	EXPECT_EQ(2, tsrw_outside_start(0xfffffff1, &past));
	EXPECT_EQ(2, tsrw_outside_start(1, &past));
}

/* An anchor that a fast clock left behind, or that is far ahead after idle */
TEST(hundred_thousand_connections_never_run_backwards)
{
	struct random rng = { 3 };
	struct tsrw_span past;
	u32 anchor = 0xfff00000;
	unsigned int i;

	past = span_of(random_u32(&rng), tsrw_outside_start(anchor, NULL));
	for (i = 0; i < 100000; i++) {
		u32 last, next, tsval = random_u32(&rng);

		advance_span(&past, past.last + random_below(&rng, 5000000), 0);
		last = tsrw_span_rewrite(&past, past.last);
		anchor += random_below(&rng, 4000);
		next = tsrw_outside_start(anchor, &past);
		ASSERT_NE(0, next);
		ASSERT_LT(0, (s32)(next - last));
		past = span_of(tsval, next);
		ASSERT_EQ(next, tsrw_span_rewrite(&past, tsval));
	}
}

/* SYN retransmissions at 1 kHz are within 64 s; a raw value may be that old */
TEST(raw_echo_is_told_from_an_impossible_one)
{
	struct tsrw_span span = span_of(100000, 0x70000000);

	EXPECT_TRUE(tsrw_span_echoes_raw(&span, 100000));
	EXPECT_TRUE(tsrw_span_echoes_raw(&span, 100000 - 64000));
	EXPECT_FALSE(tsrw_span_echoes_raw(&span, 100001));
	EXPECT_FALSE(tsrw_span_echoes_raw(&span, 100000 + HALF));
	EXPECT_FALSE(tsrw_span_echoes_raw(&span, 0x70000000));
	EXPECT_FALSE(tsrw_span_echoes_raw(&span, 0x6fffffff));
}

TEST(raw_echo_within_the_span_and_over_the_wrap)
{
	struct tsrw_span span = span_of(1000, 0x70000000);

	advance_span(&span, 64000, 0);
	EXPECT_TRUE(tsrw_span_echoes_raw(&span, 64000));
	EXPECT_TRUE(tsrw_span_echoes_raw(&span, 1000));
	EXPECT_TRUE(tsrw_span_echoes_raw(&span, 1000 - 64000));
	EXPECT_FALSE(tsrw_span_echoes_raw(&span, 64001));
}

TEST(raw_echo_from_the_beginning_of_a_long_span)
{
	struct tsrw_span span = span_of(0x1000, 0x70000000);

	advance_span(&span, 0x1000 + REACH, 0);
	EXPECT_TRUE(tsrw_span_echoes_raw(&span, 0x1000));
	EXPECT_FALSE(tsrw_span_echoes_raw(&span, 0x1001 + REACH));
}

/* The first retransmission is a second later, which is 10^6 ticks */
TEST(raw_echo_from_a_clock_of_1_mhz)
{
	struct tsrw_span span = span_of(500 * MHZ, 0x70000000);

	EXPECT_TRUE(tsrw_span_echoes_raw(&span, 499 * MHZ));
	EXPECT_FALSE(tsrw_span_echoes_raw(&span, (500 - 64) * MHZ));
}

FIXTURE(clock) {
	struct random rng;
};

FIXTURE_VARIANT(clock) {
	u32 hz;
	u32 days;
	u32 pause;	/* ms, at most, between two segments */
};

FIXTURE_SETUP(clock)
{
	self->rng.state = variant->hz;
}

FIXTURE_TEARDOWN(clock)
{
}

FIXTURE_VARIANT_ADD(clock, hz2_for_9_years) {
	2, 9 * 365, 6 * 3600 * 1000
};

FIXTURE_VARIANT_ADD(clock, hz100_for_3_years) {
	100, 3 * 365, 3600 * 1000
};

FIXTURE_VARIANT_ADD(clock, hz250_for_1_year) {
	250, 365, 3600 * 1000
};

FIXTURE_VARIANT_ADD(clock, khz1_for_25_days) {
	1000, 25, 60 * 1000
};

FIXTURE_VARIANT_ADD(clock, khz1_for_50_days) {
	1000, 50, 60 * 1000
};

FIXTURE_VARIANT_ADD(clock, khz1_for_5_years) {
	1000, 5 * 365, 5 * DAY * 1000
};

FIXTURE_VARIANT_ADD(clock, mhz1_for_50_days) {
	MHZ, 50, 60 * 1000
};

FIXTURE_VARIANT_ADD(clock, mhz1_for_1_year) {
	MHZ, 365, 1000 * 1000
};

/*
 * The inside host sends now and then, the peer echoes one of the last few, or
 * only the last if it is old; a segment may overtake another.
 */
TEST_F(clock, every_echo_is_exact_and_checked)
{
	const __u64 end = (__u64)variant->days * DAY * 1000;
	const u32 inside = random_u32(&self->rng);
	__u64 sent[4] = {}, now = 0;
	struct tsrw_span span = span_of(inside, random_u32(&self->rng) | 1);
	u32 first_outside = tsrw_span_rewrite(&span, inside);
	unsigned int i;

	while (now < end) {
		u32 pause = 1 + random_below(&self->rng, variant->pause);
		__u64 ticks;

		now += pause;
		ticks = now * variant->hz / 1000;
		for (i = 3; i > 0; i--)
			sent[i] = sent[i - 1];
		sent[0] = ticks;

		advance_span(&span, inside + (u32)sent[0], pause / 1000);
		if (random_percent(&self->rng, 50) && sent[0] - sent[1] < HALF)
			advance_span(&span, inside + (u32)sent[1], 0);
		ASSERT_EQ(inside + (u32)ticks, span.last);

		for (i = 0; i < 4; i++) {
			u32 tsval = inside + (u32)sent[i];
			u32 outside = tsrw_span_rewrite(&span, tsval);
			u32 want = first_outside + (u32)sent[i];

			ASSERT_EQ(want ? want : 1, outside);
			if (outside != 1)
				ASSERT_EQ(tsval, tsrw_span_restore(&span, outside));
			if (ticks - sent[i] <= REACH)
				ASSERT_TRUE(tsrw_span_sent(&span, tsval));
		}
		ASSERT_FALSE(tsrw_span_sent(&span, span.last + 1));
		ASSERT_FALSE(tsrw_span_sent(&span, span.last + HALF));
		ASSERT_FALSE(tsrw_span_sent(&span, span.last - REACH - 1));
		if (ticks < REACH)
			ASSERT_FALSE(tsrw_span_sent(&span, inside - 1));
		if (ticks >= 2ULL * REACH)
			ASSERT_TRUE(tsrw_span_sent(&span, span.last - REACH));
	}
}

/* Windows servers and some switches send TSval 0 first */
TEST(clock_behind_zero_goes_on_from_the_outside_value_of_zero)
{
	static const u32 clocks[] = { 1, 2, 1000, HALF - 1, HALF, HALF + 1, ~0u };
	static const u32 starts[] = { 1, 77, HALF, ~0u - 1 };
	unsigned int i, k;

	for (i = 0; i < ARRAY_SIZE(clocks); i++) {
		for (k = 0; k < ARRAY_SIZE(starts); k++) {
			struct tsrw_span span = span_of(0, starts[k]);
			struct tsrw_result result = { .first_is_zero = true };

			EXPECT_FALSE(tsrw_span_note(&span, 0, 0, false));
			EXPECT_EQ(starts[k], tsrw_span_outside(&span, 0));
			EXPECT_TRUE(tsrw_span_note(&span, clocks[i], 0, false));
			EXPECT_EQ(starts[k] + 1, tsrw_span_outside(&span, clocks[i]));
			EXPECT_FALSE(tsrw_span_note(&span, clocks[i] + 9, 0, false));
			EXPECT_EQ(starts[k] + 10 ?: 1,
				  tsrw_span_outside(&span, clocks[i] + 9));
			result.span = span;
			EXPECT_EQ(0, tsrw_result_restore(&result, starts[k]));
			EXPECT_EQ(clocks[i], tsrw_result_restore(&result, starts[k] + 1));
			EXPECT_TRUE(tsrw_span_sent(&span, tsrw_span_restore(&span,
									    starts[k])));
		}
	}
}

/* Once the reach of the echo check has moved on, what stands at its end is no 0 */
TEST(echo_of_zero_is_that_of_a_young_connection)
{
	struct tsrw_span span = span_of(0, 5000);
	struct tsrw_result result = { .first_is_zero = true };
	u32 tsval = 900;

	tsrw_span_note(&span, tsval, 0, false);
	for (tsval += REACH / 2; tsval < 900 + REACH; tsval += REACH / 4)
		tsrw_span_note(&span, tsval, 0, false);
	tsrw_span_note(&span, 900 + REACH, 0, false);
	result.span = span;
	EXPECT_EQ(span.first, tsrw_result_restore(&result, tsrw_span_rewrite(&span,
									     span.first)));
}

TEST(what_is_of_no_clock_shows_the_last_and_changes_nothing)
{
	static const u32 ahead[] = { REACH + 1, HALF - 1, HALF, HALF + 1, 0u - 1001 };
	struct tsrw_span span = span_of(1000, 5000), before;
	unsigned int i;

	tsrw_span_note(&span, 2000, 0, false);
	before = span;
	for (i = 0; i < ARRAY_SIZE(ahead); i++) {
		EXPECT_FALSE(tsrw_span_is_usual(&span, 2000 + ahead[i]));
		tsrw_span_note(&span, 2000 + ahead[i], TSRW_IDLE_LONG, false);
		EXPECT_EQ(0, memcmp(&before, &span, sizeof(span)));
		EXPECT_EQ(6000, tsrw_span_outside(&span, 2000 + ahead[i]));
	}
	EXPECT_FALSE(tsrw_span_is_usual(&span, 0));
	tsrw_span_note(&span, 0, TSRW_IDLE_LONG + 1, false);
	EXPECT_EQ(0, memcmp(&before, &span, sizeof(span)));
	EXPECT_EQ(6000, tsrw_span_outside(&span, 0));
	/* and what is of the clock goes on, old or new */
	EXPECT_TRUE(tsrw_span_is_usual(&span, 1500));
	EXPECT_EQ(5500, tsrw_span_outside(&span, 1500));
	EXPECT_TRUE(tsrw_span_is_usual(&span, 2000 + REACH));
	tsrw_span_note(&span, 2000 + REACH, 0, false);
	EXPECT_EQ(6000 + REACH, tsrw_span_outside(&span, 2000 + REACH));
}

/* Nobody looks at the TSval of an RST, which may be anything */
TEST(tsval_of_an_rst_is_noted_if_it_is_close)
{
	struct tsrw_span span = span_of(1000, 5000), before = span;

	tsrw_span_note(&span, 1000 + TSRW_RST_AHEAD + 1, TSRW_IDLE_LONG + 1, true);
	EXPECT_EQ(0, memcmp(&before, &span, sizeof(span)));
	tsrw_span_note(&span, 1000 + TSRW_RST_AHEAD, 0, true);
	EXPECT_EQ(1000 + TSRW_RST_AHEAD, span.last);
}

TEST_HARNESS_MAIN

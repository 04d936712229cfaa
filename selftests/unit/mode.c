// SPDX-License-Identifier: GPL-2.0-only
/*
 * What each mode makes of each kind of TSopt, and the echo check's borders.
 */
#include "kselftest_harness.h"

#include "segment.h"

#define OFFSET		0x90000000u	/* farther than the reach */
#define FIRST		0x27000000u
#define LAST		(FIRST + 5000)
#define REACH		0x40000000u
#define MODES		(TSREWRITE_MODE_MAX + 1)

static const struct tsrw_span span = {
	.offset = OFFSET, .first = FIRST, .last = LAST,
};

enum kind {
	NO_TSOPT,
	NO_ACK,
	ECHO_ZERO,
	POSSIBLE,
	PAST,
	FUTURE,
	KINDS,
};

/* @tsecr: what would be delivered if it were not translated in mode rewrite */
static struct tsrw_segment make_segment(enum kind kind, enum tsrewrite_mode mode)
{
	static const u32 delivered[KINDS] = {
		[NO_TSOPT] = LAST, [NO_ACK] = LAST, [POSSIBLE] = LAST - 7,
		[PAST] = FIRST - 1, [FUTURE] = LAST + 1,
	};
	u32 tsecr = delivered[kind];
	struct tsrw_segment seg;

	if (mode == TSREWRITE_MODE_REWRITE && kind != ECHO_ZERO)
		tsecr += OFFSET;
	seg = seg_data(1, 0, 1, 77, tsecr);
	seg.has_tsopt = kind != NO_TSOPT;
	seg.has_ack = kind != NO_ACK;
	return seg;
}

/* Whatever the mode, the first one of these that holds */
static enum tsrw_action expected_action(enum kind kind, enum tsrewrite_mode mode)
{
	static const enum tsrw_action of_echo[MODES] = {
		[TSREWRITE_MODE_REWRITE] = TSRW_TRANSLATE,
		[TSREWRITE_MODE_BUG] = TSRW_PASS_UNRESTORED,
		[TSREWRITE_MODE_OBSERVE] = TSRW_PASS_OBSERVED,
	};

	if (kind == NO_TSOPT)
		return TSRW_PASS_NO_TSOPT;
	if (mode == TSREWRITE_MODE_OFF)
		return TSRW_PASS_MODE_OFF;
	if (mode == TSREWRITE_MODE_STRIP)
		return TSRW_STRIP;
	if (kind == NO_ACK)
		return TSRW_PASS_NO_ACK;
	return kind == ECHO_ZERO ? TSRW_PASS_ECHO_ZERO : of_echo[mode];
}

static bool checks_echo(enum tsrw_action action)
{
	return action == TSRW_TRANSLATE || action == TSRW_PASS_OBSERVED ||
	       action == TSRW_PASS_UNRESTORED;
}

TEST(ingress_of_every_kind_in_every_mode)
{
	u32 kind, mode;

	for (kind = 0; kind < KINDS; kind++) {
		for (mode = 0; mode < MODES; mode++) {
			struct tsrw_segment seg = make_segment(kind, mode);
			enum tsrw_action action = expected_action(kind, mode);
			bool checked = checks_echo(action);
			struct tsrw_result result = { .action = TSRW_ZERO };

			tsrw_mode_ingress(&result, &span, mode, &seg);
			EXPECT_EQ(action, result.action)
				TH_LOG("kind %u mode %u", kind, mode);
			EXPECT_EQ(checked && kind == POSSIBLE, result.verified)
				TH_LOG("kind %u mode %u", kind, mode);
			EXPECT_EQ(checked && kind == FUTURE, result.future)
				TH_LOG("kind %u mode %u", kind, mode);
			EXPECT_EQ(0, result.events);
			EXPECT_EQ(0, memcmp(&span, &result.span, sizeof(span)));
		}
	}
}

TEST(egress_in_every_mode)
{
	static const enum tsrw_action actions[MODES] = {
		[TSREWRITE_MODE_OFF] = TSRW_PASS_MODE_OFF,
		[TSREWRITE_MODE_REWRITE] = TSRW_TRANSLATE,
		[TSREWRITE_MODE_BUG] = TSRW_TRANSLATE,
		[TSREWRITE_MODE_OBSERVE] = TSRW_PASS_OBSERVED,
		[TSREWRITE_MODE_STRIP] = TSRW_STRIP,
	};
	u32 mode;

	for (mode = 0; mode < MODES; mode++) {
		struct tsrw_result result = {};

		tsrw_mode_egress(&result, &span, mode);
		EXPECT_EQ(actions[mode], result.action) TH_LOG("mode %u", mode);
		EXPECT_EQ(0, memcmp(&span, &result.span, sizeof(span)));
		EXPECT_FALSE(result.verified);
		EXPECT_FALSE(result.future);
		EXPECT_EQ(0, result.events);
	}
}

/* What happened to the flow is not the step's to forget */
TEST(events_are_left_alone)
{
	struct tsrw_segment seg = make_segment(POSSIBLE, TSREWRITE_MODE_REWRITE);
	struct tsrw_result result = { .events = TSRW_EVENT_ESTABLISHED };

	tsrw_mode_ingress(&result, &span, TSREWRITE_MODE_REWRITE, &seg);
	EXPECT_EQ(TSRW_EVENT_ESTABLISHED, result.events);
	tsrw_mode_egress(&result, &span, TSREWRITE_MODE_REWRITE);
	EXPECT_EQ(TSRW_EVENT_ESTABLISHED, result.events);
}

TEST(rewrite_and_bug_write_and_no_other)
{
	EXPECT_FALSE(tsrw_mode_writes(TSREWRITE_MODE_OFF));
	EXPECT_TRUE(tsrw_mode_writes(TSREWRITE_MODE_REWRITE));
	EXPECT_TRUE(tsrw_mode_writes(TSREWRITE_MODE_BUG));
	EXPECT_FALSE(tsrw_mode_writes(TSREWRITE_MODE_OBSERVE));
	EXPECT_FALSE(tsrw_mode_writes(TSREWRITE_MODE_STRIP));
}

/* A mode whose TSvals leave as others is one that tsrw_mode_writes() */
TEST(mode_writes_where_egress_translates)
{
	u32 mode;

	for (mode = 0; mode < MODES; mode++) {
		struct tsrw_result result = {};

		tsrw_mode_egress(&result, &span, mode);
		EXPECT_EQ(tsrw_mode_writes(mode),
			  result.action == TSRW_TRANSLATE);
	}
}

/* The echo check, by mode */
FIXTURE(echo) {
	struct tsrw_result result;
};

FIXTURE_VARIANT(echo) {
	enum tsrewrite_mode mode;
	u32 first;
	u32 last;
};

FIXTURE_VARIANT_ADD(echo, rewritten) {
	TSREWRITE_MODE_REWRITE, FIRST, LAST
};

FIXTURE_VARIANT_ADD(echo, rewritten_over_the_wrap) {
	TSREWRITE_MODE_REWRITE, 0xfffffff0, 0x20
};

FIXTURE_VARIANT_ADD(echo, rewritten_for_longer_than_the_reach) {
	TSREWRITE_MODE_REWRITE, FIRST, FIRST + REACH + 1000
};

FIXTURE_VARIANT_ADD(echo, of_one_value) {
	TSREWRITE_MODE_REWRITE, FIRST, FIRST
};

FIXTURE_VARIANT_ADD(echo, observed) {
	TSREWRITE_MODE_OBSERVE, FIRST, LAST
};

FIXTURE_VARIANT_ADD(echo, observed_over_the_wrap) {
	TSREWRITE_MODE_OBSERVE, 0xfffffff0, 0x20
};

FIXTURE_VARIANT_ADD(echo, observed_for_longer_than_the_reach) {
	TSREWRITE_MODE_OBSERVE, FIRST, FIRST + REACH + 1000
};

FIXTURE_VARIANT_ADD(echo, not_restored) {
	TSREWRITE_MODE_BUG, FIRST, LAST
};

FIXTURE_SETUP(echo)
{
}

FIXTURE_TEARDOWN(echo)
{
}

/* @inside: the value that is delivered */
static struct tsrw_result echo_arrives(enum tsrewrite_mode mode, u32 first, u32 last,
				       u32 inside)
{
	const struct tsrw_span one = {
		.offset = OFFSET, .first = first, .last = last,
	};
	u32 tsecr = mode == TSREWRITE_MODE_REWRITE ? inside + OFFSET : inside;
	struct tsrw_segment seg = seg_data(1, 0, 1, 77, tsecr);
	struct tsrw_result result = {};

	tsrw_mode_ingress(&result, &one, mode, &seg);
	return result;
}

#define EXPECT_ECHO(ok, later, inside)					\
	do {								\
		self->result = echo_arrives(variant->mode, variant->first,\
					  variant->last, inside);	\
		EXPECT_EQ(ok, self->result.verified);			\
		EXPECT_EQ(later, self->result.future);			\
	} while (0)

TEST_F(echo, is_exact_at_the_borders)
{
	u32 reach = variant->last - variant->first;
	u32 oldest = reach > REACH ? variant->last - REACH : variant->first;

	EXPECT_ECHO(true, false, oldest);
	EXPECT_ECHO(true, false, variant->last);
	EXPECT_ECHO(false, false, oldest - 1);
	EXPECT_ECHO(false, true, variant->last + 1);
	EXPECT_ECHO(false, true, variant->last + 0x7fffffff);
	EXPECT_ECHO(false, false, variant->last + 0x80000000);
	EXPECT_ECHO(false, false, variant->last + 0x80000001);
}

/* Not by what is on the wire: the offset tells the modes apart */
TEST_F(echo, is_checked_as_it_is_delivered)
{
	bool restores = variant->mode == TSREWRITE_MODE_REWRITE;
	const struct tsrw_span one = {
		.offset = OFFSET, .first = variant->first, .last = variant->last,
	};
	struct tsrw_segment seg = seg_data(1, 0, 1, 77, variant->last);

	tsrw_mode_ingress(&self->result, &one, variant->mode, &seg);
	EXPECT_EQ(!restores, self->result.verified);
	seg.tsecr += OFFSET;
	tsrw_mode_ingress(&self->result, &one, variant->mode, &seg);
	EXPECT_EQ(restores, self->result.verified);
}

/* Two inside values left as 1: the later of them was not sent */
TEST(echo_of_one_is_restored_before_it_is_checked)
{
	const struct tsrw_span one = {
		.offset = -LAST, .first = FIRST, .last = LAST,
	};
	struct tsrw_segment seg = seg_data(1, 0, 1, 77, 1);
	struct tsrw_result result = {};

	tsrw_mode_ingress(&result, &one, TSREWRITE_MODE_REWRITE, &seg);
	EXPECT_TRUE(result.verified);
	EXPECT_EQ(LAST, told_inside(&result, 1));
}

TEST(what_passes_untouched_is_no_part_of_a_trial)
{
	EXPECT_EQ(TSRW_UNTOUCHED, tsrw_mode_arm(TSREWRITE_MODE_OFF));
	EXPECT_EQ(TSRW_UNTOUCHED, tsrw_mode_arm(TSRW_MODE_BARE));
	EXPECT_EQ(TSRW_CONTROL, tsrw_mode_arm(TSREWRITE_MODE_OBSERVE));
	EXPECT_EQ(TSRW_TREATED, tsrw_mode_arm(TSREWRITE_MODE_REWRITE));
	EXPECT_EQ(TSRW_TREATED, tsrw_mode_arm(TSREWRITE_MODE_STRIP));
	EXPECT_EQ(TSRW_TREATED, tsrw_mode_arm(TSREWRITE_MODE_BUG));
}

TEST_HARNESS_MAIN

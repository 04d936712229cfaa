// SPDX-License-Identifier: GPL-2.0-only
/*
 * How connections fare, as groups count it.
 */
#include "kselftest_harness.h"

#include "segment.h"

#define ANCHOR		0x50000000u
#define IN_ISN		1000u		/* of the inside end */
#define OUT_ISN		0x90000000u	/* of the outside end */
#define IN_TS		0x27000000u	/* the inside host's clock */
#define OUT_TS		0x33330000u	/* the outside host's */

/* Begun from inside */
FIXTURE(asked) {
	struct tsrw_life life;
	struct tsrw_step step;
};

FIXTURE_SETUP(asked)
{
	self->step = leave_at(&self->life, seg_syn(IN_ISN, IN_TS), ANCHOR);
}

FIXTURE_TEARDOWN(asked)
{
}

/* Begun from outside */
FIXTURE(served) {
	struct tsrw_life life;
	struct tsrw_step step;
};

FIXTURE_SETUP(served)
{
	self->step = leave_at(&self->life, seg_syn_ack(IN_ISN, OUT_ISN + 1,
						       IN_TS, OUT_TS), ANCHOR);
}

FIXTURE_TEARDOWN(served)
{
}

static struct tsrw_step answer(struct tsrw_life *life)
{
	return arrive(life, seg_syn_ack(OUT_ISN, IN_ISN + 1, OUT_TS, ANCHOR));
}

static struct tsrw_segment third(void)
{
	return seg_data(IN_ISN + 1, 0, OUT_ISN + 1, IN_TS + 1, OUT_TS);
}

static struct tsrw_segment reset(u32 seq)
{
	return (struct tsrw_segment){ .seq = seq, .end = seq, .rst = true };
}

TEST_F(asked, comes_up)
{
	EXPECT_EQ(TSRW_FATE_BEGUN, self->step.fate);
	EXPECT_FALSE(self->step.inbound);
	EXPECT_EQ(TSREWRITE_MODE_REWRITE, (u32)self->step.mode);
	self->step = answer(&self->life);
	EXPECT_EQ(TSRW_FATE_ANSWERED, self->step.fate);
	EXPECT_FALSE(self->step.inbound);
	self->step = leave_at(&self->life, third(), 0);
	EXPECT_EQ(TSRW_FATE_CONFIRMED, self->step.fate);
	EXPECT_EQ(TSREWRITE_MODE_REWRITE, (u32)self->step.mode);
	self->step = leave_at(&self->life, third(), 0);
	EXPECT_EQ(0, self->step.fate);
}

TEST_F(asked, syn_sent_again_is_the_same_attempt)
{
	self->step = leave_at(&self->life, seg_syn(IN_ISN, IN_TS + 1000), ANCHOR);
	EXPECT_EQ(TSRW_EVENT_RETRANSMIT, self->step.events);
	EXPECT_EQ(TSRW_FATE_AGAIN, self->step.fate);
}

TEST_F(asked, another_syn_is_another_attempt)
{
	self->step = leave_at(&self->life, seg_syn(IN_ISN + 7, IN_TS), ANCHOR);
	EXPECT_EQ(TSRW_FATE_BEGUN, self->step.fate);
}

TEST_F(asked, syn_ack_sent_again_answers_nothing)
{
	answer(&self->life);
	EXPECT_EQ(0, answer(&self->life).fate);
}

/* What the outage looked like */
TEST_F(asked, inside_rejects_the_answer)
{
	answer(&self->life);
	self->step = leave_at(&self->life, reset(IN_ISN + 1), 0);
	EXPECT_EQ(TSRW_FATE_REJECTED, self->step.fate);
	EXPECT_EQ(TSREWRITE_MODE_REWRITE, (u32)self->step.mode);
	self->step = leave_at(&self->life, reset(IN_ISN + 1), 0);
	EXPECT_EQ(0, self->step.fate);
}

TEST_F(asked, rst_of_another_number_rejects_nothing)
{
	answer(&self->life);
	self->step = leave_at(&self->life, reset(IN_ISN + 2), 0);
	EXPECT_EQ(0, self->step.fate);
	self->step = leave_at(&self->life, third(), 0);
	EXPECT_EQ(TSRW_FATE_CONFIRMED, self->step.fate);
}

TEST_F(asked, rst_after_the_third_segment_is_no_rejection)
{
	answer(&self->life);
	leave_at(&self->life, third(), 0);
	self->step = leave_at(&self->life, reset(IN_ISN + 1), 0);
	EXPECT_EQ(0, self->step.fate);
}

TEST_F(asked, refused)
{
	struct tsrw_segment seg = reset(0);

	seg.ack = IN_ISN + 1;
	seg.has_ack = true;
	self->step = arrive(&self->life, seg);
	EXPECT_EQ(TSRW_FATE_REFUSED, self->step.fate);
}

/* Its third segment ends no flow of ours: there is none any more */
TEST_F(asked, peer_without_tsopt_comes_up)
{
	self->step = arrive(&self->life,
			    without_tsopt(seg_syn_ack(OUT_ISN, IN_ISN + 1, 0, 0)));
	EXPECT_EQ(TSRW_FATE_ANSWERED | TSRW_FATE_CONFIRMED, self->step.fate);
	EXPECT_TRUE(self->step.events & TSRW_EVENT_END);
}

TEST_F(asked, answer_that_passed_elsewhere)
{
	self->step = leave_at(&self->life, third(), 0);
	EXPECT_EQ(TSRW_FATE_CONFIRMED, self->step.fate);
}

TEST_F(asked, observed_is_told_by_its_mode)
{
	struct tsrw_life life = {};

	self->step = leave_by(&life, seg_syn(IN_ISN, IN_TS),
			      TSREWRITE_MODE_OBSERVE, ANCHOR);
	EXPECT_EQ(TSREWRITE_MODE_OBSERVE, (u32)self->step.mode);
	self->step = arrive(&life, seg_syn_ack(OUT_ISN, IN_ISN + 1, OUT_TS, IN_TS));
	EXPECT_EQ(TSREWRITE_MODE_OBSERVE, (u32)self->step.mode);
	EXPECT_EQ(TSRW_FATE_ANSWERED, self->step.fate);
	self->step = leave_by(&life, third(), TSREWRITE_MODE_REWRITE, 0);
	EXPECT_EQ(TSREWRITE_MODE_OBSERVE, (u32)self->step.mode);
	EXPECT_EQ(TSRW_FATE_CONFIRMED, self->step.fate);
}

TEST_F(served, comes_up)
{
	EXPECT_EQ(TSRW_FATE_BEGUN, self->step.fate);
	EXPECT_TRUE(self->step.inbound);
	self->step = arrive(&self->life, seg_data(OUT_ISN + 1, 0, IN_ISN + 1,
						  OUT_TS + 1, ANCHOR));
	EXPECT_EQ(TSRW_FATE_ANSWERED | TSRW_FATE_CONFIRMED, self->step.fate);
	EXPECT_TRUE(self->step.inbound);
	self->step = leave_at(&self->life, third(), 0);
	EXPECT_EQ(0, self->step.fate);
	EXPECT_TRUE(self->step.inbound);
}

TEST_F(served, peer_wants_it_no_more)
{
	self->step = arrive(&self->life, reset(OUT_ISN + 1));
	EXPECT_EQ(TSRW_FATE_REFUSED, self->step.fate);
	EXPECT_TRUE(self->step.inbound);
}

TEST_F(served, forged_rst_says_nothing)
{
	self->step = arrive(&self->life, reset(OUT_ISN + 2));
	EXPECT_EQ(0, self->step.fate);
}

TEST_F(served, rst_of_a_live_connection_is_no_refusal)
{
	arrive(&self->life, seg_data(OUT_ISN + 1, 0, IN_ISN + 1, OUT_TS + 1,
				     ANCHOR));
	self->step = arrive(&self->life, reset(OUT_ISN + 1));
	EXPECT_EQ(0, self->step.fate);
}

TEST_HARNESS_MAIN

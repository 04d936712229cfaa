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
	struct tsrw_conn conn;
	struct tsrw_result result;
};

FIXTURE_SETUP(asked)
{
	self->result = leave_at(&self->conn, seg_syn(IN_ISN, IN_TS), ANCHOR);
}

FIXTURE_TEARDOWN(asked)
{
}

/* Begun from outside */
FIXTURE(served) {
	struct tsrw_conn conn;
	struct tsrw_result result;
};

FIXTURE_SETUP(served)
{
	self->result = leave_at(&self->conn, seg_syn_ack(IN_ISN, OUT_ISN + 1,
							 IN_TS, OUT_TS), ANCHOR);
}

FIXTURE_TEARDOWN(served)
{
}

static struct tsrw_result arrive_syn_ack(struct tsrw_conn *conn)
{
	return arrive_segment(conn, seg_syn_ack(OUT_ISN, IN_ISN + 1, OUT_TS, ANCHOR));
}

static struct tsrw_segment third_segment(void)
{
	return seg_data(IN_ISN + 1, 0, OUT_ISN + 1, IN_TS + 1, OUT_TS);
}

static struct tsrw_segment reset_with(u32 seq)
{
	return (struct tsrw_segment){ .seq = seq, .end = seq, .rst = true };
}

TEST_F(asked, comes_up)
{
	EXPECT_EQ(TSRW_OUTCOME_ATTEMPT, self->result.outcome);
	EXPECT_FALSE(self->result.inbound);
	EXPECT_EQ(TSREWRITE_MODE_REWRITE, (u32)self->result.mode);
	self->result = arrive_syn_ack(&self->conn);
	EXPECT_EQ(TSRW_OUTCOME_ANSWERED, self->result.outcome);
	EXPECT_FALSE(self->result.inbound);
	self->result = leave_at(&self->conn, third_segment(), 0);
	EXPECT_EQ(TSRW_OUTCOME_ESTABLISHED, self->result.outcome);
	EXPECT_EQ(TSREWRITE_MODE_REWRITE, (u32)self->result.mode);
	self->result = leave_at(&self->conn, third_segment(), 0);
	EXPECT_EQ(0, self->result.outcome);
}

TEST_F(asked, syn_sent_again_is_the_same_attempt)
{
	self->result = leave_at(&self->conn, seg_syn(IN_ISN, IN_TS + 1000), ANCHOR);
	EXPECT_EQ(TSRW_EVENT_RETRANSMIT, self->result.events);
	EXPECT_EQ(TSRW_OUTCOME_RETRANSMITTED, self->result.outcome);
}

TEST_F(asked, another_syn_is_another_attempt)
{
	self->result = leave_at(&self->conn, seg_syn(IN_ISN + 7, IN_TS), ANCHOR);
	EXPECT_EQ(TSRW_OUTCOME_ATTEMPT, self->result.outcome);
}

TEST_F(asked, syn_ack_sent_again_answers_nothing)
{
	arrive_syn_ack(&self->conn);
	EXPECT_EQ(0, arrive_syn_ack(&self->conn).outcome);
}

/* What the outage looked like */
TEST_F(asked, inside_rejects_the_answer)
{
	arrive_syn_ack(&self->conn);
	self->result = leave_at(&self->conn, reset_with(IN_ISN + 1), 0);
	EXPECT_EQ(TSRW_OUTCOME_REFUSED_BY_US, self->result.outcome);
	EXPECT_EQ(TSREWRITE_MODE_REWRITE, (u32)self->result.mode);
	self->result = leave_at(&self->conn, reset_with(IN_ISN + 1), 0);
	EXPECT_EQ(0, self->result.outcome);
}

TEST_F(asked, rst_of_another_number_rejects_nothing)
{
	arrive_syn_ack(&self->conn);
	self->result = leave_at(&self->conn, reset_with(IN_ISN + 2), 0);
	EXPECT_EQ(0, self->result.outcome);
	self->result = leave_at(&self->conn, third_segment(), 0);
	EXPECT_EQ(TSRW_OUTCOME_ESTABLISHED, self->result.outcome);
}

TEST_F(asked, rst_after_the_third_segment_is_no_rejection)
{
	arrive_syn_ack(&self->conn);
	leave_at(&self->conn, third_segment(), 0);
	self->result = leave_at(&self->conn, reset_with(IN_ISN + 1), 0);
	EXPECT_EQ(0, self->result.outcome);
}

TEST_F(asked, refused)
{
	struct tsrw_segment seg = reset_with(0);

	seg.ack = IN_ISN + 1;
	seg.has_ack = true;
	self->result = arrive_segment(&self->conn, seg);
	EXPECT_EQ(TSRW_OUTCOME_REFUSED_BY_PEER, self->result.outcome);
}

/* Its third segment ends no flow of ours: there is none any more */
TEST_F(asked, peer_without_tsopt_comes_up)
{
	self->result = arrive_segment(&self->conn,
				      without_tsopt(seg_syn_ack(OUT_ISN, IN_ISN + 1, 0, 0)));
	EXPECT_EQ(TSRW_OUTCOME_ANSWERED | TSRW_OUTCOME_ESTABLISHED, self->result.outcome);
	EXPECT_TRUE(self->result.events & TSRW_EVENT_END);
}

TEST_F(asked, answer_that_passed_elsewhere)
{
	self->result = leave_at(&self->conn, third_segment(), 0);
	EXPECT_EQ(TSRW_OUTCOME_ESTABLISHED, self->result.outcome);
}

TEST_F(asked, observed_is_told_by_its_mode)
{
	struct tsrw_conn conn = {};

	self->result = leave_by(&conn, seg_syn(IN_ISN, IN_TS),
				TSREWRITE_MODE_OBSERVE, ANCHOR);
	EXPECT_EQ(TSREWRITE_MODE_OBSERVE, (u32)self->result.mode);
	self->result = arrive_segment(&conn, seg_syn_ack(OUT_ISN, IN_ISN + 1, OUT_TS, IN_TS));
	EXPECT_EQ(TSREWRITE_MODE_OBSERVE, (u32)self->result.mode);
	EXPECT_EQ(TSRW_OUTCOME_ANSWERED, self->result.outcome);
	self->result = leave_by(&conn, third_segment(), TSREWRITE_MODE_REWRITE, 0);
	EXPECT_EQ(TSREWRITE_MODE_OBSERVE, (u32)self->result.mode);
	EXPECT_EQ(TSRW_OUTCOME_ESTABLISHED, self->result.outcome);
}

TEST_F(served, comes_up)
{
	EXPECT_EQ(TSRW_OUTCOME_ATTEMPT, self->result.outcome);
	EXPECT_TRUE(self->result.inbound);
	self->result = arrive_segment(&self->conn, seg_data(OUT_ISN + 1, 0, IN_ISN + 1,
							    OUT_TS + 1, ANCHOR));
	EXPECT_EQ(TSRW_OUTCOME_ANSWERED | TSRW_OUTCOME_ESTABLISHED, self->result.outcome);
	EXPECT_TRUE(self->result.inbound);
	self->result = leave_at(&self->conn, third_segment(), 0);
	EXPECT_EQ(0, self->result.outcome);
	EXPECT_TRUE(self->result.inbound);
}

TEST_F(served, peer_wants_it_no_more)
{
	self->result = arrive_segment(&self->conn, reset_with(OUT_ISN + 1));
	EXPECT_EQ(TSRW_OUTCOME_REFUSED_BY_PEER, self->result.outcome);
	EXPECT_TRUE(self->result.inbound);
}

TEST_F(served, forged_rst_says_nothing)
{
	self->result = arrive_segment(&self->conn, reset_with(OUT_ISN + 2));
	EXPECT_EQ(0, self->result.outcome);
}

TEST_F(served, rst_of_a_live_connection_is_no_refusal)
{
	arrive_segment(&self->conn, seg_data(OUT_ISN + 1, 0, IN_ISN + 1, OUT_TS + 1,
					     ANCHOR));
	self->result = arrive_segment(&self->conn, reset_with(OUT_ISN + 1));
	EXPECT_EQ(0, self->result.outcome);
}

TEST_HARNESS_MAIN

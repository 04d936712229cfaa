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

/* The answer took another way: what refuses it is all that is seen of it */
TEST_F(asked, inside_rejects_an_answer_that_did_not_pass)
{
	self->result = leave_at(&self->conn, reset_with(IN_ISN + 1), 0);
	EXPECT_EQ(TSRW_OUTCOME_ANSWER_UNSEEN, self->result.outcome);
	EXPECT_EQ(0, self->result.events);
	EXPECT_FALSE(self->result.inbound);
	/* As often as it is sent, it is one answer */
	EXPECT_EQ(0, leave_at(&self->conn, reset_with(IN_ISN + 1), 0).outcome);
}

/* What nobody accepts has passed, so that the RST may be due to that */
TEST_F(asked, inside_rejects_what_passed_and_answers_nothing)
{
	const struct tsrw_segment odd[] = {
		without_tsopt(seg_syn_ack(OUT_ISN, IN_ISN + 2, 0, 0)),
		seg_syn_ack(OUT_ISN, IN_ISN + 2, OUT_TS, ANCHOR + 1),
		seg_data(OUT_ISN, 0, IN_ISN + 2, OUT_TS, ANCHOR),
		seg_data(OUT_ISN, 0, IN_ISN - 7, OUT_TS, ANCHOR),
		seg_syn(OUT_ISN, OUT_TS),
	};

	for (size_t i = 0; i < sizeof(odd) / sizeof(*odd); i++) {
		struct tsrw_conn conn = self->conn;

		arrive_segment(&conn, odd[i]);
		EXPECT_EQ(0, leave_at(&conn, reset_with(odd[i].ack), 0).outcome);
		EXPECT_EQ(0, leave_at(&conn, reset_with(IN_ISN + 1), 0).outcome);
	}
}

/* Simultaneous open: the peer's SYN has passed, and its SYN-ACK was lost */
TEST_F(asked, challenge_ack_behind_a_syn_that_crossed_is_not_asymmetric)
{
	arrive_segment(&self->conn, seg_syn(OUT_ISN, OUT_TS));
	self->result = leave_at(&self->conn, third_segment(), 0);
	EXPECT_EQ(TSRW_EVENT_ESTABLISHED, self->result.events);
}

/* Each SYN may be answered unseen, whatever was heard after the one before */
TEST_F(asked, what_was_heard_before_the_syn_was_sent_again_does_not_count)
{
	arrive_segment(&self->conn, seg_data(OUT_ISN, 0, IN_ISN - 7, OUT_TS, ANCHOR));
	leave_at(&self->conn, seg_syn(IN_ISN, IN_TS + 1000), ANCHOR);
	EXPECT_EQ(TSRW_OUTCOME_ANSWER_UNSEEN,
		  leave_at(&self->conn, reset_with(IN_ISN + 1), 0).outcome);
}

/* What the RST says is of the candidate, whatever the connection before was */
TEST_F(served, inside_begins_and_rejects_an_answer_that_did_not_pass)
{
	struct tsrw_segment syn = seg_syn(IN_ISN + 0x70000000, IN_TS + 1000);

	arrive_segment(&self->conn, seg_data(OUT_ISN + 1, 0, IN_ISN + 1, OUT_TS, ANCHOR));
	leave_by(&self->conn, syn, TSREWRITE_MODE_REWRITE, ANCHOR);
	self->result = leave_at(&self->conn, reset_with(syn.seq + 1), 0);
	EXPECT_EQ(TSRW_OUTCOME_ANSWER_UNSEEN, self->result.outcome);
	EXPECT_FALSE(self->result.inbound);
}

/* The answer to the SYN before was late, and passes after all */
TEST_F(asked, late_answer_to_a_syn_that_is_sent_again_without_tsopt)
{
	leave_at(&self->conn, reset_with(IN_ISN + 1), 0);
	leave_at(&self->conn, seg_syn(IN_ISN, IN_TS + 1000), ANCHOR);
	self->result = arrive_syn_ack(&self->conn);
	EXPECT_EQ(TSRW_TRANSLATE, (u32)self->result.action);
	EXPECT_EQ(TSRW_OUTCOME_ANSWERED, self->result.outcome);
	EXPECT_TRUE(self->result.verified);
	self->result = leave_at(&self->conn, third_segment(), 0);
	EXPECT_EQ(TSRW_TRANSLATE, (u32)self->result.action);
	EXPECT_EQ(TSRW_OUTCOME_ESTABLISHED, self->result.outcome);
}

/* No answer to it passes either: it comes up, and needs no translation */
TEST_F(asked, connection_comes_up_without_tsopt)
{
	leave_at(&self->conn, reset_with(IN_ISN + 1), 0);
	leave_at(&self->conn, seg_syn(IN_ISN, IN_TS + 1000), ANCHOR);
	self->result = leave_at(&self->conn, without_tsopt(third_segment()), 0);
	EXPECT_EQ(TSRW_OUTCOME_ESTABLISHED, self->result.outcome);
	EXPECT_EQ(TSREWRITE_MODE_STRIP, (u32)self->result.mode);
	EXPECT_EQ(TSRW_EVENT_ASYMMETRIC | TSRW_EVENT_ESTABLISHED | TSRW_EVENT_END,
		  self->result.events);
}

/* As far as a SYN's data may reach, which the answer acknowledges, too */
TEST_F(asked, inside_rejects_an_unseen_answer_to_data)
{
	self->result = leave_at(&self->conn, reset_with(IN_ISN + 501), 0);
	EXPECT_EQ(TSRW_OUTCOME_ANSWER_UNSEEN, self->result.outcome);
}

/* As lwIP does when it gives up: it has no number of the peer to acknowledge */
TEST_F(asked, inside_gives_up_before_any_answer)
{
	struct tsrw_segment rst = reset_with(IN_ISN + 1);

	rst.has_ack = true;
	self->result = leave_at(&self->conn, rst, 0);
	EXPECT_EQ(0, self->result.outcome);
	EXPECT_EQ(0, self->result.events);
	rst.ack = OUT_ISN + 1;
	self->result = leave_at(&self->conn, rst, 0);
	EXPECT_EQ(TSRW_OUTCOME_ANSWER_UNSEEN, self->result.outcome);
}

/* As some firewalls do in a host's name when they forget its connection */
TEST_F(asked, inside_gives_up_after_some_seconds)
{
	struct tsrw_segment rst = reset_with(IN_ISN + 1);

	leave_after(&self->conn, &rst, TSREWRITE_MODE_REWRITE, 0, 3, &self->result);
	EXPECT_EQ(0, self->result.outcome);
	leave_after(&self->conn, &rst, TSREWRITE_MODE_REWRITE, 0, 2, &self->result);
	EXPECT_EQ(TSRW_OUTCOME_ANSWER_UNSEEN, self->result.outcome);
}

TEST_F(asked, syn_sent_again_after_an_unseen_answer_loses_its_tsopt)
{
	leave_at(&self->conn, reset_with(IN_ISN + 1), 0);
	self->result = leave_at(&self->conn, seg_syn(IN_ISN, IN_TS + 1000), ANCHOR);
	EXPECT_EQ(TSRW_OUTCOME_RETRANSMITTED, self->result.outcome);
	EXPECT_EQ(TSRW_STRIP, (u32)self->result.action);
	/* Should the answer pass this time, it is one without TSopt */
	self->result = arrive_segment(&self->conn,
				      (struct tsrw_segment){ .seq = OUT_ISN, .end = OUT_ISN + 1,
							     .ack = IN_ISN + 1, .syn = true,
							     .has_ack = true });
	EXPECT_EQ(TSRW_OUTCOME_ANSWERED, self->result.outcome);
	EXPECT_EQ(TSRW_EVENT_NO_TSOPT | TSRW_EVENT_ESTABLISHED, self->result.events);
}

/* What was not changed needs no restoring, so that the host has another reason */
TEST(unseen_answer_to_what_was_not_changed)
{
	static const u8 expected[] = {
		[TSREWRITE_MODE_OFF] = 0,
		[TSREWRITE_MODE_OBSERVE] = 0,
		[TSREWRITE_MODE_STRIP] = 0,
		[TSREWRITE_MODE_REWRITE] = TSRW_OUTCOME_ANSWER_UNSEEN,
		[TSREWRITE_MODE_BUG] = TSRW_OUTCOME_ANSWER_UNSEEN,
	};
	struct tsrw_segment syn = seg_syn(IN_ISN, IN_TS), rst = reset_with(IN_ISN + 1);

	for (int mode = 0; mode <= TSREWRITE_MODE_MAX; mode++) {
		struct tsrw_conn conn = { 0 };
		struct tsrw_result result;

		leave_after(&conn, &syn, mode, ANCHOR, 0, &result);
		leave_after(&conn, &rst, mode, 0, 0, &result);
		EXPECT_EQ(expected[mode], result.outcome);
		EXPECT_EQ(0, result.events);
	}
}

TEST_F(asked, another_syn_after_an_unseen_answer_is_rewritten)
{
	leave_at(&self->conn, reset_with(IN_ISN + 1), 0);
	self->result = leave_at(&self->conn, seg_syn(IN_ISN + 7, IN_TS), ANCHOR);
	EXPECT_EQ(TSRW_TRANSLATE, (u32)self->result.action);
}

TEST_F(asked, rst_of_another_number_rejects_no_unseen_answer)
{
	static const u32 seqs[] = { IN_ISN - 1, IN_ISN, IN_ISN + 0x10002, OUT_ISN + 1 };

	for (int i = 0; i < 4; i++) {
		self->result = leave_at(&self->conn, reset_with(seqs[i]), 0);
		EXPECT_EQ(0, self->result.outcome);
		EXPECT_EQ(0, self->result.events);
	}
	EXPECT_EQ(TSRW_OUTCOME_ANSWERED, arrive_syn_ack(&self->conn).outcome);
}

/* The peer has acknowledged the SYN by a plain ACK, and the inside host refuses that */
TEST_F(asked, inside_rejects_an_ack_that_passed)
{
	arrive_segment(&self->conn, seg_data(OUT_ISN, 0, IN_ISN + 1, OUT_TS, ANCHOR));
	self->result = leave_at(&self->conn, reset_with(IN_ISN + 1), 0);
	EXPECT_EQ(0, self->result.outcome & TSRW_OUTCOME_ANSWER_UNSEEN);
}

/* A SYN may be forged with any number: behind it may lie what is established */
TEST_F(asked, rst_of_the_established_connection_rejects_nothing)
{
	struct tsrw_segment ack = seg_data(OUT_ISN + 1, 0, IN_ISN + 1000, OUT_TS, ANCHOR);

	arrive_syn_ack(&self->conn);
	leave_at(&self->conn, third_segment(), 0);
	arrive_segment(&self->conn, ack);
	leave_at(&self->conn, seg_syn(IN_ISN + 2000, IN_TS + 1000), ANCHOR);
	self->result = leave_at(&self->conn, reset_with(IN_ISN + 2001), 0);
	EXPECT_EQ(0, self->result.outcome);
}

/* The established connection goes on as it was, whatever befalls a forged SYN */
TEST_F(asked, unseen_answer_of_a_candidate_changes_no_other_connection)
{
	struct tsrw_segment ack = seg_data(OUT_ISN + 1, 0, IN_ISN + 1, OUT_TS, ANCHOR);

	arrive_syn_ack(&self->conn);
	leave_at(&self->conn, third_segment(), 0);
	leave_at(&self->conn, seg_syn(IN_ISN + 0x70000000, IN_TS + 1000), ANCHOR);
	leave_at(&self->conn, reset_with(IN_ISN + 0x70000001), 0);
	EXPECT_EQ(TSRW_ESTABLISHED, state_of(&self->conn));
	self->result = leave_at(&self->conn, third_segment(), 0);
	EXPECT_EQ(TSRW_TRANSLATE, (u32)self->result.action);
	self->result = arrive_segment(&self->conn, ack);
	EXPECT_EQ(TSRW_TRANSLATE, (u32)self->result.action);
	EXPECT_TRUE(self->result.verified);
}

TEST_F(served, inside_rejects_no_unseen_answer)
{
	self->result = leave_at(&self->conn, reset_with(IN_ISN + 1), 0);
	EXPECT_EQ(0, self->result.outcome & TSRW_OUTCOME_ANSWER_UNSEEN);
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

TEST_F(asked, peer_without_tsopt_comes_up)
{
	self->result = arrive_segment(&self->conn,
				      without_tsopt(seg_syn_ack(OUT_ISN, IN_ISN + 1, 0, 0)));
	EXPECT_EQ(TSRW_OUTCOME_ANSWERED, self->result.outcome);
	self->result = leave_at(&self->conn, without_tsopt(third_segment()), 0);
	EXPECT_EQ(TSRW_OUTCOME_ESTABLISHED, self->result.outcome);
	EXPECT_EQ(TSRW_EVENT_END, self->result.events);
}

/* The inside host has not taken that SYN-ACK, as its checksum was wrong, but another one */
TEST_F(asked, second_answer_has_a_tsopt)
{
	struct tsrw_segment answer = seg_syn_ack(OUT_ISN, IN_ISN + 1, OUT_TS, 0);

	arrive_segment(&self->conn, without_tsopt(answer));
	self->result = arrive_segment(&self->conn, answer);
	EXPECT_EQ(0, self->result.events);
	EXPECT_EQ(TSRW_STRIP, (u32)self->result.action);
	self->result = leave_at(&self->conn, third_segment(), 0);
	EXPECT_EQ(TSRW_STRIP, (u32)self->result.action);
	EXPECT_EQ(0, self->result.events);
	self->result = leave_at(&self->conn, third_segment(), 0);
	EXPECT_EQ(TSRW_STRIP, (u32)self->result.action);
}

/* A segment without TSopt ends nothing where the answer has one, even if the host refused
 * an answer that did not pass before
 */
TEST_F(asked, third_segment_alone_lacks_a_tsopt)
{
	leave_at(&self->conn, reset_with(IN_ISN + 1), 0);
	leave_at(&self->conn, seg_syn(IN_ISN, IN_TS + 1000), ANCHOR);
	arrive_syn_ack(&self->conn);
	self->result = leave_at(&self->conn, without_tsopt(third_segment()), 0);
	EXPECT_EQ(TSRW_OUTCOME_ESTABLISHED, self->result.outcome);
	EXPECT_EQ(0, self->result.events);
}

/* Nor does one where another connection has begun meanwhile */
TEST_F(asked, third_segment_behind_another_syn)
{
	const u32 other = IN_ISN + 0x70000000;

	arrive_segment(&self->conn, without_tsopt(seg_syn_ack(OUT_ISN, IN_ISN + 1, 0, 0)));
	leave_at(&self->conn, seg_syn(other, IN_TS + 1000), ANCHOR);
	EXPECT_EQ(TSRW_OUTCOME_ANSWER_UNSEEN,
		  leave_at(&self->conn, reset_with(other + 1), 0).outcome);
	self->result = leave_at(&self->conn, without_tsopt(third_segment()), 0);
	EXPECT_EQ(TSRW_OUTCOME_ESTABLISHED, self->result.outcome);
	EXPECT_EQ(0, self->result.events);
}

/* The SYN is sent again after an answer that passed was refused: so may the next one be */
TEST_F(asked, inside_rejects_a_second_answer)
{
	arrive_syn_ack(&self->conn);
	leave_at(&self->conn, reset_with(IN_ISN + 1), 0);
	leave_at(&self->conn, seg_syn(IN_ISN, IN_TS + 1000), ANCHOR);
	EXPECT_EQ(0, leave_at(&self->conn, reset_with(IN_ISN + 1), 0).outcome);
}

/* The outage is rehearsed to its end: nothing heals it */
TEST(syn_sent_again_in_mode_bug_keeps_its_tsopt)
{
	struct tsrw_conn conn = { 0 };

	leave_by(&conn, seg_syn(IN_ISN, IN_TS), TSREWRITE_MODE_BUG, ANCHOR);
	leave_at(&conn, reset_with(IN_ISN + 1), 0);
	EXPECT_EQ(TSRW_TRANSLATE,
		  (u32)leave_at(&conn, seg_syn(IN_ISN, IN_TS + 1000), ANCHOR).action);
}

/* Nor if it refuses the one without */
TEST_F(asked, inside_rejects_an_answer_without_tsopt)
{
	arrive_segment(&self->conn, without_tsopt(seg_syn_ack(OUT_ISN, IN_ISN + 1, 0, 0)));
	self->result = leave_at(&self->conn, reset_with(IN_ISN + 1), 0);
	EXPECT_EQ(TSRW_OUTCOME_REFUSED_BY_US, self->result.outcome);
	EXPECT_EQ(0, self->result.events & TSRW_EVENT_END);
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

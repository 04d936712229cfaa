// SPDX-License-Identifier: GPL-2.0-only
/*
 * How a connection begins, from inside and from outside.
 */
#include "kselftest_harness.h"

#include "segment.h"

#define ANCHOR		0x50000000u
#define IN_ISN		1000u		/* of the inside end */
#define OUT_ISN		0x90000000u	/* of the outside end */
#define IN_TS		0x27000000u	/* the inside host's clock */
#define OUT_TS		0x33330000u	/* the outside host's */

FIXTURE(life) {
	struct tsrw_life life;
	struct tsrw_step step;
};

FIXTURE_SETUP(life)
{
	self->step = leave_at(&self->life, seg_syn(IN_ISN, IN_TS), ANCHOR);
}

FIXTURE_TEARDOWN(life)
{
}

/* As the fixture, but begun from outside */
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

TEST_F(life, syn_begins_a_candidate_at_the_anchor)
{
	EXPECT_EQ(TSRW_TRANSLATE, self->step.action);
	EXPECT_EQ(ANCHOR, seen_outside(&self->step, IN_TS));
	EXPECT_EQ(0, self->step.events);
	EXPECT_EQ(TSRW_EMBRYONIC, self->life.hs.state);
	EXPECT_EQ(TSRW_HAS_CANDIDATE, self->life.hs.flags);
}

TEST(syn_where_the_anchor_stands_at_zero)
{
	struct tsrw_life life = {};
	struct tsrw_step step = leave_at(&life, seg_syn(IN_ISN, IN_TS), 0);

	EXPECT_EQ(1, seen_outside(&step, IN_TS));
}

/* Case 2: new TSval, same mapping */
TEST_F(life, retransmitted_syn_keeps_its_mapping)
{
	self->step = leave_at(&self->life, seg_syn(IN_ISN, IN_TS + 1000),
			      ANCHOR + 77777);
	EXPECT_EQ(TSRW_EVENT_RETRANSMIT, self->step.events);
	EXPECT_EQ(ANCHOR + 1000, seen_outside(&self->step, IN_TS + 1000));
	EXPECT_EQ(TSRW_HAS_CANDIDATE, self->life.hs.flags);
}

TEST_F(life, syn_ack_may_echo_any_of_the_retransmitted_syns)
{
	u32 i;

	leave_at(&self->life, seg_syn(IN_ISN, IN_TS + 1000), ANCHOR);
	leave_at(&self->life, seg_syn(IN_ISN, IN_TS + 3000), ANCHOR);
	for (i = 0; i <= 3000; i += 1000) {
		struct tsrw_life copy = self->life;

		self->step = arrive(&copy, seg_syn_ack(OUT_ISN, IN_ISN + 1,
						       OUT_TS, ANCHOR + i));
		EXPECT_EQ(TSRW_TRANSLATE, self->step.action);
		EXPECT_TRUE(self->step.verified);
		EXPECT_EQ(IN_TS + i, told_inside(&self->step, ANCHOR + i));
	}
}

/* Some stacks give up on options */
TEST_F(life, retransmitted_syn_without_tsopt_keeps_the_candidate)
{
	self->step = leave_at(&self->life,
			      without_tsopt(seg_syn(IN_ISN, 0)), ANCHOR);
	EXPECT_EQ(TSRW_PASS_NO_TSOPT, self->step.action);
	self->step = arrive(&self->life, seg_syn_ack(OUT_ISN, IN_ISN + 1,
						     OUT_TS, ANCHOR));
	EXPECT_EQ(IN_TS, told_inside(&self->step, ANCHOR));
	EXPECT_TRUE(self->step.verified);
}

TEST_F(life, syn_ack_commits)
{
	self->step = arrive(&self->life, seg_syn_ack(OUT_ISN, IN_ISN + 1,
						     OUT_TS, ANCHOR));
	EXPECT_EQ(TSRW_EVENT_ESTABLISHED, self->step.events);
	EXPECT_EQ(TSRW_TRANSLATE, self->step.action);
	EXPECT_TRUE(self->step.verified);
	EXPECT_EQ(IN_TS, told_inside(&self->step, ANCHOR));
	EXPECT_EQ(TSRW_ESTABLISHED, self->life.hs.state);
	EXPECT_EQ(TSRW_HAS_COMMITTED, self->life.hs.flags);
	EXPECT_EQ(IN_ISN, self->life.hs.isn_committed);
}

TEST_F(life, duplicate_syn_ack_is_restored_and_commits_nothing)
{
	struct tsrw_segment seg = seg_syn_ack(OUT_ISN, IN_ISN + 1, OUT_TS,
					      ANCHOR);

	arrive(&self->life, seg);
	self->step = arrive(&self->life, seg);
	EXPECT_EQ(0, self->step.events);
	EXPECT_EQ(IN_TS, told_inside(&self->step, ANCHOR));
}

TEST_F(life, third_segment_and_data_go_on_by_the_same_mapping)
{
	arrive(&self->life, seg_syn_ack(OUT_ISN, IN_ISN + 1, OUT_TS, ANCHOR));
	self->step = leave_at(&self->life, seg_data(IN_ISN + 1, 0, OUT_ISN + 1,
						    IN_TS + 20, OUT_TS), 0);
	EXPECT_EQ(0, self->step.events);
	EXPECT_EQ(ANCHOR + 20, seen_outside(&self->step, IN_TS + 20));
	self->step = leave_at(&self->life, seg_data(IN_ISN + 1, 500, OUT_ISN + 1,
						    IN_TS + 30, OUT_TS), 0);
	EXPECT_EQ(ANCHOR + 30, seen_outside(&self->step, IN_TS + 30));
	self->step = arrive(&self->life, seg_data(OUT_ISN + 1, 700, IN_ISN + 501,
						  OUT_TS + 5, ANCHOR + 20));
	EXPECT_EQ(IN_TS + 20, told_inside(&self->step, ANCHOR + 20));
	EXPECT_TRUE(self->step.verified);
}

TEST_F(life, overtaken_segment_keeps_the_latest)
{
	arrive(&self->life, seg_syn_ack(OUT_ISN, IN_ISN + 1, OUT_TS, ANCHOR));
	leave_at(&self->life, seg_data(IN_ISN + 501, 500, OUT_ISN + 1,
				       IN_TS + 30, OUT_TS), 0);
	self->step = leave_at(&self->life, seg_data(IN_ISN + 1, 500, OUT_ISN + 1,
						    IN_TS + 20, OUT_TS), 0);
	EXPECT_EQ(ANCHOR + 20, seen_outside(&self->step, IN_TS + 20));
	EXPECT_EQ(IN_TS + 30, self->life.map.committed.last);
	self->step = arrive(&self->life, seg_data(OUT_ISN + 1, 0, IN_ISN + 501,
						  OUT_TS, ANCHOR + 31));
	EXPECT_FALSE(self->step.verified);
	EXPECT_EQ(TSRW_TRANSLATE, self->step.action);
}

TEST_F(life, first_follows_the_last)
{
	u32 i;

	arrive(&self->life, seg_syn_ack(OUT_ISN, IN_ISN + 1, OUT_TS, ANCHOR));
	for (i = 1; i <= 8; i++)
		leave_at(&self->life, seg_data(IN_ISN + 1, 0, OUT_ISN + 1,
					       IN_TS + (i << 29), OUT_TS), 0);
	self->step = arrive(&self->life, seg_data(OUT_ISN + 1, 0, IN_ISN + 1,
						  OUT_TS, ANCHOR - (1 << 30)));
	EXPECT_TRUE(self->step.verified);
	self->step = arrive(&self->life, seg_data(OUT_ISN + 1, 0, IN_ISN + 1,
						  OUT_TS, ANCHOR - (2U << 30)));
	EXPECT_FALSE(self->step.verified);
}

TEST_F(life, long_idle_lets_the_latest_run_back)
{
	struct tsrw_segment seg = seg_data(IN_ISN + 1, 0, OUT_ISN + 1,
					   IN_TS + 0x90000000, OUT_TS);

	arrive(&self->life, seg_syn_ack(OUT_ISN, IN_ISN + 1, OUT_TS, ANCHOR));
	tsrw_life_egress(&self->life, &seg, TSREWRITE_MODE_REWRITE, 0, 10,
			 &self->step);
	EXPECT_EQ(IN_TS, self->life.map.committed.last);
	tsrw_life_egress(&self->life, &seg, TSREWRITE_MODE_REWRITE, 0, 2416,
			 &self->step);
	EXPECT_EQ(IN_TS + 0x90000000, self->life.map.committed.last);
}

/* Case 17 */
TEST_F(life, segment_without_tsopt_inside_a_flow)
{
	struct tsrw_span before;

	arrive(&self->life, seg_syn_ack(OUT_ISN, IN_ISN + 1, OUT_TS, ANCHOR));
	before = self->life.map.committed;
	self->step = leave_at(&self->life,
			      without_tsopt(seg_data(IN_ISN + 1, 0, OUT_ISN + 1,
						     0, 0)), 0);
	EXPECT_EQ(TSRW_PASS_NO_TSOPT, self->step.action);
	self->step = arrive(&self->life,
			    without_tsopt(seg_data(OUT_ISN + 1, 0, IN_ISN + 1,
						   0, 0)));
	EXPECT_EQ(TSRW_PASS_NO_TSOPT, self->step.action);
	EXPECT_EQ(0, memcmp(&before, &self->life.map.committed, sizeof(before)));
}

/* Case 3 */
TEST_F(life, tsecr_zero_is_not_restored)
{
	self->step = arrive(&self->life, seg_syn_ack(OUT_ISN, IN_ISN + 1,
						     OUT_TS, 0));
	EXPECT_EQ(TSRW_EVENT_ESTABLISHED, self->step.events);
	EXPECT_EQ(TSRW_PASS_ECHO_ZERO, self->step.action);
	self->step = arrive(&self->life, seg_data(OUT_ISN + 1, 0, IN_ISN + 1,
						  OUT_TS, 0));
	EXPECT_EQ(TSRW_PASS_ECHO_ZERO, self->step.action);
}

/* Case 19; RFC 7323 section 3.2 */
TEST_F(life, tsecr_without_ack_is_not_restored)
{
	struct tsrw_segment seg = seg_syn(OUT_ISN, OUT_TS);

	seg.tsecr = ANCHOR;
	self->step = arrive(&self->life, seg);
	EXPECT_EQ(TSRW_PASS_NO_ACK, self->step.action);
	EXPECT_EQ(0, self->step.events);

	arrive(&self->life, seg_syn_ack(OUT_ISN, IN_ISN + 1, OUT_TS, ANCHOR));
	seg = seg_rst(OUT_ISN + 7);
	seg.has_tsopt = true;
	seg.tsecr = ANCHOR;
	self->step = arrive(&self->life, seg);
	EXPECT_EQ(TSRW_PASS_NO_ACK, self->step.action);
}

/* Case 18 */
TEST_F(life, syn_ack_without_tsopt_ends_the_flow)
{
	self->step = arrive(&self->life,
			    without_tsopt(seg_syn_ack(OUT_ISN, IN_ISN + 1,
						      0, 0)));
	EXPECT_EQ(TSRW_PASS_NO_TSOPT, self->step.action);
	EXPECT_TRUE(self->step.events & TSRW_EVENT_END);
	EXPECT_TRUE(self->step.events & TSRW_EVENT_NO_TSOPT);
	EXPECT_TRUE(self->step.events & TSRW_EVENT_ESTABLISHED);
}

TEST_F(life, forged_syn_ack_without_tsopt_ends_nothing)
{
	struct tsrw_life before = self->life;

	self->step = arrive(&self->life,
			    without_tsopt(seg_syn_ack(OUT_ISN, IN_ISN + 2,
						      0, 0)));
	EXPECT_EQ(0, self->step.events);
	EXPECT_EQ(0, memcmp(&before, &self->life, sizeof(before)));
}

TEST_F(life, syn_ack_of_another_number_commits_nothing)
{
	static const u32 wrong[] = { IN_ISN, IN_ISN + 70000, OUT_ISN + 1, 0,
				     ~0u };
	struct tsrw_life before = self->life;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		self->step = arrive(&self->life, seg_syn_ack(OUT_ISN, wrong[i],
							     OUT_TS, ANCHOR));
		EXPECT_EQ(0, self->step.events) TH_LOG("number %u", wrong[i]);
	}
	/* close behind, where data in the SYN would end, but without the echo */
	self->step = arrive(&self->life, seg_syn_ack(OUT_ISN, IN_ISN + 2,
						     OUT_TS, ANCHOR + 1));
	EXPECT_EQ(0, self->step.events);
	EXPECT_EQ(0, memcmp(&before, &self->life, sizeof(before)));
}

TEST_F(life, impossible_echo_in_a_syn_ack_becomes_zero)
{
	static const u32 wrong[] = { ANCHOR + 1, ANCHOR - 1, 1, ~0u,
				     IN_TS + 1, IN_TS + 0x80000000 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		struct tsrw_life copy = self->life;

		self->step = arrive(&copy, seg_syn_ack(OUT_ISN, IN_ISN + 1,
						       OUT_TS, wrong[i]));
		EXPECT_EQ(TSRW_ZERO, self->step.action)
			TH_LOG("echo %u", wrong[i]);
		EXPECT_FALSE(self->step.verified);
		EXPECT_EQ(TSRW_EVENT_ESTABLISHED, self->step.events);
		EXPECT_EQ(0, told_inside(&self->step, wrong[i]));
	}
}

/* RFC 7323 section 5.2: an old echo is the inside host's to judge */
TEST_F(life, impossible_echo_later_is_restored_and_not_verified)
{
	arrive(&self->life, seg_syn_ack(OUT_ISN, IN_ISN + 1, OUT_TS, ANCHOR));
	self->step = arrive(&self->life, seg_data(OUT_ISN + 1, 10, IN_ISN + 1,
						  OUT_TS, ANCHOR + 9));
	EXPECT_EQ(TSRW_TRANSLATE, self->step.action);
	EXPECT_FALSE(self->step.verified);
	EXPECT_EQ(IN_TS + 9, told_inside(&self->step, ANCHOR + 9));
	EXPECT_EQ(0, self->step.events);
}

TEST_F(life, raw_echo_in_a_syn_ack_is_foreign_and_ends_the_flow)
{
	self->step = arrive(&self->life, seg_syn_ack(OUT_ISN, IN_ISN + 1,
						     OUT_TS, IN_TS - 1000));
	EXPECT_EQ(TSRW_PASS_FOREIGN, self->step.action);
	EXPECT_EQ(TSRW_EVENT_ESTABLISHED | TSRW_EVENT_END, self->step.events);
}

TEST_F(life, raw_echo_in_a_forged_syn_ack_is_zeroed_and_ends_nothing)
{
	self->step = arrive(&self->life, seg_syn_ack(OUT_ISN, IN_ISN + 5,
						     OUT_TS, IN_TS - 1000));
	EXPECT_EQ(TSRW_ZERO, self->step.action);
	EXPECT_EQ(0, self->step.events);
}

TEST_F(life, raw_echo_in_a_live_connection_ends_nothing)
{
	arrive(&self->life, seg_syn_ack(OUT_ISN, IN_ISN + 1, OUT_TS, ANCHOR));
	self->step = arrive(&self->life, seg_data(OUT_ISN + 1, 1, IN_ISN + 1,
						  OUT_TS, IN_TS - 5));
	EXPECT_EQ(TSRW_TRANSLATE, self->step.action);
	EXPECT_EQ(0, self->step.events);
}

/* A value that is possible both ways was rewritten, not raw */
TEST(raw_echo_that_verifies_is_no_foreign)
{
	struct tsrw_life life = {};
	struct tsrw_step step;

	leave_at(&life, seg_syn(IN_ISN, ANCHOR), ANCHOR);
	step = arrive(&life, seg_syn_ack(OUT_ISN, IN_ISN + 1, OUT_TS, ANCHOR));
	EXPECT_EQ(TSRW_TRANSLATE, step.action);
	EXPECT_TRUE(step.verified);
	EXPECT_EQ(TSRW_EVENT_ESTABLISHED, step.events);
}

/* Case 21: asymmetric routing */
TEST_F(life, third_segment_commits_where_the_syn_ack_went_another_way)
{
	self->step = leave_at(&self->life, seg_data(IN_ISN + 1, 0, OUT_ISN + 1,
						    IN_TS + 20, OUT_TS), 0);
	EXPECT_EQ(TSRW_EVENT_ESTABLISHED | TSRW_EVENT_ONE_SIDED,
		  self->step.events);
	EXPECT_EQ(ANCHOR + 20, seen_outside(&self->step, IN_TS + 20));
	EXPECT_EQ(TSRW_ESTABLISHED, self->life.hs.state);
	EXPECT_EQ(TSRW_HAS_COMMITTED, self->life.hs.flags);
}

TEST_F(life, what_is_no_third_segment_does_not_commit)
{
	struct tsrw_segment seg = seg_data(IN_ISN + 1, 0, 0, IN_TS, 0);

	seg.has_ack = false;
	self->step = leave_at(&self->life, seg, 0);
	EXPECT_EQ(0, self->step.events);
	EXPECT_EQ(ANCHOR, seen_outside(&self->step, IN_TS));
	self->step = leave_at(&self->life, seg_rst_ack(IN_ISN + 1, OUT_ISN + 1),
			      0);
	EXPECT_EQ(0, self->step.events);
	self->step = leave_at(&self->life, seg_data(IN_ISN - 5, 0, OUT_ISN + 1,
						    IN_TS, 0), 0);
	EXPECT_EQ(0, self->step.events);
	EXPECT_EQ(ANCHOR, seen_outside(&self->step, IN_TS));
	EXPECT_EQ(TSRW_EMBRYONIC, self->life.hs.state);
}

/* As far as a SYN's data may reach */
TEST_F(life, third_segment_has_borders)
{
	static const u32 ahead[] = { 0, 1, 0x10000, 0x10001 };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(ahead); i++) {
		struct tsrw_life copy = self->life;

		leave_at(&copy, seg_data(IN_ISN + ahead[i], 0, OUT_ISN + 1,
					 IN_TS, OUT_TS), 0);
		EXPECT_EQ(i == 1 || i == 2 ? TSRW_ESTABLISHED : TSRW_EMBRYONIC,
			  copy.hs.state);
	}
}

/* RFC 7413 section 4.2.1: the SYN-ACK acknowledges the data too */
TEST(fast_open_client_is_committed_by_the_syn_ack)
{
	struct tsrw_segment syn = seg_syn(IN_ISN, IN_TS);
	struct tsrw_life life = {};
	struct tsrw_step step;

	syn.end += 500;
	leave_at(&life, syn, ANCHOR);
	step = arrive(&life, seg_syn_ack(OUT_ISN, IN_ISN + 501, OUT_TS, ANCHOR));
	EXPECT_EQ(IN_TS, told_inside(&step, ANCHOR));
	EXPECT_EQ(TSRW_EVENT_ESTABLISHED, step.events);
	EXPECT_EQ(TSRW_ESTABLISHED, life.hs.state);
}

TEST(fast_open_client_whose_data_the_syn_ack_does_not_take)
{
	struct tsrw_segment syn = seg_syn(IN_ISN, IN_TS);
	struct tsrw_life life = {};
	struct tsrw_step step;

	syn.end += 500;
	leave_at(&life, syn, ANCHOR);
	step = arrive(&life, seg_syn_ack(OUT_ISN, IN_ISN + 1, OUT_TS, ANCHOR));
	EXPECT_EQ(TSRW_EVENT_ESTABLISHED, step.events);
}

TEST(fast_open_client_whose_syn_ack_went_another_way)
{
	struct tsrw_segment syn = seg_syn(IN_ISN, IN_TS);
	struct tsrw_life life = {};
	struct tsrw_step step;

	syn.end += 500;
	leave_at(&life, syn, ANCHOR);
	step = leave_at(&life, seg_data(IN_ISN + 501, 0, OUT_ISN + 1,
					IN_TS + 20, OUT_TS), 0);
	EXPECT_EQ(TSRW_EVENT_ESTABLISHED | TSRW_EVENT_ONE_SIDED,
		  step.events);
	EXPECT_EQ(ANCHOR + 20, seen_outside(&step, IN_TS + 20));
}

TEST(fast_open_client_number_past_its_data_commits_nothing)
{
	struct tsrw_segment syn = seg_syn(IN_ISN, IN_TS);
	struct tsrw_life life = {};
	struct tsrw_step step;

	syn.end += 500;
	leave_at(&life, syn, ANCHOR);
	step = arrive(&life, seg_syn_ack(OUT_ISN, IN_ISN + 70000, OUT_TS,
					 ANCHOR));
	EXPECT_EQ(0, step.events);
	EXPECT_EQ(TSRW_EMBRYONIC, life.hs.state);
}

/* Its number may not be told from a forged one: then it times out */
TEST(fast_open_client_that_is_refused_is_not_established)
{
	struct tsrw_segment syn = seg_syn(IN_ISN, IN_TS);
	struct tsrw_life life = {};
	struct tsrw_step step;

	syn.end += 500;
	leave_at(&life, syn, ANCHOR);
	step = arrive(&life, seg_rst_ack(0, IN_ISN + 501));
	EXPECT_EQ(0, step.events & TSRW_EVENT_ESTABLISHED);
	EXPECT_NE(TSRW_ESTABLISHED, life.hs.state);
}

/* Case 20: both SYNs cross, both SYN-ACKs follow */
TEST_F(life, simultaneous_open)
{
	self->step = arrive(&self->life, seg_syn(OUT_ISN, OUT_TS));
	EXPECT_EQ(TSRW_PASS_NO_ACK, self->step.action);
	EXPECT_EQ(0, self->step.events);
	self->step = leave_at(&self->life,
			      seg_syn_ack(IN_ISN, OUT_ISN + 1, IN_TS + 40,
					  OUT_TS), ANCHOR + 9999);
	EXPECT_EQ(TSRW_EVENT_RETRANSMIT, self->step.events);
	EXPECT_EQ(ANCHOR + 40, seen_outside(&self->step, IN_TS + 40));
	self->step = arrive(&self->life, seg_syn_ack(OUT_ISN, IN_ISN + 1,
						     OUT_TS + 40, ANCHOR));
	EXPECT_EQ(TSRW_EVENT_ESTABLISHED, self->step.events);
	EXPECT_EQ(IN_TS, told_inside(&self->step, ANCHOR));
	EXPECT_TRUE(self->step.verified);
	EXPECT_EQ(TSRW_HAS_COMMITTED, self->life.hs.flags);
}

/* Their SYN-ACK is lost; ours arrived, and they acknowledge it */
TEST_F(life, simultaneous_open_commits_at_the_first_segment_out)
{
	arrive(&self->life, seg_syn(OUT_ISN, OUT_TS));
	leave_at(&self->life, seg_syn_ack(IN_ISN, OUT_ISN + 1, IN_TS + 40,
					  OUT_TS), ANCHOR);
	self->step = arrive(&self->life, seg_data(OUT_ISN + 1, 0, IN_ISN + 1,
						  OUT_TS + 80, ANCHOR + 40));
	EXPECT_EQ(IN_TS + 40, told_inside(&self->step, ANCHOR + 40));
	EXPECT_TRUE(self->step.verified);
	self->step = leave_at(&self->life, seg_data(IN_ISN + 1, 10, OUT_ISN + 1,
						    IN_TS + 90, OUT_TS), 0);
	EXPECT_EQ(TSRW_EVENT_ESTABLISHED, self->step.events);
	EXPECT_EQ(ANCHOR + 90, seen_outside(&self->step, IN_TS + 90));
}

TEST_F(served, syn_ack_begins_a_candidate_at_the_anchor)
{
	EXPECT_EQ(TSRW_TRANSLATE, self->step.action);
	EXPECT_EQ(ANCHOR, seen_outside(&self->step, IN_TS));
	EXPECT_EQ(0, self->step.events);
	EXPECT_EQ(TSRW_EMBRYONIC, self->life.hs.state);
	EXPECT_EQ(TSRW_HAS_CANDIDATE | TSRW_CANDIDATE_INBOUND,
		  self->life.hs.flags);
}

TEST_F(served, third_segment_commits)
{
	self->step = arrive(&self->life, seg_data(OUT_ISN + 1, 0, IN_ISN + 1,
						  OUT_TS + 9, ANCHOR));
	EXPECT_EQ(TSRW_EVENT_ESTABLISHED, self->step.events);
	EXPECT_EQ(IN_TS, told_inside(&self->step, ANCHOR));
	EXPECT_TRUE(self->step.verified);
	EXPECT_EQ(TSRW_ESTABLISHED, self->life.hs.state);
	EXPECT_EQ(TSRW_HAS_COMMITTED | TSRW_INBOUND, self->life.hs.flags);
}

TEST_F(served, third_segment_without_tsopt_commits)
{
	self->step = arrive(&self->life,
			    without_tsopt(seg_data(OUT_ISN + 1, 0, IN_ISN + 1,
						   0, 0)));
	EXPECT_EQ(TSRW_EVENT_ESTABLISHED, self->step.events);
	EXPECT_EQ(TSRW_PASS_NO_TSOPT, self->step.action);
}

TEST_F(served, third_segment_with_tsecr_zero_commits)
{
	self->step = arrive(&self->life, seg_data(OUT_ISN + 1, 0, IN_ISN + 1,
						  OUT_TS, 0));
	EXPECT_EQ(TSRW_EVENT_ESTABLISHED, self->step.events);
	EXPECT_EQ(TSRW_PASS_ECHO_ZERO, self->step.action);
}

TEST_F(served, retransmitted_syn_ack_keeps_its_mapping)
{
	self->step = leave_at(&self->life,
			      seg_syn_ack(IN_ISN, OUT_ISN + 1, IN_TS + 1000,
					  OUT_TS), ANCHOR + 5);
	EXPECT_EQ(TSRW_EVENT_RETRANSMIT, self->step.events);
	EXPECT_EQ(ANCHOR + 1000, seen_outside(&self->step, IN_TS + 1000));
	self->step = arrive(&self->life, seg_data(OUT_ISN + 1, 0, IN_ISN + 1,
						  OUT_TS, ANCHOR + 1000));
	EXPECT_EQ(IN_TS + 1000, told_inside(&self->step, ANCHOR + 1000));
	EXPECT_TRUE(self->step.verified);
}

/* The minute is in a SYN cookie: the same SYN, sent again, gets another number, and
 * the peer may have taken either
 */
TEST_F(served, syn_cookies_for_the_same_syn_share_a_mapping)
{
	static const u32 taken[] = { IN_ISN, IN_ISN + 0x1000000 };

	self->step = leave_at(&self->life,
			      seg_syn_ack(IN_ISN + 0x1000000, OUT_ISN + 1,
					  IN_TS + 963, OUT_TS), ANCHOR + 1000);
	EXPECT_EQ(TSRW_EVENT_RETRANSMIT, self->step.events);
	EXPECT_EQ(ANCHOR + 963, seen_outside(&self->step, IN_TS + 963));
	for (u32 i = 0; i < ARRAY_SIZE(taken); i++) {
		struct tsrw_life copy = self->life;

		self->step = arrive(&copy, seg_data(OUT_ISN + 1, 0, taken[i] + 1,
						    OUT_TS, ANCHOR + 963 * i));
		EXPECT_EQ(TSRW_EVENT_ESTABLISHED, self->step.events);
		EXPECT_TRUE(self->step.verified);
		EXPECT_EQ(IN_TS + 963 * i,
			  told_inside(&self->step, ANCHOR + 963 * i));
		self->step = leave_at(&copy, seg_syn_ack(taken[i], OUT_ISN + 1,
							 IN_TS + 2000, OUT_TS),
				      ANCHOR + 5000);
		EXPECT_EQ(TSRW_EVENT_RETRANSMIT, self->step.events);
	}
}

TEST_F(served, syn_cookie_of_before_is_taken_with_its_echo_only)
{
	struct tsrw_segment seg = seg_data(OUT_ISN + 1, 0, IN_ISN + 1, OUT_TS,
					   ANCHOR - 1);

	leave_at(&self->life, seg_syn_ack(IN_ISN + 0x1000000, OUT_ISN + 1,
					  IN_TS, OUT_TS), ANCHOR);
	self->step = arrive(&self->life, seg);
	EXPECT_EQ(0, self->step.events);
	seg.ack = IN_ISN + 2;
	seg.tsecr = ANCHOR;
	self->step = arrive(&self->life, seg);
	EXPECT_EQ(0, self->step.events);
	EXPECT_EQ(TSRW_EMBRYONIC, self->life.hs.state);
}

/* Another SYN is another connection, whose TSvals come later */
TEST_F(served, syn_ack_of_another_syn_is_a_new_candidate)
{
	self->step = leave_at(&self->life,
			      seg_syn_ack(IN_ISN + 0x1000000, OUT_ISN + 2,
					  IN_TS, OUT_TS), ANCHOR);
	EXPECT_EQ(TSRW_EVENT_REUSED, self->step.events);
	EXPECT_EQ(ANCHOR + 1, seen_outside(&self->step, IN_TS));
	self->step = arrive(&self->life, seg_data(OUT_ISN + 1, 0, IN_ISN + 1,
						  OUT_TS, ANCHOR));
	EXPECT_EQ(0, self->step.events);
}

TEST_F(served, syn_ack_retransmitted_after_the_commit_keeps_its_mapping)
{
	arrive(&self->life, seg_data(OUT_ISN + 1, 0, IN_ISN + 1, OUT_TS,
				     ANCHOR));
	self->step = leave_at(&self->life,
			      seg_syn_ack(IN_ISN, OUT_ISN + 1, IN_TS + 1000,
					  OUT_TS), ANCHOR + 5);
	EXPECT_EQ(TSRW_EVENT_RETRANSMIT, self->step.events);
	EXPECT_EQ(ANCHOR + 1000, seen_outside(&self->step, IN_TS + 1000));
	EXPECT_EQ(TSRW_ESTABLISHED, self->life.hs.state);
	EXPECT_EQ(TSRW_HAS_COMMITTED | TSRW_INBOUND, self->life.hs.flags);
}

TEST_F(served, third_segment_of_another_number_commits_nothing)
{
	static const u32 wrong[] = { IN_ISN, IN_ISN + (1U << 20) + 2, OUT_ISN,
				     0x80000000 };
	struct tsrw_segment seg;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		self->step = arrive(&self->life,
				    seg_data(OUT_ISN + 1, 0, wrong[i], OUT_TS,
					     ANCHOR));
		EXPECT_EQ(0, self->step.events) TH_LOG("number %u", wrong[i]);
	}
	/* not even close behind, without the echo */
	self->step = arrive(&self->life, seg_data(OUT_ISN + 1, 0, IN_ISN + 2,
						  OUT_TS, ANCHOR - 1));
	EXPECT_EQ(0, self->step.events);
	self->step = arrive(&self->life,
			    without_tsopt(seg_data(OUT_ISN + 1, 0, IN_ISN + 2,
						   0, 0)));
	EXPECT_EQ(0, self->step.events);
	seg = seg_data(OUT_ISN + 1, 0, IN_ISN + 1, OUT_TS, ANCHOR);
	seg.has_ack = false;
	self->step = arrive(&self->life, seg);
	EXPECT_EQ(0, self->step.events);
	EXPECT_EQ(TSRW_EMBRYONIC, self->life.hs.state);
}

TEST_F(served, syn_ack_from_outside_does_not_commit)
{
	self->step = arrive(&self->life, seg_syn_ack(OUT_ISN, IN_ISN + 1,
						     OUT_TS, ANCHOR));
	EXPECT_EQ(0, self->step.events);
	EXPECT_EQ(TSRW_EMBRYONIC, self->life.hs.state);
}

TEST_F(served, segment_of_ours_does_not_commit)
{
	self->step = leave_at(&self->life, seg_data(IN_ISN + 1, 10, OUT_ISN + 1,
						    IN_TS + 1, OUT_TS), 0);
	EXPECT_EQ(0, self->step.events);
	EXPECT_EQ(TSRW_EMBRYONIC, self->life.hs.state);
}

/* Case 25; RFC 7413: the server's data may leave before the third segment */
TEST_F(served, fast_open_data_before_the_third_segment)
{
	self->step = leave_at(&self->life, seg_data(IN_ISN + 1, 1000,
						    OUT_ISN + 501, IN_TS + 5,
						    OUT_TS), 0);
	EXPECT_EQ(ANCHOR + 5, seen_outside(&self->step, IN_TS + 5));
	self->step = leave_at(&self->life, seg_data(IN_ISN + 1001, 1000,
						    OUT_ISN + 501, IN_TS + 6,
						    OUT_TS), 0);
	EXPECT_EQ(ANCHOR + 6, seen_outside(&self->step, IN_TS + 6));
	self->step = arrive(&self->life, seg_data(OUT_ISN + 501, 0,
						  IN_ISN + 1001, OUT_TS + 9,
						  ANCHOR + 5));
	EXPECT_EQ(TSRW_EVENT_ESTABLISHED, self->step.events);
	EXPECT_EQ(IN_TS + 5, told_inside(&self->step, ANCHOR + 5));
	EXPECT_TRUE(self->step.verified);
}

/* A first window of it, and all of that */
TEST_F(served, fast_open_data_has_borders)
{
	static const u32 acked[] = { 1, 0x20000, 0x100001, 0x100002 };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(acked); i++) {
		struct tsrw_life copy = self->life;

		arrive(&copy, seg_data(OUT_ISN + 1, 0, IN_ISN + acked[i], OUT_TS,
				       ANCHOR));
		EXPECT_EQ(i < 3 ? TSRW_ESTABLISHED : TSRW_EMBRYONIC,
			  copy.hs.state);
	}
}

/* Its TSecr is none, whatever stands there */
TEST_F(served, fast_open_echo_is_in_a_tsopt)
{
	struct tsrw_segment seg = seg_data(OUT_ISN + 1, 0, IN_ISN + 9, OUT_TS,
					   ANCHOR);

	seg.has_tsopt = false;
	self->step = arrive(&self->life, seg);
	EXPECT_EQ(0, self->step.events);
	EXPECT_EQ(TSRW_EMBRYONIC, self->life.hs.state);
}

/* Any TSecr would do otherwise, one of two of an attacker's guesses */
TEST_F(served, fast_open_echo_must_be_of_a_value_that_was_sent)
{
	static const u32 wrong[] = { ANCHOR + 6, ANCHOR + 5000,
				     ANCHOR + 0x7ffffff0 };
	unsigned int i;

	leave_at(&self->life, seg_data(IN_ISN + 1, 1000, OUT_ISN + 501,
				       IN_TS + 5, OUT_TS), 0);
	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		self->step = arrive(&self->life, seg_data(OUT_ISN + 501, 0,
							  IN_ISN + 1001, OUT_TS,
							  wrong[i]));
		EXPECT_EQ(0, self->step.events) TH_LOG("echo %u", wrong[i]);
	}
	EXPECT_EQ(TSRW_EMBRYONIC, self->life.hs.state);
}

TEST_F(served, third_segment_that_echoes_a_raw_syn_ack_is_foreign)
{
	self->step = arrive(&self->life, seg_data(OUT_ISN + 1, 0, IN_ISN + 1,
						  OUT_TS, IN_TS - 1000));
	EXPECT_EQ(TSRW_PASS_FOREIGN, self->step.action);
	EXPECT_EQ(TSRW_EVENT_ESTABLISHED | TSRW_EVENT_END, self->step.events);
}

/* Only SYN-ACKs are zeroed: PAWS discards what else is wrong */
TEST_F(served, third_segment_with_an_impossible_echo_is_restored)
{
	self->step = arrive(&self->life, seg_data(OUT_ISN + 1, 0, IN_ISN + 1,
						  OUT_TS, ANCHOR + 7));
	EXPECT_EQ(TSRW_TRANSLATE, self->step.action);
	EXPECT_FALSE(self->step.verified);
	EXPECT_EQ(TSRW_EVENT_ESTABLISHED, self->step.events);
}

/* Mode bug: the fault on purpose */
TEST(bug_rewrites_and_does_not_restore)
{
	struct tsrw_life life = {};
	struct tsrw_step step;

	step = leave_by(&life, seg_syn(IN_ISN, IN_TS), TSREWRITE_MODE_BUG,
			ANCHOR);
	EXPECT_EQ(ANCHOR, seen_outside(&step, IN_TS));
	step = arrive(&life, seg_syn_ack(OUT_ISN, IN_ISN + 1, OUT_TS, ANCHOR));
	EXPECT_EQ(TSRW_PASS_UNRESTORED, step.action);
	EXPECT_EQ(TSRW_EVENT_ESTABLISHED, step.events);
	EXPECT_FALSE(step.verified);
	step = leave_at(&life, seg_data(IN_ISN + 1, 9, OUT_ISN + 1, IN_TS + 5,
					OUT_TS), 0);
	EXPECT_EQ(ANCHOR + 5, seen_outside(&step, IN_TS + 5));
	step = arrive(&life, seg_data(OUT_ISN + 1, 9, IN_ISN + 1, OUT_TS,
				      ANCHOR + 5));
	EXPECT_EQ(TSRW_PASS_UNRESTORED, step.action);
	EXPECT_FALSE(step.verified);
	/* right by chance */
	step = arrive(&life, seg_data(OUT_ISN + 1, 9, IN_ISN + 1, OUT_TS,
				      IN_TS + 5));
	EXPECT_EQ(TSRW_PASS_UNRESTORED, step.action);
	EXPECT_TRUE(step.verified);
}

TEST(mode_is_of_the_first_syn)
{
	struct tsrw_life life = {};
	struct tsrw_step step;

	leave_at(&life, seg_syn(IN_ISN, IN_TS), ANCHOR);
	step = leave_by(&life, seg_syn(IN_ISN, IN_TS + 9), TSREWRITE_MODE_OFF,
			ANCHOR);
	EXPECT_EQ(TSRW_TRANSLATE, step.action);
	step = arrive(&life, seg_syn_ack(OUT_ISN, IN_ISN + 1, OUT_TS, ANCHOR));
	EXPECT_EQ(TSRW_TRANSLATE, step.action);
	EXPECT_EQ(TSRW_EVENT_ESTABLISHED, step.events);
	step = leave_by(&life, seg_data(IN_ISN + 1, 0, OUT_ISN + 1, IN_TS + 9,
					OUT_TS), TSREWRITE_MODE_BUG, 0);
	EXPECT_EQ(TSRW_TRANSLATE, step.action);
	EXPECT_EQ(TSREWRITE_MODE_REWRITE, (u32)life.hs.mode);
}

/* The quiet path and the other one answer alike */
TEST_F(life, quiet_segments_change_nothing_but_maxima)
{
	struct tsrw_segment seg = seg_data(OUT_ISN + 1, 10, IN_ISN + 1, OUT_TS,
					   ANCHOR);
	struct tsrw_handshake before;
	struct tsrw_step quiet = {};

	EXPECT_FALSE(tsrw_life_is_quiet(&self->life.hs, &seg));
	arrive(&self->life, seg_syn_ack(OUT_ISN, IN_ISN + 1, OUT_TS, ANCHOR));
	EXPECT_FALSE(tsrw_life_is_quiet(&self->life.hs, &seg));
	leave_at(&self->life, seg_data(IN_ISN + 1, 0, OUT_ISN + 1, IN_TS, OUT_TS),
		 0);
	EXPECT_TRUE(tsrw_life_is_quiet(&self->life.hs, &seg));

	before = self->life.hs;
	tsrw_step_ingress(&quiet, &self->life.map.committed, self->life.hs.mode,
			  &seg);
	self->step = arrive(&self->life, seg);
	EXPECT_EQ(quiet.action, self->step.action);
	EXPECT_EQ(quiet.verified, self->step.verified);
	EXPECT_EQ(0, memcmp(&quiet.span, &self->step.span, sizeof(quiet.span)));
	before.ack[TSRW_INGRESS] = seg.ack;
	EXPECT_EQ(0, memcmp(&before, &self->life.hs, sizeof(before)));
}

TEST_F(life, what_may_change_a_life_is_not_quiet)
{
	struct tsrw_segment data = seg_data(OUT_ISN + 1, 9, IN_ISN + 1, OUT_TS,
					    ANCHOR);
	struct tsrw_segment seg;

	arrive(&self->life, seg_syn_ack(OUT_ISN, IN_ISN + 1, OUT_TS, ANCHOR));
	EXPECT_FALSE(tsrw_life_is_quiet(&self->life.hs, &data));
	leave_at(&self->life, seg_data(IN_ISN + 1, 0, OUT_ISN + 1, IN_TS, OUT_TS),
		 0);
	seg = data;
	seg.syn = true;
	EXPECT_FALSE(tsrw_life_is_quiet(&self->life.hs, &seg));
	seg = data;
	seg.fin = true;
	EXPECT_FALSE(tsrw_life_is_quiet(&self->life.hs, &seg));
	seg = data;
	seg.rst = true;
	EXPECT_FALSE(tsrw_life_is_quiet(&self->life.hs, &seg));

	self->life.hs.flags |= TSRW_FIN << TSRW_EGRESS;
	EXPECT_FALSE(tsrw_life_is_quiet(&self->life.hs, &data));
	self->life.hs.flags = TSRW_HAS_COMMITTED | TSRW_FIN << TSRW_INGRESS;
	EXPECT_FALSE(tsrw_life_is_quiet(&self->life.hs, &data));
	self->life.hs.flags = TSRW_HAS_COMMITTED | TSRW_HAS_CANDIDATE;
	EXPECT_FALSE(tsrw_life_is_quiet(&self->life.hs, &data));
	self->life.hs.flags = TSRW_HAS_COMMITTED | TSRW_INBOUND;
	EXPECT_TRUE(tsrw_life_is_quiet(&self->life.hs, &data));
}

TEST(newest_of_nothing_candidate_and_committed)
{
	struct tsrw_life life = {};

	EXPECT_EQ(NULL, tsrw_life_newest(&life));
	leave_at(&life, seg_syn(IN_ISN, IN_TS), ANCHOR);
	EXPECT_EQ(&life.map.candidate, tsrw_life_newest(&life));
	arrive(&life, seg_syn_ack(OUT_ISN, IN_ISN + 1, OUT_TS, ANCHOR));
	EXPECT_EQ(&life.map.committed, tsrw_life_newest(&life));
	leave_at(&life, seg_syn(IN_ISN + 9, IN_TS), ANCHOR);
	EXPECT_EQ(&life.map.candidate, tsrw_life_newest(&life));
}

TEST_HARNESS_MAIN

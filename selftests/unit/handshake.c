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

FIXTURE(conn) {
	struct tsrw_conn conn;
	struct tsrw_result result;
};

FIXTURE_SETUP(conn)
{
	self->result = leave_at(&self->conn, seg_syn(IN_ISN, IN_TS), ANCHOR);
}

FIXTURE_TEARDOWN(conn)
{
}

/* As the fixture, but begun from outside */
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

TEST_F(conn, syn_begins_a_candidate_at_the_anchor)
{
	EXPECT_EQ(TSRW_TRANSLATE, self->result.action);
	EXPECT_EQ(ANCHOR, seen_outside(&self->result, IN_TS));
	EXPECT_EQ(0, self->result.events);
	EXPECT_EQ(TSRW_EMBRYONIC, state_of(&self->conn));
	EXPECT_EQ(TSRW_HAS_CANDIDATE, self->conn.flags);
}

TEST(syn_where_the_anchor_stands_at_zero)
{
	struct tsrw_conn conn = {};
	struct tsrw_result result = leave_at(&conn, seg_syn(IN_ISN, IN_TS), 0);

	EXPECT_EQ(1, seen_outside(&result, IN_TS));
}

/* New TSval, same mapping */
TEST_F(conn, retransmitted_syn_keeps_its_mapping)
{
	self->result = leave_at(&self->conn, seg_syn(IN_ISN, IN_TS + 1000),
				ANCHOR + 77777);
	EXPECT_EQ(TSRW_EVENT_RETRANSMIT, self->result.events);
	EXPECT_EQ(ANCHOR + 1000, seen_outside(&self->result, IN_TS + 1000));
	EXPECT_EQ(TSRW_HAS_CANDIDATE, self->conn.flags);
}

TEST_F(conn, syn_ack_may_echo_any_of_the_retransmitted_syns)
{
	u32 i;

	leave_at(&self->conn, seg_syn(IN_ISN, IN_TS + 1000), ANCHOR);
	leave_at(&self->conn, seg_syn(IN_ISN, IN_TS + 3000), ANCHOR);
	for (i = 0; i <= 3000; i += 1000) {
		struct tsrw_conn copy = self->conn;

		self->result = arrive_segment(&copy, seg_syn_ack(OUT_ISN, IN_ISN + 1,
								 OUT_TS, ANCHOR + i));
		EXPECT_EQ(TSRW_TRANSLATE, self->result.action);
		EXPECT_TRUE(self->result.verified);
		EXPECT_EQ(IN_TS + i, told_inside(&self->result, ANCHOR + i));
	}
}

/* Some stacks give up on options */
TEST_F(conn, retransmitted_syn_without_tsopt_keeps_the_candidate)
{
	self->result = leave_at(&self->conn,
				without_tsopt(seg_syn(IN_ISN, 0)), ANCHOR);
	EXPECT_EQ(TSRW_PASS_NO_TSOPT, self->result.action);
	self->result = arrive_segment(&self->conn, seg_syn_ack(OUT_ISN, IN_ISN + 1,
							       OUT_TS, ANCHOR));
	EXPECT_EQ(IN_TS, told_inside(&self->result, ANCHOR));
	EXPECT_TRUE(self->result.verified);
}

TEST_F(conn, syn_ack_commits)
{
	self->result = arrive_segment(&self->conn, seg_syn_ack(OUT_ISN, IN_ISN + 1,
							       OUT_TS, ANCHOR));
	EXPECT_EQ(TSRW_EVENT_ESTABLISHED, self->result.events);
	EXPECT_EQ(TSRW_TRANSLATE, self->result.action);
	EXPECT_TRUE(self->result.verified);
	EXPECT_EQ(IN_TS, told_inside(&self->result, ANCHOR));
	EXPECT_EQ(TSRW_ESTABLISHED, state_of(&self->conn));
	EXPECT_EQ(TSRW_HAS_COMMITTED, self->conn.flags);
	EXPECT_EQ(IN_ISN, self->conn.isn_committed);
}

TEST_F(conn, duplicate_syn_ack_is_restored_and_commits_nothing)
{
	struct tsrw_segment seg = seg_syn_ack(OUT_ISN, IN_ISN + 1, OUT_TS,
					      ANCHOR);

	arrive_segment(&self->conn, seg);
	self->result = arrive_segment(&self->conn, seg);
	EXPECT_EQ(0, self->result.events);
	EXPECT_EQ(IN_TS, told_inside(&self->result, ANCHOR));
}

TEST_F(conn, third_segment_and_data_go_on_by_the_same_mapping)
{
	arrive_segment(&self->conn, seg_syn_ack(OUT_ISN, IN_ISN + 1, OUT_TS, ANCHOR));
	self->result = leave_at(&self->conn, seg_data(IN_ISN + 1, 0, OUT_ISN + 1,
						      IN_TS + 20, OUT_TS), 0);
	EXPECT_EQ(0, self->result.events);
	EXPECT_EQ(ANCHOR + 20, seen_outside(&self->result, IN_TS + 20));
	self->result = leave_at(&self->conn, seg_data(IN_ISN + 1, 500, OUT_ISN + 1,
						      IN_TS + 30, OUT_TS), 0);
	EXPECT_EQ(ANCHOR + 30, seen_outside(&self->result, IN_TS + 30));
	self->result = arrive_segment(&self->conn, seg_data(OUT_ISN + 1, 700, IN_ISN + 501,
							    OUT_TS + 5, ANCHOR + 20));
	EXPECT_EQ(IN_TS + 20, told_inside(&self->result, ANCHOR + 20));
	EXPECT_TRUE(self->result.verified);
}

TEST_F(conn, overtaken_segment_keeps_the_latest)
{
	arrive_segment(&self->conn, seg_syn_ack(OUT_ISN, IN_ISN + 1, OUT_TS, ANCHOR));
	leave_at(&self->conn, seg_data(IN_ISN + 501, 500, OUT_ISN + 1,
				       IN_TS + 30, OUT_TS), 0);
	self->result = leave_at(&self->conn, seg_data(IN_ISN + 1, 500, OUT_ISN + 1,
						      IN_TS + 20, OUT_TS), 0);
	EXPECT_EQ(ANCHOR + 20, seen_outside(&self->result, IN_TS + 20));
	EXPECT_EQ(IN_TS + 30, self->conn.map.committed.last);
	self->result = arrive_segment(&self->conn, seg_data(OUT_ISN + 1, 0, IN_ISN + 501,
							    OUT_TS, ANCHOR + 31));
	EXPECT_FALSE(self->result.verified);
	EXPECT_EQ(TSRW_TRANSLATE, self->result.action);
}

TEST_F(conn, first_follows_the_last)
{
	u32 i;

	arrive_segment(&self->conn, seg_syn_ack(OUT_ISN, IN_ISN + 1, OUT_TS, ANCHOR));
	for (i = 1; i <= 8; i++)
		leave_at(&self->conn, seg_data(IN_ISN + 1, 0, OUT_ISN + 1,
					       IN_TS + (i << 29), OUT_TS), 0);
	self->result = arrive_segment(&self->conn, seg_data(OUT_ISN + 1, 0, IN_ISN + 1,
							    OUT_TS, ANCHOR - (1 << 30)));
	EXPECT_TRUE(self->result.verified);
	self->result = arrive_segment(&self->conn, seg_data(OUT_ISN + 1, 0, IN_ISN + 1,
							    OUT_TS, ANCHOR - (2U << 30)));
	EXPECT_FALSE(self->result.verified);
}

TEST_F(conn, long_idle_lets_the_latest_run_back)
{
	struct tsrw_segment seg = seg_data(IN_ISN + 1, 0, OUT_ISN + 1,
					   IN_TS + 0x90000000, OUT_TS);

	arrive_segment(&self->conn, seg_syn_ack(OUT_ISN, IN_ISN + 1, OUT_TS, ANCHOR));
	tsrw_handshake_egress(&self->conn, &seg, TSREWRITE_MODE_REWRITE, 0, 10,
			      &self->result);
	EXPECT_EQ(IN_TS, self->conn.map.committed.last);
	tsrw_handshake_egress(&self->conn, &seg, TSREWRITE_MODE_REWRITE, 0, 2416,
			      &self->result);
	EXPECT_EQ(IN_TS + 0x90000000, self->conn.map.committed.last);
}

TEST_F(conn, segment_without_tsopt_inside_a_flow)
{
	struct tsrw_span before;

	arrive_segment(&self->conn, seg_syn_ack(OUT_ISN, IN_ISN + 1, OUT_TS, ANCHOR));
	before = self->conn.map.committed;
	self->result = leave_at(&self->conn,
				without_tsopt(seg_data(IN_ISN + 1, 0, OUT_ISN + 1,
						       0, 0)), 0);
	EXPECT_EQ(TSRW_PASS_NO_TSOPT, self->result.action);
	self->result = arrive_segment(&self->conn,
				      without_tsopt(seg_data(OUT_ISN + 1, 0, IN_ISN + 1,
							     0, 0)));
	EXPECT_EQ(TSRW_PASS_NO_TSOPT, self->result.action);
	EXPECT_EQ(0, memcmp(&before, &self->conn.map.committed, sizeof(before)));
}

TEST_F(conn, tsecr_zero_is_not_restored)
{
	self->result = arrive_segment(&self->conn, seg_syn_ack(OUT_ISN, IN_ISN + 1,
							       OUT_TS, 0));
	EXPECT_EQ(TSRW_EVENT_ESTABLISHED, self->result.events);
	EXPECT_EQ(TSRW_PASS_ECHO_ZERO, self->result.action);
	self->result = arrive_segment(&self->conn, seg_data(OUT_ISN + 1, 0, IN_ISN + 1,
							    OUT_TS, 0));
	EXPECT_EQ(TSRW_PASS_ECHO_ZERO, self->result.action);
}

/* RFC 7323 section 3.2 */
TEST_F(conn, tsecr_without_ack_is_not_restored)
{
	struct tsrw_segment seg = seg_syn(OUT_ISN, OUT_TS);

	seg.tsecr = ANCHOR;
	self->result = arrive_segment(&self->conn, seg);
	EXPECT_EQ(TSRW_PASS_NO_ACK, self->result.action);
	EXPECT_EQ(0, self->result.events);

	arrive_segment(&self->conn, seg_syn_ack(OUT_ISN, IN_ISN + 1, OUT_TS, ANCHOR));
	seg = seg_rst(OUT_ISN + 7);
	seg.has_tsopt = true;
	seg.tsecr = ANCHOR;
	self->result = arrive_segment(&self->conn, seg);
	EXPECT_EQ(TSRW_PASS_NO_ACK, self->result.action);
}

/* It ends with the third segment, if that has no TSopt either */
TEST_F(conn, syn_ack_without_tsopt)
{
	self->result = arrive_segment(&self->conn,
				      without_tsopt(seg_syn_ack(OUT_ISN, IN_ISN + 1,
								0, 0)));
	EXPECT_EQ(TSRW_PASS_NO_TSOPT, self->result.action);
	EXPECT_EQ(TSRW_EVENT_NO_TSOPT | TSRW_EVENT_ESTABLISHED, self->result.events);
	self->result = leave_at(&self->conn,
				without_tsopt(seg_data(IN_ISN + 1, 0, OUT_ISN + 1, 0, 0)), 0);
	EXPECT_EQ(TSRW_PASS_NO_TSOPT, self->result.action);
	EXPECT_EQ(TSRW_EVENT_END, self->result.events);
}

TEST_F(conn, forged_syn_ack_without_tsopt_ends_nothing)
{
	struct tsrw_conn before = self->conn;

	self->result = arrive_segment(&self->conn,
				      without_tsopt(seg_syn_ack(OUT_ISN, IN_ISN + 2,
								0, 0)));
	EXPECT_EQ(0, self->result.events);
	before.answer = TSRW_ANSWER_HEARD;
	EXPECT_EQ(0, memcmp(&before, &self->conn, sizeof(before)));
}

TEST_F(conn, syn_ack_of_another_number_commits_nothing)
{
	static const u32 wrong[] = { IN_ISN, IN_ISN + 70000, OUT_ISN + 1, 0,
				     ~0u };
	struct tsrw_conn before = self->conn;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		self->result = arrive_segment(&self->conn, seg_syn_ack(OUT_ISN, wrong[i],
								       OUT_TS, ANCHOR));
		EXPECT_EQ(0, self->result.events) TH_LOG("number %u", wrong[i]);
	}
	/* close behind, where data in the SYN would end, but without the echo */
	self->result = arrive_segment(&self->conn, seg_syn_ack(OUT_ISN, IN_ISN + 2,
							       OUT_TS, ANCHOR + 1));
	EXPECT_EQ(0, self->result.events);
	before.answer = TSRW_ANSWER_HEARD;
	EXPECT_EQ(0, memcmp(&before, &self->conn, sizeof(before)));
}

TEST_F(conn, impossible_echo_in_a_syn_ack_becomes_zero)
{
	static const u32 wrong[] = { ANCHOR + 1, ANCHOR - 1, 1, ~0u,
				     IN_TS + 1, IN_TS + 0x80000000 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		struct tsrw_conn copy = self->conn;

		self->result = arrive_segment(&copy, seg_syn_ack(OUT_ISN, IN_ISN + 1,
								 OUT_TS, wrong[i]));
		EXPECT_EQ(TSRW_ZERO, self->result.action)
			TH_LOG("echo %u", wrong[i]);
		EXPECT_FALSE(self->result.verified);
		EXPECT_EQ(TSRW_EVENT_ESTABLISHED, self->result.events);
		EXPECT_EQ(0, told_inside(&self->result, wrong[i]));
	}
}

/* RFC 7323 section 5.2: an old echo is the inside host's to judge */
TEST_F(conn, impossible_echo_later_is_restored_and_not_verified)
{
	arrive_segment(&self->conn, seg_syn_ack(OUT_ISN, IN_ISN + 1, OUT_TS, ANCHOR));
	self->result = arrive_segment(&self->conn, seg_data(OUT_ISN + 1, 10, IN_ISN + 1,
							    OUT_TS, ANCHOR + 9));
	EXPECT_EQ(TSRW_TRANSLATE, self->result.action);
	EXPECT_FALSE(self->result.verified);
	EXPECT_EQ(IN_TS + 9, told_inside(&self->result, ANCHOR + 9));
	EXPECT_EQ(0, self->result.events);
}

TEST_F(conn, raw_echo_in_a_syn_ack_is_foreign_and_ends_the_flow)
{
	self->result = arrive_segment(&self->conn, seg_syn_ack(OUT_ISN, IN_ISN + 1,
							       OUT_TS, IN_TS - 1000));
	EXPECT_EQ(TSRW_PASS_FOREIGN, self->result.action);
	EXPECT_EQ(TSRW_EVENT_ESTABLISHED | TSRW_EVENT_END, self->result.events);
}

TEST_F(conn, raw_echo_in_a_forged_syn_ack_is_zeroed_and_ends_nothing)
{
	self->result = arrive_segment(&self->conn, seg_syn_ack(OUT_ISN, IN_ISN + 5,
							       OUT_TS, IN_TS - 1000));
	EXPECT_EQ(TSRW_ZERO, self->result.action);
	EXPECT_EQ(0, self->result.events);
}

TEST_F(conn, raw_echo_in_a_live_connection_ends_nothing)
{
	arrive_segment(&self->conn, seg_syn_ack(OUT_ISN, IN_ISN + 1, OUT_TS, ANCHOR));
	self->result = arrive_segment(&self->conn, seg_data(OUT_ISN + 1, 1, IN_ISN + 1,
							    OUT_TS, IN_TS - 5));
	EXPECT_EQ(TSRW_TRANSLATE, self->result.action);
	EXPECT_EQ(0, self->result.events);
}

/* A value that is possible both ways was rewritten, not raw */
TEST(raw_echo_that_verifies_is_no_foreign)
{
	struct tsrw_conn conn = {};
	struct tsrw_result result;

	leave_at(&conn, seg_syn(IN_ISN, ANCHOR), ANCHOR);
	result = arrive_segment(&conn, seg_syn_ack(OUT_ISN, IN_ISN + 1, OUT_TS, ANCHOR));
	EXPECT_EQ(TSRW_TRANSLATE, result.action);
	EXPECT_TRUE(result.verified);
	EXPECT_EQ(TSRW_EVENT_ESTABLISHED, result.events);
}

/* Asymmetric routing */
TEST_F(conn, third_segment_commits_where_the_syn_ack_went_another_way)
{
	self->result = leave_at(&self->conn, seg_data(IN_ISN + 1, 0, OUT_ISN + 1,
						      IN_TS + 20, OUT_TS), 0);
	EXPECT_EQ(TSRW_EVENT_ESTABLISHED | TSRW_EVENT_ASYMMETRIC,
		  self->result.events);
	EXPECT_EQ(ANCHOR + 20, seen_outside(&self->result, IN_TS + 20));
	EXPECT_EQ(TSRW_ESTABLISHED, state_of(&self->conn));
	EXPECT_EQ(TSRW_HAS_COMMITTED, self->conn.flags);
}

TEST_F(conn, what_is_no_third_segment_does_not_commit)
{
	struct tsrw_segment seg = seg_data(IN_ISN + 1, 0, 0, IN_TS, 0);

	seg.has_ack = false;
	self->result = leave_at(&self->conn, seg, 0);
	EXPECT_EQ(0, self->result.events);
	EXPECT_EQ(ANCHOR, seen_outside(&self->result, IN_TS));
	self->result = leave_at(&self->conn, seg_data(IN_ISN - 5, 0, OUT_ISN + 1,
						      IN_TS, 0), 0);
	EXPECT_EQ(0, self->result.events);
	EXPECT_EQ(ANCHOR, seen_outside(&self->result, IN_TS));
	self->result = leave_at(&self->conn, seg_rst_ack(IN_ISN + 1, OUT_ISN + 1),
				0);
	EXPECT_EQ(0, self->result.events);
	EXPECT_EQ(TSRW_EMBRYONIC, state_of(&self->conn));
}

/* As far as a SYN's data may reach */
TEST_F(conn, third_segment_has_borders)
{
	static const u32 ahead[] = { 0, 1, 0x10000, 0x10001 };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(ahead); i++) {
		struct tsrw_conn copy = self->conn;

		leave_at(&copy, seg_data(IN_ISN + ahead[i], 0, OUT_ISN + 1,
					 IN_TS, OUT_TS), 0);
		EXPECT_EQ(i == 1 || i == 2 ? TSRW_ESTABLISHED : TSRW_EMBRYONIC,
			  state_of(&copy));
	}
}

/* RFC 7413 section 4.2.1: the SYN-ACK acknowledges the data too */
TEST(fast_open_client_is_committed_by_the_syn_ack)
{
	struct tsrw_segment syn = seg_syn(IN_ISN, IN_TS);
	struct tsrw_conn conn = {};
	struct tsrw_result result;

	syn.end += 500;
	leave_at(&conn, syn, ANCHOR);
	result = arrive_segment(&conn, seg_syn_ack(OUT_ISN, IN_ISN + 501, OUT_TS, ANCHOR));
	EXPECT_EQ(IN_TS, told_inside(&result, ANCHOR));
	EXPECT_EQ(TSRW_EVENT_ESTABLISHED, result.events);
	EXPECT_EQ(TSRW_ESTABLISHED, state_of(&conn));
}

TEST(fast_open_client_whose_data_the_syn_ack_does_not_take)
{
	struct tsrw_segment syn = seg_syn(IN_ISN, IN_TS);
	struct tsrw_conn conn = {};
	struct tsrw_result result;

	syn.end += 500;
	leave_at(&conn, syn, ANCHOR);
	result = arrive_segment(&conn, seg_syn_ack(OUT_ISN, IN_ISN + 1, OUT_TS, ANCHOR));
	EXPECT_EQ(TSRW_EVENT_ESTABLISHED, result.events);
}

TEST(fast_open_client_whose_syn_ack_went_another_way)
{
	struct tsrw_segment syn = seg_syn(IN_ISN, IN_TS);
	struct tsrw_conn conn = {};
	struct tsrw_result result;

	syn.end += 500;
	leave_at(&conn, syn, ANCHOR);
	result = leave_at(&conn, seg_data(IN_ISN + 501, 0, OUT_ISN + 1,
					  IN_TS + 20, OUT_TS), 0);
	EXPECT_EQ(TSRW_EVENT_ESTABLISHED | TSRW_EVENT_ASYMMETRIC,
		  result.events);
	EXPECT_EQ(ANCHOR + 20, seen_outside(&result, IN_TS + 20));
}

TEST(fast_open_client_number_past_its_data_commits_nothing)
{
	struct tsrw_segment syn = seg_syn(IN_ISN, IN_TS);
	struct tsrw_conn conn = {};
	struct tsrw_result result;

	syn.end += 500;
	leave_at(&conn, syn, ANCHOR);
	result = arrive_segment(&conn, seg_syn_ack(OUT_ISN, IN_ISN + 70000, OUT_TS,
						   ANCHOR));
	EXPECT_EQ(0, result.events);
	EXPECT_EQ(TSRW_EMBRYONIC, state_of(&conn));
}

/* Its number may not be told from a forged one: then it times out */
TEST(fast_open_client_that_is_refused_is_not_established)
{
	struct tsrw_segment syn = seg_syn(IN_ISN, IN_TS);
	struct tsrw_conn conn = {};
	struct tsrw_result result;

	syn.end += 500;
	leave_at(&conn, syn, ANCHOR);
	result = arrive_segment(&conn, seg_rst_ack(0, IN_ISN + 501));
	EXPECT_EQ(0, result.events & TSRW_EVENT_ESTABLISHED);
	EXPECT_NE(TSRW_ESTABLISHED, state_of(&conn));
}

/* Both SYNs cross, both SYN-ACKs follow */
TEST_F(conn, simultaneous_open)
{
	self->result = arrive_segment(&self->conn, seg_syn(OUT_ISN, OUT_TS));
	EXPECT_EQ(TSRW_PASS_NO_ACK, self->result.action);
	EXPECT_EQ(0, self->result.events);
	self->result = leave_at(&self->conn,
				seg_syn_ack(IN_ISN, OUT_ISN + 1, IN_TS + 40,
					    OUT_TS), ANCHOR + 9999);
	EXPECT_EQ(TSRW_EVENT_RETRANSMIT, self->result.events);
	EXPECT_EQ(ANCHOR + 40, seen_outside(&self->result, IN_TS + 40));
	self->result = arrive_segment(&self->conn, seg_syn_ack(OUT_ISN, IN_ISN + 1,
							       OUT_TS + 40, ANCHOR));
	EXPECT_EQ(TSRW_EVENT_ESTABLISHED, self->result.events);
	EXPECT_EQ(IN_TS, told_inside(&self->result, ANCHOR));
	EXPECT_TRUE(self->result.verified);
	EXPECT_EQ(TSRW_HAS_COMMITTED, self->conn.flags);
}

/* Their SYN-ACK is lost; ours arrived, and they acknowledge it */
TEST_F(conn, simultaneous_open_commits_at_the_first_segment_out)
{
	arrive_segment(&self->conn, seg_syn(OUT_ISN, OUT_TS));
	leave_at(&self->conn, seg_syn_ack(IN_ISN, OUT_ISN + 1, IN_TS + 40,
					  OUT_TS), ANCHOR);
	self->result = arrive_segment(&self->conn, seg_data(OUT_ISN + 1, 0, IN_ISN + 1,
							    OUT_TS + 80, ANCHOR + 40));
	EXPECT_EQ(IN_TS + 40, told_inside(&self->result, ANCHOR + 40));
	EXPECT_TRUE(self->result.verified);
	self->result = leave_at(&self->conn, seg_data(IN_ISN + 1, 10, OUT_ISN + 1,
						      IN_TS + 90, OUT_TS), 0);
	EXPECT_EQ(TSRW_EVENT_ESTABLISHED, self->result.events);
	EXPECT_EQ(ANCHOR + 90, seen_outside(&self->result, IN_TS + 90));
}

TEST_F(served, syn_ack_begins_a_candidate_at_the_anchor)
{
	EXPECT_EQ(TSRW_TRANSLATE, self->result.action);
	EXPECT_EQ(ANCHOR, seen_outside(&self->result, IN_TS));
	EXPECT_EQ(0, self->result.events);
	EXPECT_EQ(TSRW_EMBRYONIC, state_of(&self->conn));
	EXPECT_EQ(TSRW_HAS_CANDIDATE | TSRW_CANDIDATE_INBOUND,
		  self->conn.flags);
}

TEST_F(served, third_segment_commits)
{
	self->result = arrive_segment(&self->conn, seg_data(OUT_ISN + 1, 0, IN_ISN + 1,
							    OUT_TS + 9, ANCHOR));
	EXPECT_EQ(TSRW_EVENT_ESTABLISHED, self->result.events);
	EXPECT_EQ(IN_TS, told_inside(&self->result, ANCHOR));
	EXPECT_TRUE(self->result.verified);
	EXPECT_EQ(TSRW_ESTABLISHED, state_of(&self->conn));
	EXPECT_EQ(TSRW_HAS_COMMITTED | TSRW_INBOUND, self->conn.flags);
}

TEST_F(served, third_segment_without_tsopt_commits)
{
	self->result = arrive_segment(&self->conn,
				      without_tsopt(seg_data(OUT_ISN + 1, 0, IN_ISN + 1,
							     0, 0)));
	EXPECT_EQ(TSRW_EVENT_ESTABLISHED, self->result.events);
	EXPECT_EQ(TSRW_PASS_NO_TSOPT, self->result.action);
}

TEST_F(served, third_segment_with_tsecr_zero_commits)
{
	self->result = arrive_segment(&self->conn, seg_data(OUT_ISN + 1, 0, IN_ISN + 1,
							    OUT_TS, 0));
	EXPECT_EQ(TSRW_EVENT_ESTABLISHED, self->result.events);
	EXPECT_EQ(TSRW_PASS_ECHO_ZERO, self->result.action);
}

TEST_F(served, retransmitted_syn_ack_keeps_its_mapping)
{
	self->result = leave_at(&self->conn,
				seg_syn_ack(IN_ISN, OUT_ISN + 1, IN_TS + 1000,
					    OUT_TS), ANCHOR + 5);
	EXPECT_EQ(TSRW_EVENT_RETRANSMIT, self->result.events);
	EXPECT_EQ(ANCHOR + 1000, seen_outside(&self->result, IN_TS + 1000));
	self->result = arrive_segment(&self->conn, seg_data(OUT_ISN + 1, 0, IN_ISN + 1,
							    OUT_TS, ANCHOR + 1000));
	EXPECT_EQ(IN_TS + 1000, told_inside(&self->result, ANCHOR + 1000));
	EXPECT_TRUE(self->result.verified);
}

/* The minute is in a SYN cookie: the same SYN, sent again, gets another number, and
 * the peer may have taken either
 */
TEST_F(served, syn_cookies_for_the_same_syn_share_a_mapping)
{
	static const u32 taken[] = { IN_ISN, IN_ISN + 0x1000000 };

	self->result = leave_at(&self->conn,
				seg_syn_ack(IN_ISN + 0x1000000, OUT_ISN + 1,
					    IN_TS + 963, OUT_TS), ANCHOR + 1000);
	EXPECT_EQ(TSRW_EVENT_RETRANSMIT, self->result.events);
	EXPECT_EQ(ANCHOR + 963, seen_outside(&self->result, IN_TS + 963));
	for (u32 i = 0; i < ARRAY_SIZE(taken); i++) {
		struct tsrw_conn copy = self->conn;

		self->result = arrive_segment(&copy, seg_data(OUT_ISN + 1, 0, taken[i] + 1,
							      OUT_TS, ANCHOR + 963 * i));
		EXPECT_EQ(TSRW_EVENT_ESTABLISHED, self->result.events);
		EXPECT_TRUE(self->result.verified);
		EXPECT_EQ(IN_TS + 963 * i,
			  told_inside(&self->result, ANCHOR + 963 * i));
		self->result = leave_at(&copy, seg_syn_ack(taken[i], OUT_ISN + 1,
							   IN_TS + 2000, OUT_TS),
				      ANCHOR + 5000);
		EXPECT_EQ(TSRW_EVENT_RETRANSMIT, self->result.events);
	}
}

TEST_F(served, syn_cookie_of_before_is_taken_with_its_echo_only)
{
	struct tsrw_segment seg = seg_data(OUT_ISN + 1, 0, IN_ISN + 1, OUT_TS,
					   ANCHOR - 1);

	leave_at(&self->conn, seg_syn_ack(IN_ISN + 0x1000000, OUT_ISN + 1,
					  IN_TS, OUT_TS), ANCHOR);
	self->result = arrive_segment(&self->conn, seg);
	EXPECT_EQ(0, self->result.events);
	seg.ack = IN_ISN + 2;
	seg.tsecr = ANCHOR;
	self->result = arrive_segment(&self->conn, seg);
	EXPECT_EQ(0, self->result.events);
	EXPECT_EQ(TSRW_EMBRYONIC, state_of(&self->conn));
}

/* Another SYN is another connection, whose TSvals come later */
TEST_F(served, syn_ack_of_another_syn_is_a_new_candidate)
{
	self->result = leave_at(&self->conn,
				seg_syn_ack(IN_ISN + 0x1000000, OUT_ISN + 2,
					    IN_TS, OUT_TS), ANCHOR);
	EXPECT_EQ(TSRW_EVENT_REUSED, self->result.events);
	EXPECT_EQ(ANCHOR + 1, seen_outside(&self->result, IN_TS));
	self->result = arrive_segment(&self->conn, seg_data(OUT_ISN + 1, 0, IN_ISN + 1,
							    OUT_TS, ANCHOR));
	EXPECT_EQ(0, self->result.events);
}

TEST_F(served, syn_ack_retransmitted_after_the_commit_keeps_its_mapping)
{
	arrive_segment(&self->conn, seg_data(OUT_ISN + 1, 0, IN_ISN + 1, OUT_TS,
					     ANCHOR));
	self->result = leave_at(&self->conn,
				seg_syn_ack(IN_ISN, OUT_ISN + 1, IN_TS + 1000,
					    OUT_TS), ANCHOR + 5);
	EXPECT_EQ(TSRW_EVENT_RETRANSMIT, self->result.events);
	EXPECT_EQ(ANCHOR + 1000, seen_outside(&self->result, IN_TS + 1000));
	EXPECT_EQ(TSRW_ESTABLISHED, state_of(&self->conn));
	EXPECT_EQ(TSRW_HAS_COMMITTED | TSRW_INBOUND, self->conn.flags);
}

TEST_F(served, third_segment_of_another_number_commits_nothing)
{
	static const u32 wrong[] = { IN_ISN, IN_ISN + (1U << 20) + 2, OUT_ISN,
				     0x80000000 };
	struct tsrw_segment seg;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		self->result = arrive_segment(&self->conn,
					      seg_data(OUT_ISN + 1, 0, wrong[i], OUT_TS,
						       ANCHOR));
		EXPECT_EQ(0, self->result.events) TH_LOG("number %u", wrong[i]);
	}
	/* not even close behind, without the echo */
	self->result = arrive_segment(&self->conn, seg_data(OUT_ISN + 1, 0, IN_ISN + 2,
							    OUT_TS, ANCHOR - 1));
	EXPECT_EQ(0, self->result.events);
	self->result = arrive_segment(&self->conn,
				      without_tsopt(seg_data(OUT_ISN + 1, 0, IN_ISN + 2,
							     0, 0)));
	EXPECT_EQ(0, self->result.events);
	seg = seg_data(OUT_ISN + 1, 0, IN_ISN + 1, OUT_TS, ANCHOR);
	seg.has_ack = false;
	self->result = arrive_segment(&self->conn, seg);
	EXPECT_EQ(0, self->result.events);
	EXPECT_EQ(TSRW_EMBRYONIC, state_of(&self->conn));
}

TEST_F(served, syn_ack_from_outside_does_not_commit)
{
	self->result = arrive_segment(&self->conn, seg_syn_ack(OUT_ISN, IN_ISN + 1,
							       OUT_TS, ANCHOR));
	EXPECT_EQ(0, self->result.events);
	EXPECT_EQ(TSRW_EMBRYONIC, state_of(&self->conn));
}

TEST_F(served, segment_of_ours_does_not_commit)
{
	self->result = leave_at(&self->conn, seg_data(IN_ISN + 1, 10, OUT_ISN + 1,
						      IN_TS + 1, OUT_TS), 0);
	EXPECT_EQ(0, self->result.events);
	EXPECT_EQ(TSRW_EMBRYONIC, state_of(&self->conn));
}

/* RFC 7413: the server's data may leave before the third segment */
TEST_F(served, fast_open_data_before_the_third_segment)
{
	self->result = leave_at(&self->conn, seg_data(IN_ISN + 1, 1000,
						      OUT_ISN + 501, IN_TS + 5,
						    OUT_TS), 0);
	EXPECT_EQ(ANCHOR + 5, seen_outside(&self->result, IN_TS + 5));
	self->result = leave_at(&self->conn, seg_data(IN_ISN + 1001, 1000,
						      OUT_ISN + 501, IN_TS + 6,
						    OUT_TS), 0);
	EXPECT_EQ(ANCHOR + 6, seen_outside(&self->result, IN_TS + 6));
	self->result = arrive_segment(&self->conn, seg_data(OUT_ISN + 501, 0,
							    IN_ISN + 1001, OUT_TS + 9,
							  ANCHOR + 5));
	EXPECT_EQ(TSRW_EVENT_ESTABLISHED, self->result.events);
	EXPECT_EQ(IN_TS + 5, told_inside(&self->result, ANCHOR + 5));
	EXPECT_TRUE(self->result.verified);
}

/* A first window of it, and all of that */
TEST_F(served, fast_open_data_has_borders)
{
	static const u32 acked[] = { 1, 0x20000, 0x100001, 0x100002 };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(acked); i++) {
		struct tsrw_conn copy = self->conn;

		arrive_segment(&copy, seg_data(OUT_ISN + 1, 0, IN_ISN + acked[i], OUT_TS,
					       ANCHOR));
		EXPECT_EQ(i < 3 ? TSRW_ESTABLISHED : TSRW_EMBRYONIC,
			  state_of(&copy));
	}
}

/* Its TSecr is none, whatever stands there */
TEST_F(served, fast_open_echo_is_in_a_tsopt)
{
	struct tsrw_segment seg = seg_data(OUT_ISN + 1, 0, IN_ISN + 9, OUT_TS,
					   ANCHOR);

	seg.has_tsopt = false;
	self->result = arrive_segment(&self->conn, seg);
	EXPECT_EQ(0, self->result.events);
	EXPECT_EQ(TSRW_EMBRYONIC, state_of(&self->conn));
}

/* Any TSecr would do otherwise, one of two of an attacker's guesses */
TEST_F(served, fast_open_echo_must_be_of_a_value_that_was_sent)
{
	static const u32 wrong[] = { ANCHOR + 6, ANCHOR + 5000,
				     ANCHOR + 0x7ffffff0 };
	unsigned int i;

	leave_at(&self->conn, seg_data(IN_ISN + 1, 1000, OUT_ISN + 501,
				       IN_TS + 5, OUT_TS), 0);
	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		self->result = arrive_segment(&self->conn, seg_data(OUT_ISN + 501, 0,
								    IN_ISN + 1001, OUT_TS,
								  wrong[i]));
		EXPECT_EQ(0, self->result.events) TH_LOG("echo %u", wrong[i]);
	}
	EXPECT_EQ(TSRW_EMBRYONIC, state_of(&self->conn));
}

TEST_F(served, third_segment_that_echoes_a_raw_syn_ack_is_foreign)
{
	self->result = arrive_segment(&self->conn, seg_data(OUT_ISN + 1, 0, IN_ISN + 1,
							    OUT_TS, IN_TS - 1000));
	EXPECT_EQ(TSRW_PASS_FOREIGN, self->result.action);
	EXPECT_EQ(TSRW_EVENT_ESTABLISHED | TSRW_EVENT_END, self->result.events);
}

/* Only SYN-ACKs are zeroed: PAWS discards what else is wrong */
TEST_F(served, third_segment_with_an_impossible_echo_is_restored)
{
	self->result = arrive_segment(&self->conn, seg_data(OUT_ISN + 1, 0, IN_ISN + 1,
							    OUT_TS, ANCHOR + 7));
	EXPECT_EQ(TSRW_TRANSLATE, self->result.action);
	EXPECT_FALSE(self->result.verified);
	EXPECT_EQ(TSRW_EVENT_ESTABLISHED, self->result.events);
}

/* Mode bug: the fault on purpose */
TEST(bug_rewrites_and_does_not_restore)
{
	struct tsrw_conn conn = {};
	struct tsrw_result result;

	result = leave_by(&conn, seg_syn(IN_ISN, IN_TS), TSREWRITE_MODE_BUG,
			  ANCHOR);
	EXPECT_EQ(ANCHOR, seen_outside(&result, IN_TS));
	result = arrive_segment(&conn, seg_syn_ack(OUT_ISN, IN_ISN + 1, OUT_TS, ANCHOR));
	EXPECT_EQ(TSRW_PASS_UNRESTORED, result.action);
	EXPECT_EQ(TSRW_EVENT_ESTABLISHED, result.events);
	EXPECT_FALSE(result.verified);
	result = leave_at(&conn, seg_data(IN_ISN + 1, 9, OUT_ISN + 1, IN_TS + 5,
					  OUT_TS), 0);
	EXPECT_EQ(ANCHOR + 5, seen_outside(&result, IN_TS + 5));
	result = arrive_segment(&conn, seg_data(OUT_ISN + 1, 9, IN_ISN + 1, OUT_TS,
						ANCHOR + 5));
	EXPECT_EQ(TSRW_PASS_UNRESTORED, result.action);
	EXPECT_FALSE(result.verified);
	/* right by chance */
	result = arrive_segment(&conn, seg_data(OUT_ISN + 1, 9, IN_ISN + 1, OUT_TS,
						IN_TS + 5));
	EXPECT_EQ(TSRW_PASS_UNRESTORED, result.action);
	EXPECT_TRUE(result.verified);
}

TEST(mode_is_of_the_first_syn)
{
	struct tsrw_conn conn = {};
	struct tsrw_result result;

	leave_at(&conn, seg_syn(IN_ISN, IN_TS), ANCHOR);
	result = leave_by(&conn, seg_syn(IN_ISN, IN_TS + 9), TSREWRITE_MODE_OFF,
			  ANCHOR);
	EXPECT_EQ(TSRW_TRANSLATE, result.action);
	result = arrive_segment(&conn, seg_syn_ack(OUT_ISN, IN_ISN + 1, OUT_TS, ANCHOR));
	EXPECT_EQ(TSRW_TRANSLATE, result.action);
	EXPECT_EQ(TSRW_EVENT_ESTABLISHED, result.events);
	result = leave_by(&conn, seg_data(IN_ISN + 1, 0, OUT_ISN + 1, IN_TS + 9,
					  OUT_TS), TSREWRITE_MODE_BUG, 0);
	EXPECT_EQ(TSRW_TRANSLATE, result.action);
	EXPECT_EQ(TSREWRITE_MODE_REWRITE, (u32)conn.mode);
}

/* The quiet path and the other one answer alike */
TEST_F(conn, quiet_segments_change_nothing_but_maxima)
{
	struct tsrw_segment seg = seg_data(OUT_ISN + 1, 10, IN_ISN + 1, OUT_TS,
					   ANCHOR);
	struct tsrw_conn before;
	struct tsrw_result quiet = {};

	EXPECT_FALSE(tsrw_conn_is_quiet(&self->conn, &seg, TSRW_INGRESS));
	arrive_segment(&self->conn, seg_syn_ack(OUT_ISN, IN_ISN + 1, OUT_TS, ANCHOR));
	EXPECT_FALSE(tsrw_conn_is_quiet(&self->conn, &seg, TSRW_INGRESS));
	leave_at(&self->conn, seg_data(IN_ISN + 1, 0, OUT_ISN + 1, IN_TS, OUT_TS),
		 0);
	EXPECT_TRUE(tsrw_conn_is_quiet(&self->conn, &seg, TSRW_INGRESS));

	before = self->conn;
	tsrw_mode_ingress(&quiet, &self->conn.map.committed, self->conn.mode,
			  &seg);
	self->result = arrive_segment(&self->conn, seg);
	EXPECT_EQ(quiet.action, self->result.action);
	EXPECT_EQ(quiet.verified, self->result.verified);
	EXPECT_EQ(0, memcmp(&quiet.span, &self->result.span, sizeof(quiet.span)));
	before.ack[TSRW_INGRESS] = seg.ack;
	before.end[TSRW_INGRESS] = seg.end;
	EXPECT_EQ(0, memcmp(&before, &self->conn, sizeof(before)));
}

TEST_F(conn, what_may_change_a_life_is_not_quiet)
{
	struct tsrw_segment data = seg_data(OUT_ISN + 1, 9, IN_ISN + 1, OUT_TS,
					    ANCHOR);
	struct tsrw_segment seg;

	arrive_segment(&self->conn, seg_syn_ack(OUT_ISN, IN_ISN + 1, OUT_TS, ANCHOR));
	EXPECT_FALSE(tsrw_conn_is_quiet(&self->conn, &data, TSRW_INGRESS));
	leave_at(&self->conn, seg_data(IN_ISN + 1, 0, OUT_ISN + 1, IN_TS, OUT_TS),
		 0);
	seg = data;
	seg.syn = true;
	EXPECT_FALSE(tsrw_conn_is_quiet(&self->conn, &seg, TSRW_INGRESS));
	seg = data;
	seg.fin = true;
	EXPECT_FALSE(tsrw_conn_is_quiet(&self->conn, &seg, TSRW_INGRESS));
	seg = data;
	seg.rst = true;
	EXPECT_FALSE(tsrw_conn_is_quiet(&self->conn, &seg, TSRW_INGRESS));

	self->conn.flags |= TSRW_FIN << TSRW_EGRESS;
	EXPECT_FALSE(tsrw_conn_is_quiet(&self->conn, &data, TSRW_INGRESS));
	self->conn.flags = TSRW_HAS_COMMITTED | TSRW_FIN << TSRW_INGRESS;
	EXPECT_FALSE(tsrw_conn_is_quiet(&self->conn, &data, TSRW_INGRESS));
	self->conn.flags = TSRW_HAS_COMMITTED | TSRW_HAS_CANDIDATE;
	EXPECT_FALSE(tsrw_conn_is_quiet(&self->conn, &data, TSRW_INGRESS));
	self->conn.flags = TSRW_HAS_COMMITTED | TSRW_INBOUND;
	EXPECT_TRUE(tsrw_conn_is_quiet(&self->conn, &data, TSRW_INGRESS));
}

TEST(newest_of_nothing_candidate_and_committed)
{
	struct tsrw_conn conn = {};

	EXPECT_EQ(NULL, tsrw_conn_newest_span(&conn));
	leave_at(&conn, seg_syn(IN_ISN, IN_TS), ANCHOR);
	EXPECT_EQ(&conn.map.candidate, tsrw_conn_newest_span(&conn));
	arrive_segment(&conn, seg_syn_ack(OUT_ISN, IN_ISN + 1, OUT_TS, ANCHOR));
	EXPECT_EQ(&conn.map.committed, tsrw_conn_newest_span(&conn));
	leave_at(&conn, seg_syn(IN_ISN + 9, IN_TS), ANCHOR);
	EXPECT_EQ(&conn.map.candidate, tsrw_conn_newest_span(&conn));
}

/* Where no SYN has left unrewritten, a TSecr that looks like a raw one is any other */
TEST_F(conn, raw_echo_is_impossible_where_none_left_raw)
{
	struct tsrw_segment seg = seg_syn_ack(OUT_ISN, IN_ISN + 1, OUT_TS, IN_TS - 1000);
	struct tsrw_result result;

	tsrw_handshake_ingress(&self->conn, &seg, TSREWRITE_MODE_REWRITE, false, &result);
	EXPECT_EQ(TSRW_ZERO, result.action);
	EXPECT_EQ(TSRW_EVENT_ESTABLISHED, result.events);
}

TEST_F(served, raw_echo_is_impossible_where_none_left_raw)
{
	struct tsrw_segment seg = seg_data(OUT_ISN + 1, 0, IN_ISN + 1, OUT_TS, IN_TS - 1000);
	struct tsrw_result result;

	tsrw_handshake_ingress(&self->conn, &seg, TSREWRITE_MODE_REWRITE, false, &result);
	EXPECT_EQ(TSRW_TRANSLATE, result.action);
	EXPECT_FALSE(result.verified);
	EXPECT_EQ(TSRW_EVENT_ESTABLISHED, result.events);
}

/* A challenge ACK of TIME-WAIT, for example */
TEST_F(conn, answer_of_another_connection_passes)
{
	static const u32 acks[] = { 0, IN_ISN, IN_ISN + 2 + 0xffff, 0x80000000 };
	struct tsrw_conn before = self->conn;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(acks); i++) {
		self->result = arrive_segment(&self->conn, seg_data(77, 0, acks[i], OUT_TS,
								    ANCHOR + 99));
		EXPECT_EQ(TSRW_PASS_OTHER, self->result.action);
		EXPECT_FALSE(self->result.verified || self->result.future);
		before.answer = TSRW_ANSWER_HEARD;
		EXPECT_EQ(0, memcmp(&before, &self->conn, sizeof(before)));
		/* nor does the RST that it is answered with end anything */
		leave_at(&self->conn, seg_rst(acks[i]), 0);
		EXPECT_EQ(TSRW_EMBRYONIC, state_of(&self->conn));
	}
}

/* Linux takes it for no answer */
TEST_F(conn, rst_with_a_wrong_echo_refuses_nothing)
{
	struct tsrw_segment rst = seg_rst_ack(0, IN_ISN + 1);

	rst.has_tsopt = true;
	rst.tsecr = ANCHOR + 99;
	self->result = arrive_segment(&self->conn, rst);
	EXPECT_EQ(0, self->result.events);
	EXPECT_EQ(0, self->result.outcome);
	self->result = arrive_segment(&self->conn, seg_syn_ack(OUT_ISN, IN_ISN + 1, OUT_TS,
							       ANCHOR));
	EXPECT_EQ(TSRW_EVENT_ESTABLISHED, self->result.events);
}

TEST(data_of_a_syn_is_acknowledged_or_refused)
{
	struct tsrw_segment syn = seg_syn(IN_ISN, IN_TS);
	struct tsrw_conn asked = {}, conn;
	struct tsrw_result result;

	syn.end += 1000;
	leave_at(&asked, syn, ANCHOR);
	conn = asked;
	result = arrive_segment(&conn, seg_syn_ack(OUT_ISN, syn.end, OUT_TS, 12345));
	EXPECT_EQ(TSRW_ZERO, result.action);
	EXPECT_EQ(TSRW_OUTCOME_ANSWERED, result.outcome);
	conn = asked;
	result = arrive_segment(&conn, seg_rst_ack(0, syn.end));
	EXPECT_EQ(TSRW_OUTCOME_REFUSED_BY_PEER, result.outcome);
	conn = asked;
	result = arrive_segment(&conn, seg_rst_ack(0, syn.end + 1));
	EXPECT_EQ(0, result.outcome);
}

TEST_HARNESS_MAIN

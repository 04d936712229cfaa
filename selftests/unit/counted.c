// SPDX-License-Identifier: GPL-2.0-only
/*
 * Connections that pass untouched, and have a flow only to be counted: those whose SYN has
 * no TSopt, and those of mode off.
 */
#include "kselftest_harness.h"

#include "segment.h"

#define ANCHOR		0x50000000u
#define IN_ISN		1000u		/* of the inside end */
#define OUT_ISN		0x90000000u	/* of the outside end */
#define IN_TS		0x27000000u	/* the inside host's clock */
#define OUT_TS		0x33330000u	/* the outside host's */

FIXTURE(counted) {
	struct tsrw_conn conn;
	struct tsrw_result result;
};

FIXTURE_VARIANT(counted) {
	enum tsrewrite_mode mode;
};

FIXTURE_VARIANT_ADD(counted, bare) {
	TSRW_MODE_BARE
};

FIXTURE_VARIANT_ADD(counted, off) {
	TSREWRITE_MODE_OFF
};

static struct tsrw_segment as_sent(enum tsrewrite_mode mode, struct tsrw_segment seg)
{
	return (u32)mode == TSRW_MODE_BARE ? without_tsopt(seg) : seg;
}

FIXTURE_SETUP(counted)
{
	self->result = leave_by(&self->conn, as_sent(variant->mode, seg_syn(IN_ISN, IN_TS)),
				variant->mode, ANCHOR);
}

FIXTURE_TEARDOWN(counted)
{
}

static u32 passing_action(enum tsrewrite_mode mode)
{
	return (u32)mode == TSRW_MODE_BARE ? TSRW_PASS_NO_TSOPT : TSRW_PASS_MODE_OFF;
}

static struct tsrw_segment syn_ack(enum tsrewrite_mode mode)
{
	return as_sent(mode, seg_syn_ack(OUT_ISN, IN_ISN + 1, OUT_TS, IN_TS));
}

static struct tsrw_segment third_segment(enum tsrewrite_mode mode)
{
	return as_sent(mode, seg_data(IN_ISN + 1, 0, OUT_ISN + 1, IN_TS + 1, OUT_TS));
}

TEST_F(counted, comes_up_and_ends_with_the_third_segment)
{
	EXPECT_EQ(TSRW_OUTCOME_ATTEMPT, self->result.outcome);
	EXPECT_EQ(passing_action(variant->mode), self->result.action);
	EXPECT_TRUE(tsrw_conn_only_counts(&self->conn));
	EXPECT_EQ(TSREWRITE_MODE_OFF, tsrw_conn_shown_mode(&self->conn));

	self->result = arrive_segment(&self->conn, syn_ack(variant->mode));
	EXPECT_EQ(TSRW_OUTCOME_ANSWERED, self->result.outcome);
	EXPECT_EQ(0, self->result.events);
	EXPECT_EQ(passing_action(variant->mode), self->result.action);
	EXPECT_EQ(TSRW_PHASE_EMBRYONIC, tsrw_conn_phase(&self->conn));

	self->result = leave_at(&self->conn, third_segment(variant->mode), 0);
	EXPECT_EQ(TSRW_OUTCOME_ESTABLISHED, self->result.outcome);
	EXPECT_EQ(TSRW_EVENT_END, self->result.events);
	EXPECT_EQ(passing_action(variant->mode), self->result.action);
	EXPECT_TRUE(tsrw_mode_passes(self->result.mode));
}

TEST_F(counted, syn_sent_again_is_the_same_attempt)
{
	self->result = leave_at(&self->conn,
				as_sent(variant->mode, seg_syn(IN_ISN, IN_TS + 1000)), ANCHOR);
	EXPECT_EQ(TSRW_OUTCOME_RETRANSMITTED, self->result.outcome);
	EXPECT_EQ(passing_action(variant->mode), self->result.action);
}

TEST_F(counted, refused_by_the_peer)
{
	self->result = arrive_segment(&self->conn, seg_rst_ack(0, IN_ISN + 1));
	EXPECT_EQ(TSRW_OUTCOME_REFUSED_BY_PEER, self->result.outcome);
	EXPECT_EQ(TSRW_EVENT_END, self->result.events);
}

TEST_F(counted, refused_by_the_inside_host)
{
	arrive_segment(&self->conn, syn_ack(variant->mode));
	self->result = leave_at(&self->conn, seg_rst(IN_ISN + 1), 0);
	EXPECT_EQ(TSRW_OUTCOME_REFUSED_BY_US, self->result.outcome);
	EXPECT_EQ(TSRW_EVENT_END, self->result.events);
}

TEST_F(counted, reset_by_the_peer_before_the_third_segment)
{
	arrive_segment(&self->conn, syn_ack(variant->mode));
	self->result = arrive_segment(&self->conn, seg_rst(OUT_ISN + 1));
	EXPECT_EQ(TSRW_EVENT_END, self->result.events);
}

TEST_F(counted, forged_answers_change_nothing)
{
	self->result = arrive_segment(&self->conn, seg_rst_ack(0, IN_ISN));
	EXPECT_EQ(0, self->result.outcome);
	EXPECT_EQ(0, self->result.events);
	self->result = arrive_segment(&self->conn,
				      without_tsopt(seg_syn_ack(OUT_ISN, IN_ISN + 7, 0, 0)));
	EXPECT_EQ(0, self->result.outcome);
	EXPECT_EQ(0, self->result.events);
}

/* The answer has taken another path */
TEST_F(counted, third_segment_without_an_answer)
{
	self->result = leave_at(&self->conn, third_segment(variant->mode), 0);
	EXPECT_EQ(TSRW_OUTCOME_ESTABLISHED, self->result.outcome);
	EXPECT_EQ(TSRW_EVENT_ASYMMETRIC | TSRW_EVENT_END, self->result.events);
}

TEST_F(counted, may_be_forgotten_at_any_time)
{
	EXPECT_TRUE(tsrw_conn_may_be_forgotten(&self->conn, ANCHOR));
	EXPECT_FALSE(tsrw_conn_breaks(&self->conn));
	EXPECT_EQ(NULL, tsrw_conn_newest_span(&self->conn));
	arrive_segment(&self->conn, syn_ack(variant->mode));
	EXPECT_TRUE(tsrw_conn_may_be_forgotten(&self->conn, ANCHOR));
}

/* Another connection on the same addresses and ports, which is to be hidden */
TEST_F(counted, next_connection_is_rewritten)
{
	self->result = leave_at(&self->conn, seg_syn(IN_ISN + 77, IN_TS + 5), ANCHOR);
	EXPECT_EQ(TSRW_OUTCOME_ATTEMPT, self->result.outcome);
	EXPECT_EQ(TSRW_TRANSLATE, self->result.action);
	EXPECT_EQ(ANCHOR, seen_outside(&self->result, IN_TS + 5));
	self->result = arrive_segment(&self->conn, seg_syn_ack(OUT_ISN, IN_ISN + 78, OUT_TS,
							       ANCHOR));
	EXPECT_EQ(IN_TS + 5, told_inside(&self->result, ANCHOR));
	EXPECT_EQ(TSRW_EVENT_ESTABLISHED, self->result.events);
}

/* Of a host without randomness, or of one that was not counted on: what shows a clock is
 * hidden, whatever was before
 */
TEST(tsopt_behind_a_bare_syn_is_hidden)
{
	struct tsrw_conn conn = { 0 };
	struct tsrw_result result;

	leave_by(&conn, without_tsopt(seg_syn(IN_ISN, 0)), TSRW_MODE_BARE, ANCHOR);
	result = leave_at(&conn, seg_syn(IN_ISN, IN_TS), ANCHOR);
	EXPECT_EQ(TSRW_TRANSLATE, result.action);

	conn = (struct tsrw_conn){ 0 };
	leave_by(&conn, without_tsopt(seg_syn(IN_ISN, 0)), TSRW_MODE_BARE, ANCHOR);
	arrive_segment(&conn, syn_ack(TSRW_MODE_BARE));
	result = leave_at(&conn, seg_syn(IN_ISN, IN_TS), ANCHOR);
	EXPECT_EQ(TSRW_TRANSLATE, result.action);
}

/* An outsider can have an inside host send SYN-ACKs to the same SYN for long, without TSopt
 * and then with one
 */
TEST(tsopt_behind_a_bare_syn_ack_is_hidden)
{
	static const u32 clocks[] = { 1, IN_TS, 0x7fffffff, 0x80000001, 0xf0000000 };

	for (int i = 0; i < 10; i++) {
		u32 isn = i & 1 ? IN_ISN : IN_ISN + 77, clock = clocks[i / 2];
		struct tsrw_conn conn = { 0 };
		struct tsrw_result result;

		leave_by(&conn, without_tsopt(seg_syn_ack(IN_ISN, OUT_ISN + 1, 0, 0)),
			 TSRW_MODE_BARE, ANCHOR);
		result = leave_at(&conn, seg_syn_ack(isn, OUT_ISN + 1, clock, OUT_TS), ANCHOR);
		EXPECT_EQ(TSRW_TRANSLATE, result.action) {
			TH_LOG("number %u, clock %u", isn, clock);
		}
		EXPECT_EQ(ANCHOR, seen_outside(&result, clock));
		EXPECT_FALSE(tsrw_conn_only_counts(&conn));
	}
}

/* He can have it send them until the mode is set again */
TEST(syn_ack_of_mode_off_is_hidden_when_it_is_sent_again)
{
	struct tsrw_conn conn = { 0 };
	struct tsrw_result result;

	leave_by(&conn, seg_syn_ack(IN_ISN, OUT_ISN + 1, IN_TS, OUT_TS), TSREWRITE_MODE_OFF,
		 ANCHOR);
	result = leave_by(&conn, seg_syn_ack(IN_ISN, OUT_ISN + 1, IN_TS + 9, OUT_TS),
			  TSREWRITE_MODE_OFF, ANCHOR);
	EXPECT_EQ(TSRW_OUTCOME_RETRANSMITTED, result.outcome);
	result = leave_at(&conn, seg_syn_ack(IN_ISN, OUT_ISN + 1, IN_TS + 99, OUT_TS), ANCHOR);
	EXPECT_EQ(TSRW_TRANSLATE, result.action);
	EXPECT_EQ(ANCHOR, seen_outside(&result, IN_TS + 99));
}

/* The third segment has taken another path: the flow goes nevertheless */
TEST_F(counted, peer_goes_on_behind_its_answer)
{
	struct tsrw_segment data = seg_data(OUT_ISN + 1, 9, IN_ISN + 1, OUT_TS, IN_TS);

	arrive_segment(&self->conn, syn_ack(variant->mode));
	self->result = arrive_segment(&self->conn, as_sent(variant->mode, data));
	EXPECT_EQ(TSRW_OUTCOME_ESTABLISHED, self->result.outcome);
	EXPECT_EQ(TSRW_EVENT_END, self->result.events);
}

TEST(inside_host_goes_on_behind_its_answer)
{
	struct tsrw_conn conn = { 0 };
	struct tsrw_result result;

	leave_by(&conn, without_tsopt(seg_syn_ack(IN_ISN, OUT_ISN + 1, 0, 0)),
		 TSRW_MODE_BARE, ANCHOR);
	result = leave_at(&conn, without_tsopt(seg_data(IN_ISN + 1, 9, OUT_ISN + 1, 0, 0)), 0);
	EXPECT_EQ(TSRW_OUTCOME_ANSWERED | TSRW_OUTCOME_ESTABLISHED, result.outcome);
	EXPECT_TRUE(result.events & TSRW_EVENT_END);
}

/* What was decided at the SYN of mode off holds for the SYN that is sent again */
TEST(syn_of_mode_off_stays_off)
{
	struct tsrw_conn conn = { 0 };
	struct tsrw_result result;

	leave_by(&conn, seg_syn(IN_ISN, IN_TS), TSREWRITE_MODE_OFF, ANCHOR);
	result = leave_at(&conn, seg_syn(IN_ISN, IN_TS + 1000), ANCHOR);
	EXPECT_EQ(TSRW_PASS_MODE_OFF, result.action);
}

/* Counting must not cost a connection that is rewritten its flow */
TEST(bare_syn_does_not_replace_what_is_rewritten)
{
	struct tsrw_conn conn = { 0 };
	struct tsrw_result result;

	leave_at(&conn, seg_syn(IN_ISN, IN_TS), ANCHOR);
	result = leave_by(&conn, without_tsopt(seg_syn(IN_ISN + 9, 0)), TSRW_MODE_BARE, ANCHOR);
	EXPECT_EQ(0, result.outcome);
	EXPECT_EQ(IN_ISN, conn.isn_candidate);
	arrive_segment(&conn, seg_syn_ack(OUT_ISN, IN_ISN + 1, OUT_TS, ANCHOR));
	result = leave_by(&conn, without_tsopt(seg_syn(IN_ISN + 9, 0)), TSRW_MODE_BARE, ANCHOR);
	EXPECT_EQ(0, result.outcome);
	EXPECT_FALSE(tsrw_conn_has(&conn, TSRW_HAS_CANDIDATE));
	EXPECT_FALSE(tsrw_conn_only_counts(&conn));
}

/* A connection that was switched off takes over from one that is rewritten: until it is
 * established, that one goes on
 */
TEST(flow_with_one_that_is_rewritten_is_more_than_counted)
{
	struct tsrw_conn conn = { 0 };

	leave_at(&conn, seg_syn(IN_ISN, IN_TS), ANCHOR);
	arrive_segment(&conn, seg_syn_ack(OUT_ISN, IN_ISN + 1, OUT_TS, ANCHOR));
	leave_by(&conn, seg_syn(IN_ISN + 9, IN_TS + 9), TSREWRITE_MODE_OFF, ANCHOR);
	EXPECT_FALSE(tsrw_conn_only_counts(&conn));
	EXPECT_TRUE(tsrw_conn_breaks(&conn));
}

/* Begun from outside: the SYN-ACK is the first that is seen */
TEST(inbound_ends_with_its_acknowledgment)
{
	struct tsrw_conn conn = { 0 };
	struct tsrw_result result;

	result = leave_by(&conn, without_tsopt(seg_syn_ack(IN_ISN, OUT_ISN + 1, 0, 0)),
			  TSRW_MODE_BARE, ANCHOR);
	EXPECT_EQ(TSRW_OUTCOME_ATTEMPT, result.outcome);
	EXPECT_TRUE(result.inbound);
	result = arrive_segment(&conn, without_tsopt(seg_data(OUT_ISN + 1, 0, IN_ISN + 1, 0, 0)));
	EXPECT_EQ(TSRW_OUTCOME_ANSWERED | TSRW_OUTCOME_ESTABLISHED, result.outcome);
	EXPECT_EQ(TSRW_EVENT_END, result.events);
}

/* SYN cookies: the SYN-ACK that is sent again has another number */
TEST(inbound_by_an_earlier_cookie)
{
	struct tsrw_conn conn = { 0 };
	struct tsrw_result result;

	leave_by(&conn, without_tsopt(seg_syn_ack(IN_ISN, OUT_ISN + 1, 0, 0)),
		 TSRW_MODE_BARE, ANCHOR);
	result = leave_by(&conn, without_tsopt(seg_syn_ack(IN_ISN + 5, OUT_ISN + 1, 0, 0)),
			  TSRW_MODE_BARE, ANCHOR);
	EXPECT_EQ(TSRW_OUTCOME_RETRANSMITTED, result.outcome);
	result = arrive_segment(&conn, without_tsopt(seg_data(OUT_ISN + 1, 0, IN_ISN + 1, 0, 0)));
	EXPECT_EQ(TSRW_OUTCOME_ANSWERED | TSRW_OUTCOME_ESTABLISHED, result.outcome);
	EXPECT_EQ(TSRW_EVENT_END, result.events);
}

TEST(inbound_refused_by_the_peer)
{
	struct tsrw_conn conn = { 0 };
	struct tsrw_result result;

	leave_by(&conn, without_tsopt(seg_syn_ack(IN_ISN, OUT_ISN + 1, 0, 0)),
		 TSRW_MODE_BARE, ANCHOR);
	result = arrive_segment(&conn, seg_rst(OUT_ISN + 1));
	EXPECT_EQ(TSRW_OUTCOME_REFUSED_BY_PEER, result.outcome);
	EXPECT_EQ(TSRW_EVENT_END, result.events);
}

TEST_HARNESS_MAIN

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Another connection on a 4-tuple that is remembered: a candidate beside what
 * is committed.  Outside TSvals never run backwards.
 */
#include "kselftest_harness.h"

#include "segment.h"

#define ANCHOR		0x50000000u
#define OUT_ISN		0x90000000u	/* of the outside end */
#define OUT_TS		0x33330000u	/* the outside host's clock */
#define OLD_ISN		0x10000000u	/* of the old inside end */
#define OLD_TS		0x27000000u	/* its clock */
#define NEW_ISN		0x60000000u	/* of the new inside end */
#define NEW_TS		17u		/* its clock */

#define OLD_LAST	(ANCHOR + 500)	/* the last that outside has seen */
#define BOUNDARY	(OLD_LAST + 1)	/* where the candidate begins */

/* An old connection, closed or not, and a SYN on its 4-tuple */
FIXTURE(reuse) {
	struct tsrw_conn conn;
	struct tsrw_result result;
};

FIXTURE_VARIANT(reuse) {
	bool closed;
	bool inbound;
};

FIXTURE_VARIANT_ADD(reuse, of_a_closed_one_from_inside) {
	true, false
};

FIXTURE_VARIANT_ADD(reuse, of_a_closed_one_from_outside) {
	true, true
};

FIXTURE_VARIANT_ADD(reuse, of_a_live_one_from_inside) {
	false, false
};

FIXTURE_VARIANT_ADD(reuse, of_a_live_one_from_outside) {
	false, true
};

static struct tsrw_segment old_data(u32 tsval)
{
	return seg_data(OLD_ISN + 1, 0, OUT_ISN + 1, tsval, OUT_TS);
}

static struct tsrw_segment old_reply(u32 tsecr)
{
	return seg_data(OUT_ISN + 1, 0, OLD_ISN + 1, OUT_TS, tsecr);
}

static struct tsrw_segment new_syn(bool inbound, u32 isn, u32 tsval)
{
	return inbound ? seg_syn_ack(isn, OUT_ISN + 5001, tsval, OUT_TS) :
			 seg_syn(isn, tsval);
}

/* A SYN-ACK of the second kind answers another SYN */
static struct tsrw_segment newer_syn(bool inbound, u32 isn, u32 tsval)
{
	struct tsrw_segment seg = new_syn(inbound, isn, tsval);

	if (inbound)
		seg.ack += 5000;
	return seg;
}

/* SYN-ACK, or third segment */
static struct tsrw_segment new_answer(bool inbound, u32 ack, u32 tsecr)
{
	return inbound ? seg_data(OUT_ISN + 5001, 0, ack, OUT_TS, tsecr) :
			 seg_syn_ack(OUT_ISN + 5000, ack, OUT_TS, tsecr);
}

static void make_old(struct tsrw_conn *conn, bool closed)
{
	leave_at(conn, seg_syn(OLD_ISN, OLD_TS), ANCHOR);
	arrive_segment(conn, seg_syn_ack(OUT_ISN, OLD_ISN + 1, OUT_TS, ANCHOR));
	leave_at(conn, old_data(OLD_TS + 500), 0);
	arrive_segment(conn, old_reply(ANCHOR + 500));
	if (closed)
		arrive_segment(conn, seg_rst(OUT_ISN + 1));
}

FIXTURE_SETUP(reuse)
{
	make_old(&self->conn, variant->closed);
	ASSERT_EQ(variant->closed ? TSRW_CLOSED : TSRW_ESTABLISHED,
		  state_of(&self->conn));
	self->result = leave_at(&self->conn,
				new_syn(variant->inbound, NEW_ISN, NEW_TS),
			      ANCHOR + 100);
}

FIXTURE_TEARDOWN(reuse)
{
}

TEST_F(reuse, begins_one_tick_after_the_old)
{
	EXPECT_EQ(TSRW_EVENT_REUSED, self->result.events);
	EXPECT_EQ(TSRW_TRANSLATE, self->result.action);
	EXPECT_EQ(BOUNDARY, seen_outside(&self->result, NEW_TS));
	EXPECT_EQ(OLD_ISN, self->conn.isn_committed);
	EXPECT_EQ(variant->inbound,
		  !!(self->conn.flags & TSRW_CANDIDATE_INBOUND));
}

TEST_F(reuse, commits_with_the_answer)
{
	self->result = arrive_segment(&self->conn, new_answer(variant->inbound,
							      NEW_ISN + 1, BOUNDARY));
	EXPECT_EQ(TSRW_EVENT_ESTABLISHED, self->result.events);
	EXPECT_EQ(NEW_TS, told_inside(&self->result, BOUNDARY));
	EXPECT_TRUE(self->result.verified);
	EXPECT_EQ(TSRW_ESTABLISHED, state_of(&self->conn));
	EXPECT_EQ(TSRW_HAS_COMMITTED | (variant->inbound ? TSRW_INBOUND : 0),
		  self->conn.flags);
	EXPECT_EQ(NEW_ISN, self->conn.isn_committed);

	self->result = leave_at(&self->conn, seg_data(NEW_ISN + 1, 9,
						      OUT_ISN + 5001,
						    NEW_TS + 7, OUT_TS), 0);
	EXPECT_EQ(BOUNDARY + 7, seen_outside(&self->result, NEW_TS + 7));
	self->result = arrive_segment(&self->conn, seg_data(OUT_ISN + 5001, 0,
							    NEW_ISN + 10, OUT_TS,
							  BOUNDARY + 7));
	EXPECT_EQ(NEW_TS + 7, told_inside(&self->result, BOUNDARY + 7));
}

TEST_F(reuse, retransmission_keeps_the_candidate)
{
	self->result = leave_at(&self->conn,
				new_syn(variant->inbound, NEW_ISN, NEW_TS + 1000),
			      ANCHOR + 99999);
	EXPECT_EQ(TSRW_EVENT_RETRANSMIT, self->result.events);
	EXPECT_EQ(BOUNDARY + 1000, seen_outside(&self->result, NEW_TS + 1000));
	self->result = arrive_segment(&self->conn, new_answer(variant->inbound,
							      NEW_ISN + 1,
							    BOUNDARY + 1000));
	EXPECT_EQ(NEW_TS + 1000, told_inside(&self->result, BOUNDARY + 1000));
	EXPECT_TRUE(self->result.verified);
}

TEST_F(reuse, old_segments_leave_by_the_committed)
{
	self->result = leave_at(&self->conn, old_data(OLD_TS + 400), 0);
	EXPECT_EQ(ANCHOR + 400, seen_outside(&self->result, OLD_TS + 400));
	EXPECT_EQ(0, self->result.events);
	self->result = leave_at(&self->conn, old_data(OLD_TS + 500), 0);
	EXPECT_EQ(OLD_LAST, seen_outside(&self->result, OLD_TS + 500));
}

/* The boundary itself is the candidate's */
TEST_F(reuse, old_echoes_are_the_committed_ones)
{
	static const u32 echoes[] = { ANCHOR, ANCHOR + 499, OLD_LAST };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(echoes); i++) {
		self->result = arrive_segment(&self->conn, old_reply(echoes[i]));
		EXPECT_EQ(OLD_TS + (echoes[i] - ANCHOR),
			  told_inside(&self->result, echoes[i]));
		EXPECT_TRUE(self->result.verified);
		EXPECT_EQ(0, self->result.events);
	}
	EXPECT_TRUE(self->conn.flags & TSRW_HAS_CANDIDATE);
	EXPECT_EQ(OLD_ISN, self->conn.isn_committed);
}

/* An unanswered SYN, whoever sent it, takes nothing away.  The old
 * connection's values run past the boundary meanwhile; its numbers tell.
 */
TEST_F(reuse, live_connection_goes_on_past_the_boundary)
{
	u32 i;

	for (i = 501; i < 5000; i += 500) {
		self->result = leave_at(&self->conn, old_data(OLD_TS + i), 0);
		EXPECT_EQ(ANCHOR + i, seen_outside(&self->result, OLD_TS + i));
		self->result = arrive_segment(&self->conn, old_reply(ANCHOR + i));
		EXPECT_EQ(OLD_TS + i, told_inside(&self->result, ANCHOR + i));
		EXPECT_TRUE(self->result.verified);
		EXPECT_EQ(0, self->result.events);
	}
}

/* RFC 9293 section 3.10.7.4: a challenge ACK, and the RST that it provokes */
TEST_F(reuse, challenge_ack_is_the_old_one_and_its_rst_closes_it)
{
	self->result = arrive_segment(&self->conn, old_reply(OLD_LAST));
	EXPECT_EQ(OLD_TS + 500, told_inside(&self->result, OLD_LAST));
	EXPECT_EQ(0, self->result.events);
	if (variant->closed || variant->inbound)
		return;
	self->result = leave_at(&self->conn, seg_rst(OLD_ISN + 1), 0);
	EXPECT_EQ(TSRW_EVENT_CLOSED, self->result.events);
	EXPECT_EQ(OLD_ISN, self->conn.isn_committed);

	self->result = leave_at(&self->conn, seg_syn(NEW_ISN, NEW_TS + 1000), 0);
	EXPECT_EQ(BOUNDARY + 1000, seen_outside(&self->result, NEW_TS + 1000));
	self->result = arrive_segment(&self->conn, new_answer(false, NEW_ISN + 1,
							      BOUNDARY + 1000));
	EXPECT_EQ(TSRW_EVENT_ESTABLISHED, self->result.events);
	EXPECT_EQ(TSRW_ESTABLISHED, state_of(&self->conn));
}

TEST_F(reuse, forged_answer_commits_nothing)
{
	static const u32 wrong[] = { OLD_ISN + 1, NEW_ISN, NEW_ISN - 1, 0 };
	struct tsrw_span old = self->conn.map.committed;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		self->result = arrive_segment(&self->conn,
					      new_answer(variant->inbound, wrong[i],
							 BOUNDARY));
		EXPECT_EQ(0, self->result.events) TH_LOG("number %u", wrong[i]);
		arrive_segment(&self->conn, seg_rst_ack(1, wrong[i]));
	}
	EXPECT_EQ(OLD_ISN, self->conn.isn_committed);
	EXPECT_EQ(0, memcmp(&old, &self->conn.map.committed, sizeof(old)));
	EXPECT_EQ(variant->closed ? TSRW_CLOSED : TSRW_ESTABLISHED,
		  state_of(&self->conn));
}

TEST_F(reuse, candidate_is_replaced)
{
	self->result = leave_at(&self->conn,
				newer_syn(variant->inbound, 0x77000000, 4000),
			      ANCHOR);
	EXPECT_EQ(TSRW_EVENT_REUSED, self->result.events);
	EXPECT_EQ(BOUNDARY + 1, seen_outside(&self->result, 4000));
	EXPECT_EQ(OLD_ISN, self->conn.isn_committed);

	/* the first one's number is nobody's any more */
	self->result = arrive_segment(&self->conn, new_answer(variant->inbound,
							      NEW_ISN + 1, BOUNDARY));
	EXPECT_EQ(0, self->result.events);
	self->result = arrive_segment(&self->conn, new_answer(variant->inbound,
							      0x77000001, BOUNDARY + 1));
	EXPECT_EQ(TSRW_EVENT_ESTABLISHED, self->result.events);
	EXPECT_EQ(4000, told_inside(&self->result, BOUNDARY + 1));
	EXPECT_EQ(0x77000000, self->conn.isn_committed);
}

TEST_F(reuse, candidate_is_replaced_by_one_of_the_other_direction)
{
	leave_at(&self->conn, new_syn(!variant->inbound, 0x77000000, 4000), 0);
	EXPECT_EQ(!variant->inbound,
		  !!(self->conn.flags & TSRW_CANDIDATE_INBOUND));
	self->result = arrive_segment(&self->conn, new_answer(!variant->inbound,
							      0x77000001, BOUNDARY + 1));
	EXPECT_EQ(TSRW_EVENT_ESTABLISHED, self->result.events);
	EXPECT_EQ(!variant->inbound, !!(self->conn.flags & TSRW_INBOUND));
}

/* What the old connection sent after the first candidate counts as well */
TEST_F(reuse, replacing_candidate_begins_after_both)
{
	u32 start;

	leave_at(&self->conn, old_data(OLD_TS + 90000), 0);
	self->result = leave_at(&self->conn,
				newer_syn(variant->inbound, 0x77000000, 4000),
			      ANCHOR);
	start = seen_outside(&self->result, 4000);
	EXPECT_LT(0, (s32)(start - (ANCHOR + 90000)));

	leave_at(&self->conn, newer_syn(variant->inbound, 0x77000000, 204000), 0);
	self->result = leave_at(&self->conn,
				new_syn(variant->inbound, 0x78000000, 4000),
			      ANCHOR);
	EXPECT_EQ(start + 200001, seen_outside(&self->result, 4000));
}

TEST_F(reuse, segment_close_behind_the_number_is_the_candidates)
{
	if (!variant->inbound)
		return;
	self->result = leave_at(&self->conn, seg_data(NEW_ISN + 1, 1000,
						      OUT_ISN + 5001,
						    NEW_TS + 3, OUT_TS), 0);
	EXPECT_EQ(BOUNDARY + 3, seen_outside(&self->result, NEW_TS + 3));
	self->result = leave_at(&self->conn, seg_data(NEW_ISN + (1 << 20), 1000,
						      OUT_ISN + 5001,
						    NEW_TS + 4, OUT_TS), 0);
	EXPECT_EQ(BOUNDARY + 4, seen_outside(&self->result, NEW_TS + 4));
	/* at the number, and too far behind it */
	self->result = leave_at(&self->conn, seg_data(NEW_ISN, 0, OUT_ISN + 1,
						      OLD_TS + 3, OUT_TS), 0);
	EXPECT_EQ(ANCHOR + 3, seen_outside(&self->result, OLD_TS + 3));
	self->result = leave_at(&self->conn, seg_data(NEW_ISN + (1 << 20) + 2, 0,
						      OUT_ISN + 1, OLD_TS + 4,
						    OUT_TS), 0);
	EXPECT_EQ(ANCHOR + 4, seen_outside(&self->result, OLD_TS + 4));
	EXPECT_EQ(0, self->result.events);
}

TEST_F(reuse, fast_open_data_of_the_candidate_is_echoed)
{
	if (!variant->inbound)
		return;
	leave_at(&self->conn, seg_data(NEW_ISN + 1, 1000, OUT_ISN + 5001,
				       NEW_TS + 3, OUT_TS), 0);
	self->result = arrive_segment(&self->conn, seg_data(OUT_ISN + 5001, 0,
							    NEW_ISN + 1001, OUT_TS,
							  BOUNDARY + 3));
	EXPECT_EQ(TSRW_EVENT_ESTABLISHED, self->result.events);
	EXPECT_EQ(NEW_TS + 3, told_inside(&self->result, BOUNDARY + 3));
	EXPECT_TRUE(self->result.verified);
}

TEST_F(reuse, unseen_syn_ack_is_confirmed_by_the_third_segment)
{
	if (variant->inbound)
		return;
	self->result = leave_at(&self->conn, seg_data(NEW_ISN + 1, 0,
						      OUT_ISN + 5001,
						    NEW_TS + 9, OUT_TS), 0);
	EXPECT_EQ(TSRW_EVENT_ESTABLISHED | TSRW_EVENT_ASYMMETRIC,
		  self->result.events);
	EXPECT_EQ(TSRW_ASYMMETRIC, self->conn.asymmetry);
	EXPECT_EQ(BOUNDARY + 9, seen_outside(&self->result, NEW_TS + 9));
	EXPECT_EQ(NEW_ISN, self->conn.isn_committed);
}

/* Whose initial sequence number follows the clock (RFC 6528), so that it lies ahead of the old
 * connection, as little as that has sent
 */
TEST_F(reuse, first_segment_of_a_host_that_counts_on_is_the_candidates)
{
	u32 isn = OLD_ISN + 1 + TSRW_GAP_MAX + 1;

	leave_at(&self->conn, newer_syn(variant->inbound, isn, NEW_TS), ANCHOR + 100);
	self->result = leave_at(&self->conn, seg_data(isn + 1, 0, OUT_ISN + 5001,
						      NEW_TS + 9, OUT_TS), 0);
	EXPECT_EQ(BOUNDARY + 1 + 9, seen_outside(&self->result, NEW_TS + 9));
	EXPECT_EQ(variant->inbound ? 0 : TSRW_EVENT_ESTABLISHED | TSRW_EVENT_ASYMMETRIC,
		  self->result.events);
}

/* Up to so far behind what it has sent, what leaves is the live one's */
TEST_F(reuse, segment_close_behind_the_old_end_is_the_live_ones)
{
	u32 end = OLD_ISN + 1 + 3000, edge = end + TSRW_GAP_MAX;

	if (variant->closed)
		return;
	leave_at(&self->conn, seg_data(OLD_ISN + 1, 3000, OUT_ISN + 1, OLD_TS + 550,
				       OUT_TS), 0);
	leave_at(&self->conn, newer_syn(variant->inbound, edge - 1, NEW_TS), ANCHOR + 100);
	self->result = leave_at(&self->conn, seg_data(edge, 0, OUT_ISN + 1, OLD_TS + 600,
						      OUT_TS), 0);
	EXPECT_EQ(0, self->result.events);
	EXPECT_EQ(ANCHOR + 600, seen_outside(&self->result, OLD_TS + 600));
	self->result = leave_at(&self->conn, seg_data(edge + 1, 0, OUT_ISN + 5001,
						      NEW_TS + 9, OUT_TS), 0);
	EXPECT_NE(ANCHOR + NEW_TS + 9 - OLD_TS, seen_outside(&self->result, NEW_TS + 9));
	EXPECT_EQ(variant->inbound ? OLD_ISN : edge - 1, self->conn.isn_committed);
}

/* By the number that it says next */
TEST_F(reuse, forged_syn_takes_no_live_connection_over)
{
	if (variant->closed)
		return;
	leave_at(&self->conn, newer_syn(variant->inbound, OLD_ISN - 1000, NEW_TS),
		 ANCHOR + 100);
	self->result = leave_at(&self->conn, old_data(OLD_TS + 600), 0);
	EXPECT_EQ(0, self->result.events);
	EXPECT_EQ(ANCHOR + 600, seen_outside(&self->result, OLD_TS + 600));
	EXPECT_EQ(OLD_ISN, self->conn.isn_committed);
	self->result = leave_at(&self->conn, seg_data(OLD_ISN + 0x3fffffff, 10,
						      OUT_ISN + 1, OLD_TS + 700,
						    OUT_TS), 0);
	EXPECT_EQ(ANCHOR + 700, seen_outside(&self->result, OLD_TS + 700));
}

TEST_F(reuse, refusal_ends_the_old_one_too)
{
	if (variant->inbound)
		return;
	self->result = arrive_segment(&self->conn, seg_rst_ack(0, NEW_ISN + 1));
	EXPECT_EQ(TSRW_EVENT_REFUSED, self->result.events);
	EXPECT_EQ(TSRW_CLOSED, state_of(&self->conn));
	/* and the next one begins after both */
	self->result = leave_at(&self->conn, seg_syn(0x78000000, 4000), ANCHOR);
	EXPECT_EQ(BOUNDARY + 1, seen_outside(&self->result, 4000));
}

/* The SYN-ACK was the old connection's end; the RST is about the new one */
TEST_F(reuse, rst_closes_a_candidate_from_outside)
{
	if (!variant->inbound)
		return;
	self->result = arrive_segment(&self->conn, seg_rst(OUT_ISN + 5001));
	EXPECT_EQ(TSRW_CLOSED, state_of(&self->conn));
	EXPECT_EQ(NEW_ISN, self->conn.isn_committed);
	self->result = leave_at(&self->conn, seg_syn(0x78000000, 4000), ANCHOR);
	EXPECT_EQ(BOUNDARY + 1, seen_outside(&self->result, 4000));
}

/* A candidate from inside has only asked: an RST to the old one leaves it */
TEST_F(reuse, rst_of_the_old_one_leaves_a_candidate_from_inside)
{
	if (variant->inbound || variant->closed)
		return;
	self->result = arrive_segment(&self->conn, seg_rst(OUT_ISN + 1));
	EXPECT_EQ(TSRW_EVENT_CLOSED, self->result.events);
	EXPECT_EQ(OLD_ISN, self->conn.isn_committed);
	self->result = arrive_segment(&self->conn, new_answer(false, NEW_ISN + 1,
							      BOUNDARY));
	EXPECT_EQ(TSRW_EVENT_ESTABLISHED, self->result.events);
	EXPECT_EQ(TSRW_ESTABLISHED, state_of(&self->conn));
}

/* They are about the old connection, however late their last acknowledgment */
TEST_F(reuse, fins_of_the_old_one_leave_the_candidate)
{
	if (variant->closed)
		return;
	arrive_segment(&self->conn, seg_fin(OUT_ISN + 1, OLD_ISN + 1, OUT_TS, OLD_LAST));
	leave_at(&self->conn, seg_fin(OLD_ISN + 1, OUT_ISN + 2, OLD_TS + 500,
				      OUT_TS), 0);
	self->result = arrive_segment(&self->conn, seg_data(OUT_ISN + 2, 0, OLD_ISN + 2,
							    OUT_TS, OLD_LAST));
	EXPECT_EQ(TSRW_EVENT_CLOSED, self->result.events);
	EXPECT_EQ(OLD_ISN, self->conn.isn_committed);
	self->result = arrive_segment(&self->conn, new_answer(variant->inbound,
							      NEW_ISN + 1, BOUNDARY));
	EXPECT_EQ(TSRW_EVENT_ESTABLISHED, self->result.events);
	EXPECT_EQ(NEW_TS, told_inside(&self->result, BOUNDARY));
	EXPECT_EQ(TSRW_ESTABLISHED, state_of(&self->conn));
}

TEST_F(reuse, syn_of_the_committed_again_is_no_reuse)
{
	self->result = leave_at(&self->conn, seg_syn(OLD_ISN, OLD_TS), ANCHOR);
	EXPECT_EQ(TSRW_EVENT_RETRANSMIT, self->result.events);
	EXPECT_EQ(ANCHOR, seen_outside(&self->result, OLD_TS));
	EXPECT_TRUE(self->conn.flags & TSRW_HAS_CANDIDATE);
}

TEST_F(reuse, commit_forgets_the_old_fins)
{
	arrive_segment(&self->conn, new_answer(variant->inbound, NEW_ISN + 1,
					       BOUNDARY));
	leave_at(&self->conn, seg_fin(NEW_ISN + 1, OUT_ISN + 5001, NEW_TS,
				      OUT_TS), 0);
	arrive_segment(&self->conn, seg_data(OUT_ISN + 5001, 0, NEW_ISN + 2, OUT_TS,
					     BOUNDARY));
	EXPECT_EQ(TSRW_ESTABLISHED, state_of(&self->conn));
	leave_at(&self->conn, new_syn(variant->inbound, 0x77000000, 5), 0);
	arrive_segment(&self->conn, new_answer(variant->inbound, 0x77000001,
					       BOUNDARY + 1));
	arrive_segment(&self->conn, seg_fin(OUT_ISN + 9000, 0x77000001, OUT_TS,
					    BOUNDARY + 1));
	self->result = leave_at(&self->conn, seg_data(0x77000001, 0,
						      OUT_ISN + 9001, 6, OUT_TS),
			      0);
	EXPECT_EQ(0, self->result.events);
	EXPECT_EQ(TSRW_ESTABLISHED, state_of(&self->conn));
}

TEST(anchor_ahead_of_the_old_connection_wins)
{
	struct tsrw_conn conn = {};
	struct tsrw_result result;

	make_old(&conn, true);
	result = leave_at(&conn, seg_syn(NEW_ISN, NEW_TS), ANCHOR + 60000);
	EXPECT_EQ(ANCHOR + 60000, seen_outside(&result, NEW_TS));
}

/* Two inside clocks on one outside address, over outside's wrap */
TEST(outside_never_runs_backwards_over_the_wrap)
{
	struct tsrw_conn conn = {};
	struct tsrw_result result;
	u32 last = 0, isn, i;

	for (i = 0; i < 64; i++) {
		u32 tsval = i * 0x31415926;
		u32 first;

		isn = 0x1000000 * i;
		result = leave_at(&conn, seg_syn(isn, tsval), 0xffffff00);
		first = seen_outside(&result, tsval);
		if (i)
			EXPECT_LT(0, (s32)(first - last));
		EXPECT_NE(0, first);
		result = arrive_segment(&conn, seg_syn_ack(i, isn + 1, 0, first));
		EXPECT_EQ(tsval, told_inside(&result, first));
		result = leave_at(&conn, seg_data(isn + 1, 0, i + 1, tsval + 20,
						  0), 0);
		last = seen_outside(&result, tsval + 20);
		EXPECT_LT(0, (s32)(last - first));
	}
}

/* TIME-WAIT of a server that has no TSopt any more */
TEST(syn_without_tsopt_begins_nothing)
{
	struct tsrw_conn conn = {};
	struct tsrw_conn before;
	struct tsrw_result result;

	make_old(&conn, true);
	before = conn;
	result = leave_at(&conn, without_tsopt(seg_syn(NEW_ISN, 0)), ANCHOR);
	EXPECT_EQ(TSRW_PASS_NO_TSOPT, result.action);
	EXPECT_EQ(0, result.events);
	EXPECT_EQ(0, memcmp(&before, &conn, sizeof(conn)));
}

/* Neither is committed: the first one may be on its way still */
TEST(syn_of_another_number_before_any_answer)
{
	struct tsrw_conn conn = {};
	struct tsrw_result result;

	leave_at(&conn, seg_syn(OLD_ISN, OLD_TS), ANCHOR);
	result = leave_at(&conn, seg_syn(NEW_ISN, NEW_TS), ANCHOR);
	EXPECT_EQ(TSRW_EVENT_REUSED, result.events);
	EXPECT_EQ(ANCHOR + 1, seen_outside(&result, NEW_TS));
	EXPECT_EQ(TSRW_EMBRYONIC, state_of(&conn));
	EXPECT_EQ(TSRW_HAS_CANDIDATE, conn.flags);
}

/* Switched off meanwhile: the new connection is to pass untouched, the old one
 * is rewritten and restored to its end
 */
FIXTURE(off) {
	struct tsrw_conn conn;
	struct tsrw_result result;
};

FIXTURE_VARIANT(off) {
	bool inbound;
};

FIXTURE_VARIANT_ADD(off, from_inside) {
	false
};

FIXTURE_VARIANT_ADD(off, from_outside) {
	true
};

FIXTURE_SETUP(off)
{
	make_old(&self->conn, false);
	self->result = leave_by(&self->conn,
				new_syn(variant->inbound, NEW_ISN, NEW_TS),
			      TSREWRITE_MODE_OFF, ANCHOR);
}

FIXTURE_TEARDOWN(off)
{
}

TEST_F(off, candidate_passes_and_the_old_one_does_not)
{
	EXPECT_EQ(TSRW_PASS_MODE_OFF, self->result.action);
	self->result = leave_at(&self->conn, old_data(OLD_TS + 400), 0);
	EXPECT_EQ(ANCHOR + 400, seen_outside(&self->result, OLD_TS + 400));
	self->result = arrive_segment(&self->conn, old_reply(ANCHOR + 400));
	EXPECT_EQ(OLD_TS + 400, told_inside(&self->result, ANCHOR + 400));
	EXPECT_TRUE(self->result.verified);
	self->result = leave_at(&self->conn,
				new_syn(variant->inbound, NEW_ISN, NEW_TS + 1000),
			      ANCHOR);
	/* switched on again: an outsider could have SYN-ACKs sent for as long as he likes */
	EXPECT_EQ(variant->inbound ? TSRW_TRANSLATE : TSRW_PASS_MODE_OFF, self->result.action);
}

TEST_F(off, flow_ends_with_the_third_segment)
{
	self->result = arrive_segment(&self->conn, new_answer(variant->inbound,
							      NEW_ISN + 1, NEW_TS));
	EXPECT_EQ(TSRW_PASS_MODE_OFF, self->result.action);
	if (!variant->inbound) {
		EXPECT_EQ(0, self->result.events);
		EXPECT_EQ(TSRW_PHASE_EMBRYONIC, (u32)tsrw_conn_phase(&self->conn));
		self->result = leave_at(&self->conn, seg_data(NEW_ISN + 1, 0, OUT_ISN + 5001,
							      NEW_TS + 1, 1), 0);
		EXPECT_EQ(TSRW_PASS_MODE_OFF, self->result.action);
	}
	EXPECT_EQ(TSRW_EVENT_END, self->result.events);
	EXPECT_TRUE(self->result.outcome & TSRW_OUTCOME_ESTABLISHED);
}

TEST_F(off, forged_answer_ends_nothing)
{
	self->result = arrive_segment(&self->conn, new_answer(variant->inbound,
							      NEW_ISN, NEW_TS));
	EXPECT_EQ(0, self->result.events);
	EXPECT_EQ(OLD_ISN, self->conn.isn_committed);
	EXPECT_EQ(TSREWRITE_MODE_REWRITE, (u32)self->conn.mode);
}

TEST_F(off, flow_ends_with_the_refusal)
{
	self->result = arrive_segment(&self->conn, variant->inbound ?
				    seg_rst(OUT_ISN + 5001) :
				    seg_rst_ack(0, NEW_ISN + 1));
	EXPECT_TRUE(self->result.events & TSRW_EVENT_END);
}

/* What becomes of it is none of what becomes of those that are treated */
static void expect_untouched(struct __test_metadata *_metadata,
			     const struct tsrw_result *result, u8 outcome)
{
	EXPECT_EQ(outcome, result->outcome);
	EXPECT_EQ(TSRW_UNTOUCHED, tsrw_mode_arm(result->mode));
}

TEST_F(off, outcomes_are_of_what_passes_untouched)
{
	struct tsrw_conn refused = self->conn;

	expect_untouched(_metadata, &self->result, TSRW_OUTCOME_ATTEMPT);
	self->result = arrive_segment(&refused, variant->inbound ? seg_rst(OUT_ISN + 5001) :
								   seg_rst_ack(0, NEW_ISN + 1));
	expect_untouched(_metadata, &self->result, TSRW_OUTCOME_REFUSED_BY_PEER);
	self->result = leave_by(&self->conn, new_syn(variant->inbound, NEW_ISN, NEW_TS + 1000),
				TSREWRITE_MODE_OFF, ANCHOR);
	expect_untouched(_metadata, &self->result, TSRW_OUTCOME_RETRANSMITTED);
	self->result = arrive_segment(&self->conn, new_answer(variant->inbound, NEW_ISN + 1,
							      NEW_TS));
	expect_untouched(_metadata, &self->result, TSRW_OUTCOME_ANSWERED |
			 (variant->inbound ? TSRW_OUTCOME_ESTABLISHED : 0));
	if (variant->inbound)
		return;
	refused = self->conn;
	self->result = leave_at(&refused, seg_rst(NEW_ISN + 1), 0);
	expect_untouched(_metadata, &self->result, TSRW_OUTCOME_REFUSED_BY_US);
	self->result = leave_at(&self->conn, seg_data(NEW_ISN + 1, 0, OUT_ISN + 5001,
						      NEW_TS + 1, 1), 0);
	expect_untouched(_metadata, &self->result, TSRW_OUTCOME_ESTABLISHED);
}

/* The connection before goes on, and its echoes are those of a treated one */
TEST_F(off, echoes_of_the_old_one_are_of_what_is_treated)
{
	leave_at(&self->conn, old_data(OLD_TS + 600), 0);
	self->result = arrive_segment(&self->conn, old_reply(ANCHOR + 600));
	EXPECT_TRUE(self->result.verified);
	EXPECT_EQ(TSRW_TREATED, tsrw_mode_arm(self->result.mode));
}

/* A device without randomness sends the same SYN after each boot */
TEST_F(reuse, same_number_of_an_earlier_clock_begins_anew)
{
	u32 start;

	leave_at(&self->conn, new_syn(variant->inbound, NEW_ISN, NEW_TS + 70000), 0);
	arrive_segment(&self->conn, new_answer(variant->inbound, NEW_ISN + 1,
					       BOUNDARY + 70000));
	ASSERT_EQ(NEW_ISN, self->conn.isn_committed);
	self->result = leave_at(&self->conn, newer_syn(variant->inbound, NEW_ISN, NEW_TS - 5),
				ANCHOR);
	EXPECT_EQ(TSRW_EVENT_REUSED, self->result.events);
	start = seen_outside(&self->result, NEW_TS - 5);
	EXPECT_EQ(BOUNDARY + 70001, start);
	/* the number alone does not tell which of the two is answered */
	self->result = arrive_segment(&self->conn, new_answer(variant->inbound, NEW_ISN + 1,
							      BOUNDARY + 70000));
	EXPECT_EQ(0, self->result.events);
	self->result = arrive_segment(&self->conn, new_answer(variant->inbound, NEW_ISN + 1,
							      start));
	EXPECT_EQ(TSRW_EVENT_ESTABLISHED, self->result.events);
	EXPECT_EQ(NEW_TS - 5, told_inside(&self->result, start));
}

/* SYN cookies on a remembered 4-tuple */
TEST_F(reuse, first_of_two_answers_is_acknowledged)
{
	if (!variant->inbound)
		return;
	self->result = leave_at(&self->conn, new_syn(true, NEW_ISN + 4096, NEW_TS + 900), 0);
	EXPECT_EQ(TSRW_EVENT_RETRANSMIT, self->result.events);
	self->result = arrive_segment(&self->conn, new_answer(true, NEW_ISN + 1, BOUNDARY));
	EXPECT_EQ(TSRW_EVENT_ESTABLISHED, self->result.events);
	EXPECT_EQ(NEW_TS, told_inside(&self->result, BOUNDARY));
	EXPECT_EQ(NEW_ISN, self->conn.isn_committed);
}

TEST_HARNESS_MAIN

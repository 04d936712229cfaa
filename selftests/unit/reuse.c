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
	struct tsrw_life life;
	struct tsrw_step step;
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

/* SYN-ACK, or third segment */
static struct tsrw_segment new_answer(bool inbound, u32 ack, u32 tsecr)
{
	return inbound ? seg_data(OUT_ISN + 5001, 0, ack, OUT_TS, tsecr) :
			 seg_syn_ack(OUT_ISN + 5000, ack, OUT_TS, tsecr);
}

static void make_old(struct tsrw_life *life, bool closed)
{
	leave_at(life, seg_syn(OLD_ISN, OLD_TS), ANCHOR);
	arrive(life, seg_syn_ack(OUT_ISN, OLD_ISN + 1, OUT_TS, ANCHOR));
	leave_at(life, old_data(OLD_TS + 500), 0);
	arrive(life, old_reply(ANCHOR + 500));
	if (closed)
		arrive(life, seg_rst(OUT_ISN + 1));
}

FIXTURE_SETUP(reuse)
{
	make_old(&self->life, variant->closed);
	ASSERT_EQ(variant->closed ? TSRW_CLOSED : TSRW_ESTABLISHED,
		  self->life.hs.state);
	self->step = leave_at(&self->life,
			      new_syn(variant->inbound, NEW_ISN, NEW_TS),
			      ANCHOR + 100);
}

FIXTURE_TEARDOWN(reuse)
{
}

TEST_F(reuse, begins_one_tick_after_the_old)
{
	EXPECT_EQ(TSRW_EVENT_REUSED, self->step.events);
	EXPECT_EQ(TSRW_TRANSLATE, self->step.action);
	EXPECT_EQ(BOUNDARY, seen_outside(&self->step, NEW_TS));
	EXPECT_EQ(OLD_ISN, self->life.hs.isn_committed);
	EXPECT_EQ(variant->inbound,
		  !!(self->life.hs.flags & TSRW_CANDIDATE_INBOUND));
}

TEST_F(reuse, commits_with_the_answer)
{
	self->step = arrive(&self->life, new_answer(variant->inbound,
						    NEW_ISN + 1, BOUNDARY));
	EXPECT_EQ(TSRW_EVENT_ESTABLISHED, self->step.events);
	EXPECT_EQ(NEW_TS, told_inside(&self->step, BOUNDARY));
	EXPECT_TRUE(self->step.verified);
	EXPECT_EQ(TSRW_ESTABLISHED, self->life.hs.state);
	EXPECT_EQ(TSRW_HAS_COMMITTED | (variant->inbound ? TSRW_INBOUND : 0),
		  self->life.hs.flags);
	EXPECT_EQ(NEW_ISN, self->life.hs.isn_committed);

	self->step = leave_at(&self->life, seg_data(NEW_ISN + 1, 9,
						    OUT_ISN + 5001,
						    NEW_TS + 7, OUT_TS), 0);
	EXPECT_EQ(BOUNDARY + 7, seen_outside(&self->step, NEW_TS + 7));
	self->step = arrive(&self->life, seg_data(OUT_ISN + 5001, 0,
						  NEW_ISN + 10, OUT_TS,
						  BOUNDARY + 7));
	EXPECT_EQ(NEW_TS + 7, told_inside(&self->step, BOUNDARY + 7));
}

TEST_F(reuse, retransmission_keeps_the_candidate)
{
	self->step = leave_at(&self->life,
			      new_syn(variant->inbound, NEW_ISN, NEW_TS + 1000),
			      ANCHOR + 99999);
	EXPECT_EQ(TSRW_EVENT_RETRANSMIT, self->step.events);
	EXPECT_EQ(BOUNDARY + 1000, seen_outside(&self->step, NEW_TS + 1000));
	self->step = arrive(&self->life, new_answer(variant->inbound,
						    NEW_ISN + 1,
						    BOUNDARY + 1000));
	EXPECT_EQ(NEW_TS + 1000, told_inside(&self->step, BOUNDARY + 1000));
	EXPECT_TRUE(self->step.verified);
}

TEST_F(reuse, old_segments_leave_by_the_committed)
{
	self->step = leave_at(&self->life, old_data(OLD_TS + 400), 0);
	EXPECT_EQ(ANCHOR + 400, seen_outside(&self->step, OLD_TS + 400));
	EXPECT_EQ(0, self->step.events);
	self->step = leave_at(&self->life, old_data(OLD_TS + 500), 0);
	EXPECT_EQ(OLD_LAST, seen_outside(&self->step, OLD_TS + 500));
}

/* The boundary itself is the candidate's */
TEST_F(reuse, old_echoes_are_the_committed_ones)
{
	static const u32 echoes[] = { ANCHOR, ANCHOR + 499, OLD_LAST };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(echoes); i++) {
		self->step = arrive(&self->life, old_reply(echoes[i]));
		EXPECT_EQ(OLD_TS + (echoes[i] - ANCHOR),
			  told_inside(&self->step, echoes[i]));
		EXPECT_TRUE(self->step.verified);
		EXPECT_EQ(0, self->step.events);
	}
	EXPECT_TRUE(self->life.hs.flags & TSRW_HAS_CANDIDATE);
	EXPECT_EQ(OLD_ISN, self->life.hs.isn_committed);
}

/* Case 33: an unanswered SYN, whoever sent it, takes nothing away.  The old
 * connection's values run past the boundary meanwhile; its numbers tell.
 */
TEST_F(reuse, live_connection_goes_on_past_the_boundary)
{
	u32 i;

	for (i = 501; i < 5000; i += 500) {
		self->step = leave_at(&self->life, old_data(OLD_TS + i), 0);
		EXPECT_EQ(ANCHOR + i, seen_outside(&self->step, OLD_TS + i));
		self->step = arrive(&self->life, old_reply(ANCHOR + i));
		EXPECT_EQ(OLD_TS + i, told_inside(&self->step, ANCHOR + i));
		EXPECT_TRUE(self->step.verified);
		EXPECT_EQ(0, self->step.events);
	}
}

/* RFC 9293 section 3.10.7.4: a challenge ACK, and the RST that it provokes */
TEST_F(reuse, challenge_ack_is_the_old_one_and_its_rst_closes_it)
{
	self->step = arrive(&self->life, old_reply(OLD_LAST));
	EXPECT_EQ(OLD_TS + 500, told_inside(&self->step, OLD_LAST));
	EXPECT_EQ(0, self->step.events);
	if (variant->closed || variant->inbound)
		return;
	self->step = leave_at(&self->life, seg_rst(OLD_ISN + 1), 0);
	EXPECT_EQ(TSRW_EVENT_CLOSED, self->step.events);
	EXPECT_EQ(OLD_ISN, self->life.hs.isn_committed);

	self->step = leave_at(&self->life, seg_syn(NEW_ISN, NEW_TS + 1000), 0);
	EXPECT_EQ(BOUNDARY + 1000, seen_outside(&self->step, NEW_TS + 1000));
	self->step = arrive(&self->life, new_answer(false, NEW_ISN + 1,
						    BOUNDARY + 1000));
	EXPECT_EQ(TSRW_EVENT_ESTABLISHED, self->step.events);
	EXPECT_EQ(TSRW_ESTABLISHED, self->life.hs.state);
}

TEST_F(reuse, forged_answer_commits_nothing)
{
	static const u32 wrong[] = { OLD_ISN + 1, NEW_ISN, NEW_ISN - 1, 0 };
	struct tsrw_span old = self->life.map.committed;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		self->step = arrive(&self->life,
				    new_answer(variant->inbound, wrong[i],
					       BOUNDARY));
		EXPECT_EQ(0, self->step.events) TH_LOG("number %u", wrong[i]);
		arrive(&self->life, seg_rst_ack(1, wrong[i]));
	}
	EXPECT_EQ(OLD_ISN, self->life.hs.isn_committed);
	EXPECT_EQ(0, memcmp(&old, &self->life.map.committed, sizeof(old)));
	EXPECT_EQ(variant->closed ? TSRW_CLOSED : TSRW_ESTABLISHED,
		  self->life.hs.state);
}

TEST_F(reuse, candidate_is_replaced)
{
	self->step = leave_at(&self->life,
			      new_syn(variant->inbound, 0x77000000, 4000),
			      ANCHOR);
	EXPECT_EQ(TSRW_EVENT_REUSED, self->step.events);
	EXPECT_EQ(BOUNDARY + 1, seen_outside(&self->step, 4000));
	EXPECT_EQ(OLD_ISN, self->life.hs.isn_committed);

	/* the first one's number is nobody's any more */
	self->step = arrive(&self->life, new_answer(variant->inbound,
						    NEW_ISN + 1, BOUNDARY));
	EXPECT_EQ(0, self->step.events);
	self->step = arrive(&self->life, new_answer(variant->inbound,
						    0x77000001, BOUNDARY + 1));
	EXPECT_EQ(TSRW_EVENT_ESTABLISHED, self->step.events);
	EXPECT_EQ(4000, told_inside(&self->step, BOUNDARY + 1));
	EXPECT_EQ(0x77000000, self->life.hs.isn_committed);
}

TEST_F(reuse, candidate_is_replaced_by_one_of_the_other_direction)
{
	leave_at(&self->life, new_syn(!variant->inbound, 0x77000000, 4000), 0);
	EXPECT_EQ(!variant->inbound,
		  !!(self->life.hs.flags & TSRW_CANDIDATE_INBOUND));
	self->step = arrive(&self->life, new_answer(!variant->inbound,
						    0x77000001, BOUNDARY + 1));
	EXPECT_EQ(TSRW_EVENT_ESTABLISHED, self->step.events);
	EXPECT_EQ(!variant->inbound, !!(self->life.hs.flags & TSRW_INBOUND));
}

/* What the old connection sent after the first candidate counts as well */
TEST_F(reuse, replacing_candidate_begins_after_both)
{
	u32 start;

	leave_at(&self->life, old_data(OLD_TS + 90000), 0);
	self->step = leave_at(&self->life,
			      new_syn(variant->inbound, 0x77000000, 4000),
			      ANCHOR);
	start = seen_outside(&self->step, 4000);
	EXPECT_LT(0, (s32)(start - (ANCHOR + 90000)));

	leave_at(&self->life, new_syn(variant->inbound, 0x77000000, 204000), 0);
	self->step = leave_at(&self->life,
			      new_syn(variant->inbound, 0x78000000, 4000),
			      ANCHOR);
	EXPECT_EQ(start + 200001, seen_outside(&self->step, 4000));
}

TEST_F(reuse, segment_close_behind_the_number_is_the_candidates)
{
	if (!variant->inbound)
		return;
	self->step = leave_at(&self->life, seg_data(NEW_ISN + 1, 1000,
						    OUT_ISN + 5001,
						    NEW_TS + 3, OUT_TS), 0);
	EXPECT_EQ(BOUNDARY + 3, seen_outside(&self->step, NEW_TS + 3));
	self->step = leave_at(&self->life, seg_data(NEW_ISN + (1 << 20), 1000,
						    OUT_ISN + 5001,
						    NEW_TS + 4, OUT_TS), 0);
	EXPECT_EQ(BOUNDARY + 4, seen_outside(&self->step, NEW_TS + 4));
	/* at the number, and too far behind it */
	self->step = leave_at(&self->life, seg_data(NEW_ISN, 0, OUT_ISN + 1,
						    OLD_TS + 3, OUT_TS), 0);
	EXPECT_EQ(ANCHOR + 3, seen_outside(&self->step, OLD_TS + 3));
	self->step = leave_at(&self->life, seg_data(NEW_ISN + (1 << 20) + 2, 0,
						    OUT_ISN + 1, OLD_TS + 4,
						    OUT_TS), 0);
	EXPECT_EQ(ANCHOR + 4, seen_outside(&self->step, OLD_TS + 4));
	EXPECT_EQ(0, self->step.events);
}

TEST_F(reuse, fast_open_data_of_the_candidate_is_echoed)
{
	if (!variant->inbound)
		return;
	leave_at(&self->life, seg_data(NEW_ISN + 1, 1000, OUT_ISN + 5001,
				       NEW_TS + 3, OUT_TS), 0);
	self->step = arrive(&self->life, seg_data(OUT_ISN + 5001, 0,
						  NEW_ISN + 1001, OUT_TS,
						  BOUNDARY + 3));
	EXPECT_EQ(TSRW_EVENT_ESTABLISHED, self->step.events);
	EXPECT_EQ(NEW_TS + 3, told_inside(&self->step, BOUNDARY + 3));
	EXPECT_TRUE(self->step.verified);
}

TEST_F(reuse, unseen_syn_ack_is_confirmed_by_the_third_segment)
{
	if (variant->inbound)
		return;
	self->step = leave_at(&self->life, seg_data(NEW_ISN + 1, 0,
						    OUT_ISN + 5001,
						    NEW_TS + 9, OUT_TS), 0);
	EXPECT_EQ(TSRW_EVENT_ESTABLISHED | TSRW_EVENT_ONE_SIDED,
		  self->step.events);
	EXPECT_EQ(TSRW_ONE_SIDED, self->life.hs.sides);
	EXPECT_EQ(BOUNDARY + 9, seen_outside(&self->step, NEW_TS + 9));
	EXPECT_EQ(NEW_ISN, self->life.hs.isn_committed);
}

/* By the number that it says next */
TEST_F(reuse, forged_syn_takes_no_live_connection_over)
{
	if (variant->closed)
		return;
	leave_at(&self->life, new_syn(variant->inbound, OLD_ISN - 1000, NEW_TS),
		 ANCHOR + 100);
	self->step = leave_at(&self->life, old_data(OLD_TS + 600), 0);
	EXPECT_EQ(0, self->step.events);
	EXPECT_EQ(ANCHOR + 600, seen_outside(&self->step, OLD_TS + 600));
	EXPECT_EQ(OLD_ISN, self->life.hs.isn_committed);
	self->step = leave_at(&self->life, seg_data(OLD_ISN + 0x3fffffff, 10,
						    OUT_ISN + 1, OLD_TS + 700,
						    OUT_TS), 0);
	EXPECT_EQ(ANCHOR + 700, seen_outside(&self->step, OLD_TS + 700));
}

TEST_F(reuse, refusal_ends_the_old_one_too)
{
	if (variant->inbound)
		return;
	self->step = arrive(&self->life, seg_rst_ack(0, NEW_ISN + 1));
	EXPECT_EQ(TSRW_EVENT_REFUSED, self->step.events);
	EXPECT_EQ(TSRW_CLOSED, self->life.hs.state);
	/* and the next one begins after both */
	self->step = leave_at(&self->life, seg_syn(0x78000000, 4000), ANCHOR);
	EXPECT_EQ(BOUNDARY + 1, seen_outside(&self->step, 4000));
}

/* The SYN-ACK was the old connection's end; the RST is about the new one */
TEST_F(reuse, rst_closes_a_candidate_from_outside)
{
	if (!variant->inbound)
		return;
	self->step = arrive(&self->life, seg_rst(OUT_ISN + 5001));
	EXPECT_EQ(TSRW_CLOSED, self->life.hs.state);
	EXPECT_EQ(NEW_ISN, self->life.hs.isn_committed);
	self->step = leave_at(&self->life, seg_syn(0x78000000, 4000), ANCHOR);
	EXPECT_EQ(BOUNDARY + 1, seen_outside(&self->step, 4000));
}

/* A candidate from inside has only asked: an RST to the old one leaves it */
TEST_F(reuse, rst_of_the_old_one_leaves_a_candidate_from_inside)
{
	if (variant->inbound || variant->closed)
		return;
	self->step = arrive(&self->life, seg_rst(OUT_ISN + 1));
	EXPECT_EQ(TSRW_EVENT_CLOSED, self->step.events);
	EXPECT_EQ(OLD_ISN, self->life.hs.isn_committed);
	self->step = arrive(&self->life, new_answer(false, NEW_ISN + 1,
						    BOUNDARY));
	EXPECT_EQ(TSRW_EVENT_ESTABLISHED, self->step.events);
	EXPECT_EQ(TSRW_ESTABLISHED, self->life.hs.state);
}

/* They are about the old connection, however late their last acknowledgment */
TEST_F(reuse, fins_of_the_old_one_leave_the_candidate)
{
	if (variant->closed)
		return;
	arrive(&self->life, seg_fin(OUT_ISN + 1, OLD_ISN + 1, OUT_TS, OLD_LAST));
	leave_at(&self->life, seg_fin(OLD_ISN + 1, OUT_ISN + 2, OLD_TS + 500,
				      OUT_TS), 0);
	self->step = arrive(&self->life, seg_data(OUT_ISN + 2, 0, OLD_ISN + 2,
						  OUT_TS, OLD_LAST));
	EXPECT_EQ(TSRW_EVENT_CLOSED, self->step.events);
	EXPECT_EQ(OLD_ISN, self->life.hs.isn_committed);
	self->step = arrive(&self->life, new_answer(variant->inbound,
						    NEW_ISN + 1, BOUNDARY));
	EXPECT_EQ(TSRW_EVENT_ESTABLISHED, self->step.events);
	EXPECT_EQ(NEW_TS, told_inside(&self->step, BOUNDARY));
	EXPECT_EQ(TSRW_ESTABLISHED, self->life.hs.state);
}

TEST_F(reuse, syn_of_the_committed_again_is_no_reuse)
{
	self->step = leave_at(&self->life, seg_syn(OLD_ISN, OLD_TS), ANCHOR);
	EXPECT_EQ(TSRW_EVENT_RETRANSMIT, self->step.events);
	EXPECT_EQ(ANCHOR, seen_outside(&self->step, OLD_TS));
	EXPECT_TRUE(self->life.hs.flags & TSRW_HAS_CANDIDATE);
}

TEST_F(reuse, commit_forgets_the_old_fins)
{
	arrive(&self->life, new_answer(variant->inbound, NEW_ISN + 1,
				       BOUNDARY));
	leave_at(&self->life, seg_fin(NEW_ISN + 1, OUT_ISN + 5001, NEW_TS,
				      OUT_TS), 0);
	arrive(&self->life, seg_data(OUT_ISN + 5001, 0, NEW_ISN + 2, OUT_TS,
				     BOUNDARY));
	EXPECT_EQ(TSRW_ESTABLISHED, self->life.hs.state);
	leave_at(&self->life, new_syn(variant->inbound, 0x77000000, 5), 0);
	arrive(&self->life, new_answer(variant->inbound, 0x77000001,
				       BOUNDARY + 1));
	arrive(&self->life, seg_fin(OUT_ISN + 9000, 0x77000001, OUT_TS,
				    BOUNDARY + 1));
	self->step = leave_at(&self->life, seg_data(0x77000001, 0,
						    OUT_ISN + 9001, 6, OUT_TS),
			      0);
	EXPECT_EQ(0, self->step.events);
	EXPECT_EQ(TSRW_ESTABLISHED, self->life.hs.state);
}

TEST(anchor_ahead_of_the_old_connection_wins)
{
	struct tsrw_life life = {};
	struct tsrw_step step;

	make_old(&life, true);
	step = leave_at(&life, seg_syn(NEW_ISN, NEW_TS), ANCHOR + 60000);
	EXPECT_EQ(ANCHOR + 60000, seen_outside(&step, NEW_TS));
}

/* Two inside clocks on one outside address (case 15), over outside's wrap */
TEST(outside_never_runs_backwards_over_the_wrap)
{
	struct tsrw_life life = {};
	struct tsrw_step step;
	u32 last = 0, isn, i;

	for (i = 0; i < 64; i++) {
		u32 tsval = i * 0x31415926;
		u32 first;

		isn = 0x1000000 * i;
		step = leave_at(&life, seg_syn(isn, tsval), 0xffffff00);
		first = seen_outside(&step, tsval);
		if (i)
			EXPECT_LT(0, (s32)(first - last));
		EXPECT_NE(0, first);
		step = arrive(&life, seg_syn_ack(i, isn + 1, 0, first));
		EXPECT_EQ(tsval, told_inside(&step, first));
		step = leave_at(&life, seg_data(isn + 1, 0, i + 1, tsval + 20,
						0), 0);
		last = seen_outside(&step, tsval + 20);
		EXPECT_LT(0, (s32)(last - first));
	}
}

/* TIME-WAIT of a server that has no TSopt any more */
TEST(syn_without_tsopt_begins_nothing)
{
	struct tsrw_life life = {};
	struct tsrw_life before;
	struct tsrw_step step;

	make_old(&life, true);
	before = life;
	step = leave_at(&life, without_tsopt(seg_syn(NEW_ISN, 0)), ANCHOR);
	EXPECT_EQ(TSRW_PASS_NO_TSOPT, step.action);
	EXPECT_EQ(0, step.events);
	EXPECT_EQ(0, memcmp(&before, &life, sizeof(life)));
}

/* Neither is committed: the first one may be on its way still */
TEST(syn_of_another_number_before_any_answer)
{
	struct tsrw_life life = {};
	struct tsrw_step step;

	leave_at(&life, seg_syn(OLD_ISN, OLD_TS), ANCHOR);
	step = leave_at(&life, seg_syn(NEW_ISN, NEW_TS), ANCHOR);
	EXPECT_EQ(TSRW_EVENT_REUSED, step.events);
	EXPECT_EQ(ANCHOR + 1, seen_outside(&step, NEW_TS));
	EXPECT_EQ(TSRW_EMBRYONIC, life.hs.state);
	EXPECT_EQ(TSRW_HAS_CANDIDATE, life.hs.flags);
}

/* Switched off meanwhile: the new connection is to pass untouched, the old one
 * is rewritten and restored to its end
 */
FIXTURE(off) {
	struct tsrw_life life;
	struct tsrw_step step;
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
	make_old(&self->life, false);
	self->step = leave_by(&self->life,
			      new_syn(variant->inbound, NEW_ISN, NEW_TS),
			      TSREWRITE_MODE_OFF, ANCHOR);
}

FIXTURE_TEARDOWN(off)
{
}

TEST_F(off, candidate_passes_and_the_old_one_does_not)
{
	EXPECT_EQ(TSRW_PASS_MODE_OFF, self->step.action);
	self->step = leave_at(&self->life, old_data(OLD_TS + 400), 0);
	EXPECT_EQ(ANCHOR + 400, seen_outside(&self->step, OLD_TS + 400));
	self->step = arrive(&self->life, old_reply(ANCHOR + 400));
	EXPECT_EQ(OLD_TS + 400, told_inside(&self->step, ANCHOR + 400));
	EXPECT_TRUE(self->step.verified);
	self->step = leave_at(&self->life,
			      new_syn(variant->inbound, NEW_ISN, NEW_TS + 1000),
			      ANCHOR);
	EXPECT_EQ(TSRW_PASS_MODE_OFF, self->step.action);
}

TEST_F(off, flow_ends_where_the_candidate_would_commit)
{
	self->step = arrive(&self->life, new_answer(variant->inbound,
						    NEW_ISN + 1, NEW_TS));
	EXPECT_EQ(TSRW_EVENT_END, self->step.events);
	EXPECT_EQ(TSRW_PASS_MODE_OFF, self->step.action);
}

TEST_F(off, forged_answer_ends_nothing)
{
	self->step = arrive(&self->life, new_answer(variant->inbound,
						    NEW_ISN, NEW_TS));
	EXPECT_EQ(0, self->step.events);
	EXPECT_EQ(OLD_ISN, self->life.hs.isn_committed);
	EXPECT_EQ(TSREWRITE_MODE_REWRITE, (u32)self->life.hs.mode);
}

TEST_F(off, flow_ends_with_the_refusal)
{
	self->step = arrive(&self->life, variant->inbound ?
			    seg_rst(OUT_ISN + 5001) :
			    seg_rst_ack(0, NEW_ISN + 1));
	EXPECT_TRUE(self->step.events & TSRW_EVENT_END);
}

TEST_HARNESS_MAIN

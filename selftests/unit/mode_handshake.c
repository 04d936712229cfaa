// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whole handshakes in the modes that do not rewrite, what changes of the mode do to
 * a connection that begins, and where one direction does not come by.
 */
#include "kselftest_harness.h"

#include "segment.h"

#define ANCHOR		0x50000000u
#define IN_ISN		1000u		/* of the inside end */
#define OUT_ISN		0x90000000u	/* of the outside end */
#define IN_TS		0x27000000u	/* the inside host's clock */
#define OUT_TS		0x33330000u	/* the outside host's */
#define NEW_ISN		0x60000000u
#define MODES		(TSREWRITE_MODE_MAX + 1)

#define OFF		TSREWRITE_MODE_OFF
#define REWRITE		TSREWRITE_MODE_REWRITE
#define BUG		TSREWRITE_MODE_BUG
#define OBSERVE		TSREWRITE_MODE_OBSERVE
#define STRIP		TSREWRITE_MODE_STRIP

static struct tsrw_segment in_syn_ack(u32 tsecr)
{
	return seg_syn_ack(OUT_ISN, IN_ISN + 1, OUT_TS, tsecr);
}

static struct tsrw_segment in_data(u32 tsecr)
{
	return seg_data(OUT_ISN + 1, 10, IN_ISN + 1, OUT_TS, tsecr);
}

static struct tsrw_segment out_data(u32 tsval)
{
	return seg_data(IN_ISN + 1, 10, OUT_ISN + 1, tsval, OUT_TS);
}

static struct tsrw_segment out_syn_ack(u32 tsval)
{
	return seg_syn_ack(IN_ISN, OUT_ISN + 1, tsval, OUT_TS);
}

/* A SYN has left */
FIXTURE(strip) {
	struct tsrw_conn conn;
	struct tsrw_result result;
};

FIXTURE_SETUP(strip)
{
	self->result = leave_by(&self->conn, seg_syn(IN_ISN, IN_TS), STRIP,
				ANCHOR);
}

FIXTURE_TEARDOWN(strip)
{
}

TEST_F(strip, syn_leaves_stripped_and_so_when_sent_again)
{
	EXPECT_EQ(TSRW_STRIP, self->result.action);
	EXPECT_EQ(0, self->result.events);
	EXPECT_EQ(TSRW_HAS_CANDIDATE, self->conn.flags);
	self->result = leave_by(&self->conn, seg_syn(IN_ISN, IN_TS + 1000),
				REWRITE, ANCHOR + 1000);
	EXPECT_EQ(TSRW_STRIP, self->result.action);
	EXPECT_EQ(TSRW_EVENT_RETRANSMIT, self->result.events);
}

TEST_F(strip, third_segment_without_tsopt_ends_the_flow)
{
	self->result = arrive_by(&self->conn, without_tsopt(in_syn_ack(0)), STRIP);
	EXPECT_EQ(TSRW_PASS_NO_TSOPT, self->result.action);
	EXPECT_EQ(TSRW_EVENT_ESTABLISHED | TSRW_EVENT_NO_TSOPT, self->result.events);
	self->result = leave_by(&self->conn, without_tsopt(out_data(0)), STRIP, 0);
	EXPECT_EQ(TSRW_PASS_NO_TSOPT, self->result.action);
	EXPECT_EQ(TSRW_EVENT_END, self->result.events);
}

/* RFC 7323 section 3.2 forbids it; the flow lives on to strip it again */
TEST_F(strip, unasked_tsopt_in_a_syn_ack_is_stripped)
{
	static const u32 echoes[] = { 0, ANCHOR, IN_TS, 12345 };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(echoes); i++) {
		struct tsrw_conn conn = self->conn;

		self->result = arrive_by(&conn, in_syn_ack(echoes[i]), REWRITE);
		EXPECT_EQ(TSRW_STRIP, self->result.action);
		EXPECT_EQ(TSRW_EVENT_ESTABLISHED, self->result.events);
		self->result = arrive_by(&conn, in_syn_ack(echoes[i]), REWRITE);
		EXPECT_EQ(TSRW_STRIP, self->result.action);
		EXPECT_EQ(0, self->result.events);
		EXPECT_EQ(TSRW_ESTABLISHED, state_of(&conn));
	}
}

TEST_F(strip, whatever_else_has_a_tsopt_is_stripped)
{
	arrive_by(&self->conn, in_syn_ack(0), STRIP);
	self->result = leave_by(&self->conn, out_data(IN_TS + 5), REWRITE, 0);
	EXPECT_EQ(TSRW_STRIP, self->result.action);
	self->result = arrive_segment(&self->conn, in_data(ANCHOR));
	EXPECT_EQ(TSRW_STRIP, self->result.action);
	self->result = arrive_segment(&self->conn, in_data(0));
	EXPECT_EQ(TSRW_STRIP, self->result.action);
	self->result = leave_by(&self->conn, seg_syn(IN_ISN, IN_TS + 9), REWRITE,
				0);
	EXPECT_EQ(TSRW_STRIP, self->result.action);
	self->result = leave_by(&self->conn, without_tsopt(out_data(0)), REWRITE,
				0);
	EXPECT_EQ(TSRW_PASS_NO_TSOPT, self->result.action);
}

/* A forged SYN-ACK is nothing that the inside host would take */
TEST_F(strip, forged_syn_ack_ends_nothing)
{
	struct tsrw_conn before = self->conn;
	struct tsrw_segment seg = in_syn_ack(0);

	seg.ack++;
	self->result = arrive_by(&self->conn, seg, REWRITE);
	EXPECT_EQ(TSRW_STRIP, self->result.action);
	EXPECT_EQ(0, self->result.events);
	self->result = arrive_by(&self->conn, without_tsopt(seg), REWRITE);
	EXPECT_EQ(0, self->result.events);
	before.answer = TSRW_ANSWER_HEARD;
	EXPECT_EQ(0, memcmp(&before, &self->conn, sizeof(before)));
}

/* What a SYN that arrives is taken for, by the mode that it is judged by */
static const enum tsrw_action of_syn_in[MODES] = {
	[OFF] = TSRW_PASS_MODE_OFF, [REWRITE] = TSRW_PASS_NO_ACK,
	[BUG] = TSRW_PASS_NO_ACK, [OBSERVE] = TSRW_PASS_NO_ACK,
	[STRIP] = TSRW_STRIP,
};

TEST(syn_that_arrives_is_judged_by_the_current_mode)
{
	u32 was, is;

	for (was = REWRITE; was < MODES; was++) {
		struct tsrw_conn conn = {};
		struct tsrw_result result;

		leave_by(&conn, seg_syn(IN_ISN, IN_TS), was, ANCHOR);
		arrive_by(&conn, in_syn_ack(ANCHOR), was);
		for (is = 0; is < MODES; is++) {
			result = arrive_by(&conn, seg_syn(OUT_ISN + 5000, OUT_TS),
					   is);
			EXPECT_EQ(of_syn_in[is], result.action)
				TH_LOG("was %u is %u", was, is);
			EXPECT_EQ(0, result.events);
		}
	}
}

/* ... also where a server's answer to one has left: the SYN is sent again */
TEST(syn_that_arrives_again_is_judged_by_the_current_mode)
{
	u32 was, is;

	for (was = REWRITE; was < MODES; was++) {
		struct tsrw_conn conn = {};
		struct tsrw_result result;

		leave_by(&conn, out_syn_ack(IN_TS), was, ANCHOR);
		for (is = 0; is < MODES; is++) {
			result = arrive_by(&conn, seg_syn(OUT_ISN, OUT_TS), is);
			EXPECT_EQ(of_syn_in[is], result.action)
				TH_LOG("was %u is %u", was, is);
			EXPECT_EQ(0, result.events);
		}
	}
}

/* It asks for what the one asked for that it crosses, in all pairs of modes */
TEST(syn_that_crosses_another_is_judged_by_that_ones_mode)
{
	u32 old, was, is;

	for (old = REWRITE; old < MODES; old++) {
		for (was = 0; was < MODES; was++) {
			struct tsrw_conn conn = {};
			struct tsrw_result result;

			leave_by(&conn, seg_syn(IN_ISN, IN_TS), old, ANCHOR);
			arrive_by(&conn, in_syn_ack(ANCHOR), old);
			leave_by(&conn, seg_syn(NEW_ISN, 5), was, ANCHOR);
			for (is = 0; is < MODES; is++) {
				result = arrive_by(&conn,
						   seg_syn(OUT_ISN + 99, OUT_TS),
						 is);
				EXPECT_EQ(of_syn_in[was], result.action)
					TH_LOG("%u %u %u", old, was, is);
			}
		}
	}
}

/* Both SYNs cross, both SYN-ACKs follow; the mode changes to @is in between */
TEST(simultaneous_open_in_four_combinations)
{
	static const u32 modes[] = { REWRITE, STRIP };
	u32 i;

	for (i = 0; i < 4; i++) {
		bool strip = modes[i & 1] == STRIP;
		u32 is = modes[i >> 1];
		struct tsrw_conn conn = {};
		struct tsrw_result result;

		leave_by(&conn, seg_syn(IN_ISN, IN_TS), modes[i & 1], ANCHOR);
		result = arrive_by(&conn, seg_syn(OUT_ISN, OUT_TS), is);
		EXPECT_EQ(strip ? TSRW_STRIP : TSRW_PASS_NO_ACK, result.action);
		result = leave_by(&conn, out_syn_ack(IN_TS + 40), is, ANCHOR + 99);
		EXPECT_EQ(strip ? TSRW_STRIP : TSRW_TRANSLATE, result.action);
		EXPECT_EQ(TSRW_EVENT_RETRANSMIT, result.events);
		result = arrive_by(&conn, in_syn_ack(ANCHOR + 40), is);
		EXPECT_EQ(strip ? TSRW_STRIP : TSRW_TRANSLATE, result.action);
		EXPECT_EQ(TSRW_EVENT_ESTABLISHED, result.events);
		EXPECT_EQ(!strip, result.verified);
		EXPECT_EQ(0, conn.asymmetry);
	}
}

/* Neither zeroed nor foreign: what is impossible is counted, and passes */
TEST(observed_syn_ack_passes_whatever_it_echoes)
{
	static const struct {
		u32 tsecr;
		enum tsrw_action action;
		bool verified, future;
	} cases[] = {
		{ IN_TS, TSRW_PASS_OBSERVED, true, false },
		{ IN_TS + 1, TSRW_PASS_OBSERVED, false, true },
		{ IN_TS - 1, TSRW_PASS_OBSERVED, false, false },
		{ IN_TS - 1000, TSRW_PASS_OBSERVED, false, false },
		{ ANCHOR, TSRW_PASS_OBSERVED, false, true },
		{ 0, TSRW_PASS_ECHO_ZERO, false, false },
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		struct tsrw_conn conn = {};
		struct tsrw_result result;

		result = leave_by(&conn, seg_syn(IN_ISN, IN_TS), OBSERVE, ANCHOR);
		EXPECT_EQ(TSRW_PASS_OBSERVED, result.action);
		result = arrive_segment(&conn, in_syn_ack(cases[i].tsecr));
		EXPECT_EQ(cases[i].action, result.action) TH_LOG("case %u", i);
		EXPECT_EQ(cases[i].verified, result.verified);
		EXPECT_EQ(cases[i].future, result.future);
		EXPECT_EQ(TSRW_EVENT_ESTABLISHED, result.events);
	}
}

TEST(observed_connection_is_checked_and_passes)
{
	struct tsrw_conn conn = {};
	struct tsrw_result result;
	u32 i;

	leave_by(&conn, seg_syn(IN_ISN, IN_TS), OBSERVE, ANCHOR);
	arrive_segment(&conn, in_syn_ack(IN_TS));
	for (i = 10; i < 100; i += 10) {
		result = leave_by(&conn, out_data(IN_TS + i), REWRITE, 0);
		EXPECT_EQ(TSRW_PASS_OBSERVED, result.action);
		result = arrive_segment(&conn, in_data(IN_TS + i));
		EXPECT_EQ(TSRW_PASS_OBSERVED, result.action);
		EXPECT_TRUE(result.verified);
		result = arrive_segment(&conn, in_data(IN_TS + i + 1));
		EXPECT_EQ(TSRW_PASS_OBSERVED, result.action);
		EXPECT_TRUE(result.future);
	}
}

TEST(observed_server_passes_what_a_rewritten_one_is_foreign_by)
{
	struct tsrw_conn conn = {};
	struct tsrw_result result;

	result = leave_by(&conn, out_syn_ack(IN_TS), OBSERVE, ANCHOR);
	EXPECT_EQ(TSRW_PASS_OBSERVED, result.action);
	result = arrive_segment(&conn, in_data(IN_TS - 1000));
	EXPECT_EQ(TSRW_PASS_OBSERVED, result.action);
	EXPECT_EQ(TSRW_EVENT_ESTABLISHED, result.events);
	EXPECT_EQ(TSRW_ESTABLISHED, state_of(&conn));
}

/* To go on behind an inside value would show it */
TEST(connection_after_one_not_rewritten_begins_at_the_anchor)
{
	static const u32 modes[] = { OBSERVE, STRIP };
	u32 i;

	for (i = 0; i < 4; i++) {
		struct tsrw_conn conn = {};
		struct tsrw_result result;

		leave_by(&conn, seg_syn(IN_ISN, ANCHOR + 5000), modes[i >> 1],
			 ANCHOR);
		arrive_segment(&conn, in_syn_ack(ANCHOR + 5000));
		leave_by(&conn, out_data(ANCHOR + 6000), REWRITE, 0);
		if (i & 1)
			arrive_segment(&conn, seg_rst(OUT_ISN + 1));
		result = leave_by(&conn, seg_syn(NEW_ISN, IN_TS), REWRITE,
				  ANCHOR + 100);
		EXPECT_EQ(TSRW_TRANSLATE, result.action);
		EXPECT_EQ(TSRW_EVENT_REUSED, result.events);
		EXPECT_EQ(ANCHOR + 100, seen_outside(&result, IN_TS));
	}
}

/* The observed one never committed: what was rewritten before counts */
TEST(connection_after_an_observed_candidate_begins_after_the_rewritten_one)
{
	struct tsrw_conn conn = {};
	struct tsrw_result result;

	leave_by(&conn, seg_syn(IN_ISN, IN_TS), REWRITE, ANCHOR);
	arrive_segment(&conn, in_syn_ack(ANCHOR));
	leave_by(&conn, out_data(IN_TS + 500), REWRITE, 0);
	leave_by(&conn, seg_syn(NEW_ISN, ANCHOR + 90000), OBSERVE, ANCHOR);
	result = leave_by(&conn, seg_syn(NEW_ISN + 77, 5), REWRITE, ANCHOR);
	EXPECT_EQ(ANCHOR + 501, seen_outside(&result, 5));
}

/* Each connection is as its SYN was, whatever the mode is by then */
TEST(mode_changes_after_the_syn_change_nothing)
{
	static const enum tsrw_action out[MODES] = {
		[REWRITE] = TSRW_TRANSLATE, [BUG] = TSRW_TRANSLATE,
		[OBSERVE] = TSRW_PASS_OBSERVED, [STRIP] = TSRW_STRIP,
	};
	static const enum tsrw_action in[MODES] = {
		[REWRITE] = TSRW_TRANSLATE, [BUG] = TSRW_PASS_UNRESTORED,
		[OBSERVE] = TSRW_PASS_OBSERVED, [STRIP] = TSRW_STRIP,
	};
	u32 was, is;

	for (was = REWRITE; was < MODES; was++) {
		for (is = 0; is < MODES; is++) {
			struct tsrw_conn conn = {};
			struct tsrw_result result;

			leave_by(&conn, seg_syn(IN_ISN, IN_TS), was, ANCHOR);
			result = leave_by(&conn, seg_syn(IN_ISN, IN_TS + 1), is,
					  ANCHOR + 1000);
			EXPECT_EQ(out[was], result.action);
			EXPECT_EQ(TSRW_EVENT_RETRANSMIT, result.events);
			result = arrive_by(&conn, in_syn_ack(ANCHOR), is);
			EXPECT_EQ(in[was], result.action)
				TH_LOG("was %u is %u", was, is);
			EXPECT_EQ(TSRW_EVENT_ESTABLISHED, result.events);
			result = leave_by(&conn, out_data(IN_TS + 2), is, 0);
			EXPECT_EQ(out[was], result.action);
			result = arrive_by(&conn, in_data(ANCHOR + 2), is);
			EXPECT_EQ(in[was], result.action);
			EXPECT_EQ(was, (u32)conn.mode);
		}
	}
}

/* A SYN sent again after the refusal is the same connection's, in its mode */
TEST(refused_syn_sent_again_keeps_its_mode)
{
	u32 was;

	for (was = REWRITE; was < MODES; was++) {
		struct tsrw_conn conn = {};
		struct tsrw_result first, again;

		first = leave_by(&conn, seg_syn(IN_ISN, IN_TS), was, ANCHOR);
		arrive_by(&conn, seg_rst_ack(0, IN_ISN + 1), was);
		again = leave_by(&conn, seg_syn(IN_ISN, IN_TS + 9), OFF, ANCHOR);
		EXPECT_EQ(first.action, again.action);
		EXPECT_EQ(TSRW_EVENT_RETRANSMIT, again.events);
		EXPECT_EQ(TSRW_EMBRYONIC, state_of(&conn));
		arrive_by(&conn, in_syn_ack(ANCHOR), OFF);
		EXPECT_EQ(was, (u32)conn.mode);
	}
}

/* The old connection is as it was until the new one commits */
TEST(candidate_has_a_mode_of_its_own)
{
	struct tsrw_conn conn = {};
	struct tsrw_result result;

	leave_by(&conn, seg_syn(IN_ISN, IN_TS), REWRITE, ANCHOR);
	arrive_segment(&conn, in_syn_ack(ANCHOR));
	result = leave_by(&conn, seg_syn(NEW_ISN, 5), OBSERVE, ANCHOR);
	EXPECT_EQ(TSRW_PASS_OBSERVED, result.action);
	result = leave_by(&conn, out_data(IN_TS + 5), OBSERVE, 0);
	EXPECT_EQ(ANCHOR + 5, seen_outside(&result, IN_TS + 5));
	result = arrive_by(&conn, in_data(ANCHOR + 5), OBSERVE);
	EXPECT_EQ(IN_TS + 5, told_inside(&result, ANCHOR + 5));
	result = arrive_by(&conn, seg_syn_ack(OUT_ISN + 99, NEW_ISN + 1, OUT_TS, 5),
			   REWRITE);
	EXPECT_EQ(TSRW_PASS_OBSERVED, result.action);
	EXPECT_TRUE(result.verified);
	EXPECT_EQ(TSRW_EVENT_ESTABLISHED, result.events);
	result = leave_by(&conn, seg_data(NEW_ISN + 1, 0, OUT_ISN + 100, 6, OUT_TS),
			  REWRITE, 0);
	EXPECT_EQ(TSRW_PASS_OBSERVED, result.action);
}

/* In all modes that a flow can begin in */
TEST(unseen_syn_ack_makes_asymmetric_once)
{
	u32 mode;

	for (mode = REWRITE; mode < MODES; mode++) {
		struct tsrw_conn conn = {};
		struct tsrw_result result;

		leave_by(&conn, seg_syn(IN_ISN, IN_TS), mode, ANCHOR);
		result = leave_by(&conn, out_data(IN_TS + 1), mode, 0);
		EXPECT_EQ(TSRW_EVENT_ESTABLISHED | TSRW_EVENT_ASYMMETRIC,
			  result.events);
		EXPECT_EQ(TSRW_ASYMMETRIC, conn.asymmetry);
		result = leave_by(&conn, out_data(IN_TS + 2), mode, 0);
		EXPECT_EQ(0, result.events);
		/* late, but it comes: the connection is committed already */
		result = arrive_by(&conn, in_syn_ack(ANCHOR), mode);
		EXPECT_EQ(0, result.events);
		EXPECT_EQ(TSRW_ASYMMETRIC, conn.asymmetry);
	}
}

/* A plain ACK came instead */
TEST(simultaneous_open_with_a_plain_ack_is_not_asymmetric)
{
	static const u32 acked[] = { 1, 2, 501, 0x10000 };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(acked); i++) {
		struct tsrw_conn conn = {};
		struct tsrw_segment seg = in_data(ANCHOR);
		struct tsrw_result result;

		seg.ack = IN_ISN + acked[i];
		leave_by(&conn, seg_syn(IN_ISN, IN_TS), REWRITE, ANCHOR);
		arrive_segment(&conn, seg_syn(OUT_ISN, OUT_TS));
		leave_by(&conn, out_syn_ack(IN_TS + 40), REWRITE, ANCHOR);
		arrive_segment(&conn, seg);
		result = leave_by(&conn, out_data(IN_TS + 90), REWRITE, 0);
		EXPECT_EQ(TSRW_EVENT_ESTABLISHED, result.events);
		EXPECT_EQ(0, conn.asymmetry);
	}
}

/* ... or of something else: an old connection's. What the third segment acknowledges may be
 * behind that: whether the connection is asymmetric shows later.
 */
TEST(ack_of_another_connection_leaves_asymmetry_open)
{
	static const u32 acked[] = { 0, -1, 0x10001, 0x40000000 };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(acked); i++) {
		struct tsrw_conn conn = {};
		struct tsrw_segment seg = in_data(ANCHOR);
		struct tsrw_result result;

		seg.ack = IN_ISN + acked[i];
		leave_by(&conn, seg_syn(IN_ISN, IN_TS), REWRITE, ANCHOR);
		arrive_segment(&conn, seg);
		result = leave_by(&conn, out_data(IN_TS + 90), REWRITE, 0);
		EXPECT_EQ(TSRW_EVENT_ESTABLISHED, result.events);
		EXPECT_EQ(0, conn.asymmetry);
	}
}

/* What the old connection has shown is not the new one's */
TEST(commit_resets_the_sides)
{
	u32 inbound;

	for (inbound = 0; inbound < 2; inbound++) {
		struct tsrw_conn conn = {};
		struct tsrw_result result;

		leave_by(&conn, seg_syn(IN_ISN, IN_TS), REWRITE, ANCHOR);
		arrive_segment(&conn, in_syn_ack(ANCHOR));
		conn.asymmetry = 0xff;
		leave_by(&conn, inbound ?
			 seg_syn_ack(NEW_ISN, OUT_ISN + 5001, 5, OUT_TS) :
			 seg_syn(NEW_ISN, 5), REWRITE, ANCHOR);
		EXPECT_EQ(0xff, conn.asymmetry);
		result = arrive_segment(&conn, inbound ?
				      seg_data(OUT_ISN + 5001, 0, NEW_ISN + 1, OUT_TS,
					       ANCHOR + 1) :
				      seg_syn_ack(OUT_ISN + 5000, NEW_ISN + 1, OUT_TS,
						  ANCHOR + 1));
		EXPECT_EQ(TSRW_EVENT_ESTABLISHED, result.events);
		EXPECT_EQ(0, conn.asymmetry);
	}
}

TEST_HARNESS_MAIN

// SPDX-License-Identifier: GPL-2.0-only
/*
 * How a connection ends: FINs, RSTs, and forgeries of both, which end nothing.
 */
#include "kselftest_harness.h"

#include "segment.h"

#define ANCHOR		0x50000000u
#define IN_ISN		1000u		/* of the inside end */
#define OUT_ISN		0x90000000u	/* of the outside end */
#define IN_TS		0x27000000u	/* the inside host's clock */
#define OUT_TS		0x33330000u	/* the outside host's */

/* An established connection; @in and @out are the numbers it stands at */
FIXTURE(flow) {
	struct tsrw_conn conn;
	struct tsrw_result result;
	u32 in;
	u32 out;
};

FIXTURE_VARIANT(flow) {
	bool inbound;
	u32 in_isn;
	u32 out_isn;
};

FIXTURE_VARIANT_ADD(flow, begun_inside) {
	false, IN_ISN, OUT_ISN
};

FIXTURE_VARIANT_ADD(flow, begun_outside) {
	true, IN_ISN, OUT_ISN
};

FIXTURE_VARIANT_ADD(flow, numbers_wrap) {
	false, 0xfffffffe, 0xfffffffd
};

static struct tsrw_result out_ack(struct tsrw_conn *conn, u32 seq, u32 ack)
{
	return leave_at(conn, seg_data(seq, 0, ack, IN_TS + 10, OUT_TS), 0);
}

static struct tsrw_result in_ack(struct tsrw_conn *conn, u32 seq, u32 ack)
{
	return arrive_segment(conn, seg_data(seq, 0, ack, OUT_TS + 10, ANCHOR));
}

static struct tsrw_result out_fin(struct tsrw_conn *conn, u32 seq, u32 ack)
{
	return leave_at(conn, seg_fin(seq, ack, IN_TS + 10, OUT_TS), 0);
}

static struct tsrw_result in_fin(struct tsrw_conn *conn, u32 seq, u32 ack)
{
	return arrive_segment(conn, seg_fin(seq, ack, OUT_TS + 10, ANCHOR));
}

FIXTURE_SETUP(flow)
{
	struct tsrw_conn *conn = &self->conn;

	self->in = variant->in_isn + 1;
	self->out = variant->out_isn + 1;
	if (variant->inbound) {
		leave_at(conn, seg_syn_ack(variant->in_isn, self->out, IN_TS,
					   OUT_TS), ANCHOR);
		in_ack(conn, self->out, self->in);
	} else {
		leave_at(conn, seg_syn(variant->in_isn, IN_TS), ANCHOR);
		arrive_segment(conn, seg_syn_ack(variant->out_isn, self->in, OUT_TS,
						 ANCHOR));
		out_ack(conn, self->in, self->out);
	}
	ASSERT_EQ(TSRW_ESTABLISHED, state_of(conn));
}

FIXTURE_TEARDOWN(flow)
{
}

#define EXPECT_OPEN(result)						\
	do {								\
		EXPECT_EQ(0, (result).events);				\
		EXPECT_EQ(TSRW_ESTABLISHED, state_of(&self->conn));	\
	} while (0)

#define EXPECT_CLOSED(result)						\
	do {								\
		EXPECT_EQ(TSRW_EVENT_CLOSED, (result).events);		\
		EXPECT_EQ(TSRW_CLOSED, state_of(&self->conn));		\
	} while (0)

TEST_F(flow, inside_closes_first)
{
	EXPECT_OPEN(out_fin(&self->conn, self->in, self->out));
	EXPECT_OPEN(in_ack(&self->conn, self->out, self->in + 1));
	EXPECT_OPEN(in_fin(&self->conn, self->out, self->in + 1));
	EXPECT_CLOSED(out_ack(&self->conn, self->in + 1, self->out + 1));
}

TEST_F(flow, outside_closes_first)
{
	EXPECT_OPEN(in_fin(&self->conn, self->out, self->in));
	EXPECT_OPEN(out_ack(&self->conn, self->in, self->out + 1));
	EXPECT_OPEN(out_fin(&self->conn, self->in, self->out + 1));
	EXPECT_CLOSED(in_ack(&self->conn, self->out + 1, self->in + 1));
}

TEST_F(flow, fin_answered_by_fin_and_ack_in_one)
{
	EXPECT_OPEN(out_fin(&self->conn, self->in, self->out));
	EXPECT_OPEN(in_fin(&self->conn, self->out, self->in + 1));
	EXPECT_CLOSED(out_ack(&self->conn, self->in + 1, self->out + 1));
}

TEST_F(flow, both_close_at_once)
{
	EXPECT_OPEN(out_fin(&self->conn, self->in, self->out));
	EXPECT_OPEN(in_fin(&self->conn, self->out, self->in));
	EXPECT_OPEN(out_ack(&self->conn, self->in + 1, self->out + 1));
	EXPECT_CLOSED(in_ack(&self->conn, self->out + 1, self->in + 1));
}

TEST_F(flow, fin_with_data)
{
	struct tsrw_segment seg = seg_fin(self->in, self->out, IN_TS, OUT_TS);

	seg.end += 400;
	EXPECT_OPEN(leave_at(&self->conn, seg, 0));
	EXPECT_OPEN(in_fin(&self->conn, self->out, self->in + 1));
	EXPECT_OPEN(out_ack(&self->conn, self->in + 401, self->out + 1));
	EXPECT_CLOSED(in_ack(&self->conn, self->out + 1, self->in + 401));
}

TEST_F(flow, fin_without_tsopt)
{
	EXPECT_OPEN(leave_at(&self->conn,
			     without_tsopt(seg_fin(self->in, self->out, 0, 0)),
			     0));
	EXPECT_OPEN(arrive_segment(&self->conn,
				   without_tsopt(seg_fin(self->out, self->in + 1,
							 0, 0))));
	EXPECT_CLOSED(out_ack(&self->conn, self->in + 1, self->out + 1));
}

/* Data that FIN overtook is acknowledged first */
TEST_F(flow, fin_is_not_acknowledged_by_less)
{
	EXPECT_OPEN(in_fin(&self->conn, self->out + 500, self->in));
	EXPECT_OPEN(out_fin(&self->conn, self->in, self->out));
	EXPECT_OPEN(in_ack(&self->conn, self->out + 501, self->in + 1));
	EXPECT_OPEN(out_ack(&self->conn, self->in + 1, self->out + 500));
	EXPECT_CLOSED(out_ack(&self->conn, self->in + 1, self->out + 501));
}

/* RFC 9293 section 3.6: half closed, for as long as the other side likes */
TEST_F(flow, half_closed_stays_open)
{
	u32 i;

	EXPECT_OPEN(out_fin(&self->conn, self->in, self->out));
	EXPECT_OPEN(in_ack(&self->conn, self->out, self->in + 1));
	for (i = 0; i < 50; i++) {
		EXPECT_OPEN(arrive_segment(&self->conn,
					   seg_data(self->out + i * 100, 100,
						    self->in + 1, OUT_TS, ANCHOR)));
		EXPECT_OPEN(out_ack(&self->conn, self->in + 1,
				    self->out + i * 100 + 100));
	}
	EXPECT_OPEN(in_fin(&self->conn, self->out + 5000, self->in + 1));
	EXPECT_CLOSED(out_ack(&self->conn, self->in + 1, self->out + 5001));
}

TEST_F(flow, retransmitted_fins_are_one)
{
	EXPECT_OPEN(out_fin(&self->conn, self->in, self->out));
	EXPECT_OPEN(out_fin(&self->conn, self->in, self->out));
	EXPECT_OPEN(in_ack(&self->conn, self->out, self->in + 1));
	EXPECT_OPEN(out_fin(&self->conn, self->in, self->out));
	EXPECT_OPEN(in_fin(&self->conn, self->out, self->in));
	EXPECT_OPEN(in_fin(&self->conn, self->out, self->in));
	EXPECT_CLOSED(out_ack(&self->conn, self->in + 1, self->out + 1));
}

/* The last acknowledgment was lost: it is closed once */
TEST_F(flow, fin_again_after_the_close)
{
	out_fin(&self->conn, self->in, self->out);
	in_fin(&self->conn, self->out, self->in + 1);
	EXPECT_CLOSED(out_ack(&self->conn, self->in + 1, self->out + 1));
	self->result = in_fin(&self->conn, self->out, self->in + 1);
	EXPECT_EQ(0, self->result.events);
	self->result = out_ack(&self->conn, self->in + 1, self->out + 1);
	EXPECT_EQ(0, self->result.events);
	EXPECT_EQ(TSRW_CLOSED, state_of(&self->conn));
}

/* What does not belong there is translated, and not dropped */
TEST_F(flow, closed_connection_is_translated)
{
	out_fin(&self->conn, self->in, self->out);
	in_fin(&self->conn, self->out, self->in + 1);
	out_ack(&self->conn, self->in + 1, self->out + 1);
	self->result = out_ack(&self->conn, self->in + 1, self->out + 1);
	EXPECT_EQ(ANCHOR + 10, seen_outside(&self->result, IN_TS + 10));
	self->result = arrive_segment(&self->conn, seg_data(self->out, 0, self->in + 1,
							    OUT_TS, ANCHOR + 10));
	EXPECT_EQ(IN_TS + 10, told_inside(&self->result, ANCHOR + 10));
	EXPECT_TRUE(self->result.verified);
}

TEST_F(flow, one_fin_acknowledged_is_no_close)
{
	EXPECT_OPEN(out_fin(&self->conn, self->in, self->out));
	EXPECT_OPEN(in_ack(&self->conn, self->out, self->in + 1));
	EXPECT_OPEN(out_ack(&self->conn, self->in + 1, self->out));
	EXPECT_OPEN(in_ack(&self->conn, self->out, self->in + 1));
}

TEST_F(flow, fins_not_acknowledged_are_no_close)
{
	EXPECT_OPEN(out_fin(&self->conn, self->in, self->out));
	EXPECT_OPEN(in_fin(&self->conn, self->out, self->in));
	EXPECT_OPEN(out_ack(&self->conn, self->in + 1, self->out));
	EXPECT_OPEN(in_ack(&self->conn, self->out + 1, self->in));
}

/* A side cannot acknowledge its own FIN */
TEST_F(flow, fin_is_acknowledged_by_the_other_side)
{
	EXPECT_OPEN(out_fin(&self->conn, self->in, self->in + 1));
	EXPECT_OPEN(in_fin(&self->conn, self->out, self->out + 1));
	EXPECT_OPEN(out_ack(&self->conn, self->in + 1, self->in + 1));
	EXPECT_OPEN(in_ack(&self->conn, self->out + 1, self->out + 1));
}

TEST_F(flow, forged_fin_of_any_number_closes_nothing)
{
	EXPECT_OPEN(in_fin(&self->conn, self->out + 0x12345678, self->in));
	EXPECT_OPEN(out_ack(&self->conn, self->in, self->out));
	EXPECT_OPEN(out_fin(&self->conn, self->in, self->out));
	EXPECT_OPEN(in_ack(&self->conn, self->out, self->in + 1));
	EXPECT_OPEN(out_ack(&self->conn, self->in + 1, self->out));
	/* the real one */
	EXPECT_OPEN(in_fin(&self->conn, self->out, self->in + 1));
	EXPECT_CLOSED(out_ack(&self->conn, self->in + 1, self->out + 1));
}

/* ... nor does a forged one after the real one was acknowledged take anything back */
TEST_F(flow, forged_fin_takes_back_nothing)
{
	EXPECT_OPEN(in_fin(&self->conn, self->out, self->in));
	EXPECT_OPEN(out_ack(&self->conn, self->in, self->out + 1));
	EXPECT_OPEN(in_fin(&self->conn, self->out + 0x12345678, self->in));
	EXPECT_OPEN(out_fin(&self->conn, self->in, self->out + 1));
	EXPECT_CLOSED(in_ack(&self->conn, self->out + 1, self->in + 1));
}

TEST_F(flow, rst_at_the_expected_number_closes)
{
	EXPECT_CLOSED(arrive_segment(&self->conn, seg_rst(self->out)));
}

TEST_F(flow, rst_of_ours_at_the_expected_number_closes)
{
	in_ack(&self->conn, self->out, self->in);
	EXPECT_CLOSED(leave_at(&self->conn, seg_rst(self->in), 0));
}

TEST_F(flow, rst_follows_the_last_acknowledgment)
{
	out_ack(&self->conn, self->in, self->out + 300);
	EXPECT_OPEN(arrive_segment(&self->conn, seg_rst(self->out)));
	EXPECT_CLOSED(arrive_segment(&self->conn, seg_rst(self->out + 300)));
}

TEST_F(flow, rst_with_tsopt_is_restored)
{
	struct tsrw_segment seg = seg_data(self->out, 0, self->in, OUT_TS,
					   ANCHOR);

	seg.rst = true;
	self->result = arrive_segment(&self->conn, seg);
	EXPECT_CLOSED(self->result);
	EXPECT_EQ(IN_TS, told_inside(&self->result, ANCHOR));
}

TEST_F(flow, rst_of_ours_with_tsopt_is_rewritten)
{
	struct tsrw_segment seg = seg_data(self->in, 0, self->out, IN_TS + 50,
					   OUT_TS);

	in_ack(&self->conn, self->out, self->in);
	seg.rst = true;
	self->result = leave_at(&self->conn, seg, 0);
	EXPECT_CLOSED(self->result);
	EXPECT_EQ(ANCHOR + 50, seen_outside(&self->result, IN_TS + 50));
}

/* RFC 5961 section 3 */
TEST_F(flow, rst_of_another_number_changes_nothing)
{
	const u32 wrong[] = { self->out - 1, self->out + 1, self->in, 0,
			      self->out + 0x80000000 };
	unsigned int i;

	in_ack(&self->conn, self->out, self->in);
	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		struct tsrw_conn before = self->conn;

		EXPECT_OPEN(arrive_segment(&self->conn, seg_rst(wrong[i])));
		EXPECT_OPEN(arrive_segment(&self->conn,
					   seg_rst_ack(wrong[i], self->in)));
		EXPECT_EQ(0, memcmp(&before, &self->conn, sizeof(before)));
	}
	EXPECT_OPEN(leave_at(&self->conn, seg_rst(self->in + 1), 0));
	EXPECT_OPEN(leave_at(&self->conn, seg_rst(self->out), 0));
}

/* Its acknowledgment number must not become what the next one is measured by */
TEST_F(flow, forged_rst_leaves_the_numbers_alone)
{
	in_ack(&self->conn, self->out, self->in);
	EXPECT_OPEN(arrive_segment(&self->conn, seg_rst_ack(7, self->in + 99)));
	EXPECT_OPEN(leave_at(&self->conn, seg_rst(self->in + 99), 0));
	EXPECT_CLOSED(leave_at(&self->conn, seg_rst(self->in), 0));
}

/* A segment without ACK says nothing about numbers */
TEST_F(flow, acknowledgment_without_ack_bit_is_none)
{
	struct tsrw_segment seg = seg_data(self->in, 0, self->out + 50,
					   IN_TS, 0);

	seg.has_ack = false;
	EXPECT_OPEN(leave_at(&self->conn, seg, 0));
	EXPECT_OPEN(arrive_segment(&self->conn, seg_rst(self->out + 50)));
	EXPECT_CLOSED(arrive_segment(&self->conn, seg_rst(self->out)));
}

TEST_F(flow, rst_closes_once)
{
	EXPECT_CLOSED(arrive_segment(&self->conn, seg_rst(self->out)));
	self->result = arrive_segment(&self->conn, seg_rst(self->out));
	EXPECT_EQ(0, self->result.events);
}

/* RFC 5961 section 4: it is answered by a challenge ACK */
TEST_F(flow, forged_syn_changes_nothing)
{
	struct tsrw_conn before = self->conn;

	EXPECT_OPEN(arrive_segment(&self->conn, seg_syn(0x12345678, 5)));
	EXPECT_OPEN(arrive_segment(&self->conn, seg_syn(self->out, 5)));
	EXPECT_EQ(0, memcmp(&before, &self->conn, sizeof(before)));
	self->result = out_ack(&self->conn, self->in, self->out);
	EXPECT_EQ(ANCHOR + 10, seen_outside(&self->result, IN_TS + 10));
}

TEST_F(flow, forged_syn_ack_changes_nothing)
{
	struct tsrw_conn before = self->conn;

	EXPECT_OPEN(arrive_segment(&self->conn, seg_syn_ack(77, self->in, 5, ANCHOR)));
	EXPECT_OPEN(arrive_segment(&self->conn, seg_syn_ack(77, 88, 5, 6)));
	EXPECT_OPEN(arrive_segment(&self->conn,
				   without_tsopt(seg_syn_ack(77, self->in, 0, 0))));
	EXPECT_EQ(0, memcmp(&before, &self->conn, sizeof(before)));
}

FIXTURE(syn_sent) {
	struct tsrw_conn conn;
	struct tsrw_result result;
};

FIXTURE_SETUP(syn_sent)
{
	leave_at(&self->conn, seg_syn(IN_ISN, IN_TS), ANCHOR);
}

FIXTURE_TEARDOWN(syn_sent)
{
}

TEST_F(syn_sent, rst_answers_a_syn)
{
	self->result = arrive_segment(&self->conn, seg_rst_ack(0, IN_ISN + 1));
	EXPECT_EQ(TSRW_EVENT_REFUSED, self->result.events);
	EXPECT_EQ(TSRW_CLOSED, state_of(&self->conn));
}

TEST_F(syn_sent, rst_with_tsopt_answers_a_syn)
{
	struct tsrw_segment seg = seg_data(0, 0, IN_ISN + 1, OUT_TS, ANCHOR);

	seg.rst = true;
	self->result = arrive_segment(&self->conn, seg);
	EXPECT_EQ(TSRW_EVENT_REFUSED, self->result.events);
	EXPECT_EQ(IN_TS, told_inside(&self->result, ANCHOR));
	EXPECT_TRUE(self->result.verified);
}

/* Nothing is expected yet, so that only the SYN's number will do */
TEST_F(syn_sent, forged_rst_closes_nothing)
{
	static const u32 wrong[] = { 0, 1, IN_ISN, IN_ISN + 2, ~0u };
	struct tsrw_conn before = self->conn;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		self->result = arrive_segment(&self->conn, seg_rst(wrong[i]));
		EXPECT_EQ(0, self->result.events) TH_LOG("seq %u", wrong[i]);
		self->result = arrive_segment(&self->conn, seg_rst_ack(0, wrong[i]));
		EXPECT_EQ(0, self->result.events) TH_LOG("ack %u", wrong[i]);
	}
	EXPECT_EQ(TSRW_EMBRYONIC, state_of(&self->conn));
	EXPECT_EQ(0, memcmp(&before, &self->conn, sizeof(before)));
}

TEST_F(syn_sent, rst_without_ack_bit_does_not_answer_a_syn)
{
	struct tsrw_segment seg = seg_rst_ack(7, IN_ISN + 1);

	seg.has_ack = false;
	self->result = arrive_segment(&self->conn, seg);
	EXPECT_EQ(0, self->result.events);
	EXPECT_EQ(TSRW_EMBRYONIC, state_of(&self->conn));
}

TEST_F(syn_sent, connection_after_a_forged_rst_is_established)
{
	arrive_segment(&self->conn, seg_rst(0));
	arrive_segment(&self->conn, seg_syn_ack(OUT_ISN, IN_ISN + 1, OUT_TS, ANCHOR));
	out_ack(&self->conn, IN_ISN + 1, OUT_ISN + 1);
	EXPECT_EQ(TSRW_ESTABLISHED, state_of(&self->conn));
}

/* Between SYN-ACK and third segment the SYN-ACK says what is expected */
TEST_F(syn_sent, forged_rst_before_the_third_segment_closes_nothing)
{
	arrive_segment(&self->conn, seg_syn_ack(OUT_ISN, IN_ISN + 1, OUT_TS, ANCHOR));
	self->result = arrive_segment(&self->conn, seg_rst(0));
	EXPECT_EQ(0, self->result.events);
	EXPECT_EQ(TSRW_ESTABLISHED, state_of(&self->conn));
}

TEST_F(syn_sent, rst_before_the_third_segment_closes)
{
	arrive_segment(&self->conn, seg_syn_ack(OUT_ISN, IN_ISN + 1, OUT_TS, ANCHOR));
	self->result = arrive_segment(&self->conn, seg_rst(OUT_ISN + 1));
	EXPECT_CLOSED(self->result);
}

/* The client gave up meanwhile */
TEST_F(syn_sent, rst_of_ours_answers_a_syn_ack)
{
	arrive_segment(&self->conn, seg_syn_ack(OUT_ISN, IN_ISN + 1, OUT_TS, ANCHOR));
	self->result = leave_at(&self->conn, seg_rst(IN_ISN + 1), 0);
	EXPECT_CLOSED(self->result);
}

/* Some clients try once more with the same number */
TEST_F(syn_sent, refused_syn_may_be_accepted_when_sent_again)
{
	arrive_segment(&self->conn, seg_rst_ack(0, IN_ISN + 1));
	self->result = leave_at(&self->conn, seg_syn(IN_ISN, IN_TS + 500),
				ANCHOR + 500);
	EXPECT_EQ(TSRW_EVENT_RETRANSMIT, self->result.events);
	EXPECT_EQ(ANCHOR + 500, seen_outside(&self->result, IN_TS + 500));
	self->result = arrive_segment(&self->conn, seg_syn_ack(OUT_ISN, IN_ISN + 1,
							       OUT_TS, ANCHOR + 500));
	EXPECT_EQ(IN_TS + 500, told_inside(&self->result, ANCHOR + 500));
	out_ack(&self->conn, IN_ISN + 1, OUT_ISN + 1);
	EXPECT_EQ(TSRW_ESTABLISHED, state_of(&self->conn));
}

/* ... or with that of a connection which was established: all that it sent counts */
TEST_F(flow, syn_of_a_closed_connection_again_remembers_its_last)
{
	if (variant->inbound)
		return;
	out_ack(&self->conn, self->in, self->out);
	EXPECT_CLOSED(arrive_segment(&self->conn, seg_rst(self->out)));
	self->result = leave_at(&self->conn, seg_syn(variant->in_isn, IN_TS), 0);
	EXPECT_EQ(TSRW_EVENT_RETRANSMIT, self->result.events);
	EXPECT_EQ(TSRW_EMBRYONIC, state_of(&self->conn));
	EXPECT_EQ(IN_TS + 10, self->conn.map.candidate.last);
}

/* A SYN-ACK asks for nothing anew */
TEST_F(flow, syn_ack_of_a_closed_connection_again_leaves_it_closed)
{
	u8 flags;

	EXPECT_CLOSED(arrive_segment(&self->conn, seg_rst(self->out)));
	flags = self->conn.flags;
	self->result = leave_at(&self->conn,
				seg_syn_ack(variant->in_isn, self->out, IN_TS + 20,
					    OUT_TS), 0);
	EXPECT_EQ(TSRW_EVENT_RETRANSMIT, self->result.events);
	EXPECT_EQ(TSRW_CLOSED, state_of(&self->conn));
	EXPECT_EQ(flags, self->conn.flags);
}

/* More than the SYN is no refusal, be its echo right */
TEST_F(syn_sent, rst_of_data_does_not_answer_a_syn)
{
	struct tsrw_segment seg = seg_data(0, 0, IN_ISN + 2, OUT_TS, ANCHOR);

	seg.rst = true;
	self->result = arrive_segment(&self->conn, seg);
	EXPECT_EQ(0, self->result.events);
	EXPECT_EQ(TSRW_EMBRYONIC, state_of(&self->conn));
}

TEST_F(syn_sent, syn_after_a_refusal_begins_later)
{
	arrive_segment(&self->conn, seg_rst_ack(0, IN_ISN + 1));
	self->result = leave_at(&self->conn, seg_syn(77, 5), ANCHOR - 1000);
	EXPECT_EQ(ANCHOR + 1, seen_outside(&self->result, 5));
	arrive_segment(&self->conn, seg_syn_ack(OUT_ISN, 78, OUT_TS, ANCHOR + 1));
	EXPECT_EQ(TSRW_ESTABLISHED, state_of(&self->conn));
}

FIXTURE(syn_received) {
	struct tsrw_conn conn;
	struct tsrw_result result;
};

FIXTURE_SETUP(syn_received)
{
	leave_at(&self->conn, seg_syn_ack(IN_ISN, OUT_ISN + 1, IN_TS, OUT_TS),
		 ANCHOR);
}

FIXTURE_TEARDOWN(syn_received)
{
}

/* RFC 9293 section 3.10.7.4: the client wants no connection */
TEST_F(syn_received, rst_at_the_expected_number_closes)
{
	self->result = arrive_segment(&self->conn, seg_rst(OUT_ISN + 1));
	EXPECT_CLOSED(self->result);
}

TEST_F(syn_received, rst_of_another_number_changes_nothing)
{
	struct tsrw_conn before = self->conn;

	self->result = arrive_segment(&self->conn, seg_rst(OUT_ISN));
	EXPECT_EQ(0, self->result.events);
	self->result = arrive_segment(&self->conn, seg_rst_ack(0, IN_ISN + 1));
	EXPECT_EQ(0, self->result.events);
	EXPECT_EQ(0, memcmp(&before, &self->conn, sizeof(before)));
}

TEST_F(syn_received, rst_of_ours_before_anything_was_acknowledged)
{
	self->result = leave_at(&self->conn, seg_rst(0), 0);
	EXPECT_EQ(0, self->result.events);
	EXPECT_EQ(TSRW_EMBRYONIC, state_of(&self->conn));
}

/* What is over is remembered as what was committed, whoever ended it how */
#define EXPECT_REMEMBERED(inbound)					\
	do {								\
		EXPECT_CLOSED(self->result);				\
		EXPECT_EQ(TSRW_HAS_COMMITTED | (inbound),		\
			  self->conn.flags & 0xf);			\
		EXPECT_EQ(IN_ISN, self->conn.isn_committed);		\
		EXPECT_EQ(&self->conn.map.committed,			\
			  tsrw_conn_newest_span(&self->conn));		\
	} while (0)

TEST_F(syn_received, rst_leaves_a_connection_that_is_remembered)
{
	self->result = arrive_segment(&self->conn, seg_rst(OUT_ISN + 1));
	EXPECT_REMEMBERED(TSRW_INBOUND);
}

/* FINs acknowledged by what confirms nothing: its echo is impossible */
TEST_F(syn_received, fins_leave_a_connection_that_is_remembered)
{
	out_fin(&self->conn, IN_ISN + 1, OUT_ISN + 1);
	self->result = arrive_segment(&self->conn, seg_fin(OUT_ISN + 1, IN_ISN + 2,
							   OUT_TS, ANCHOR + 99));
	EXPECT_EQ(0, self->result.events);
	self->result = out_ack(&self->conn, IN_ISN + 2, OUT_ISN + 2);
	EXPECT_REMEMBERED(TSRW_INBOUND);
}

/* Simultaneous open: a plain ACK came, and inside gives up */
TEST_F(syn_sent, rst_of_ours_leaves_a_connection_that_is_remembered)
{
	in_ack(&self->conn, OUT_ISN + 1, IN_ISN + 1);
	self->result = leave_at(&self->conn, seg_rst(IN_ISN + 1), 0);
	EXPECT_REMEMBERED(0);
}

/* Linux gives up a connection with an RST behind all that it has sent */
TEST_F(flow, rst_behind_data_in_flight_closes)
{
	arrive_segment(&self->conn, seg_data(self->out, 1000, self->in, OUT_TS + 10, ANCHOR));
	EXPECT_OPEN(arrive_segment(&self->conn, seg_rst(self->out + 1001)));
	EXPECT_OPEN(arrive_segment(&self->conn, seg_rst(self->out - 1)));
	EXPECT_CLOSED(arrive_segment(&self->conn, seg_rst(self->out + 1000)));
}

TEST_F(flow, rst_of_the_inside_behind_data_in_flight_closes)
{
	in_ack(&self->conn, self->out, self->in);
	leave_at(&self->conn, seg_data(self->in, 1000, self->out, IN_TS + 10, OUT_TS), 0);
	EXPECT_OPEN(leave_at(&self->conn, seg_rst(self->in + 1001), 0));
	EXPECT_CLOSED(leave_at(&self->conn, seg_rst(self->in + 1000), 0));
}

/* An RST that the other side has not taken: it answers with a challenge ACK */
TEST_F(flow, rst_behind_data_in_flight_is_undone_by_whoever_goes_on)
{
	arrive_segment(&self->conn, seg_data(self->out, 1000, self->in, OUT_TS + 10, ANCHOR));
	EXPECT_CLOSED(arrive_segment(&self->conn, seg_rst(self->out + 500)));
	EXPECT_OPEN(out_ack(&self->conn, self->in, self->out + 1000));
	EXPECT_EQ(TSRW_PHASE_CLOSING, tsrw_conn_phase(&self->conn));
	arrive_segment(&self->conn, seg_data(self->out + 1000, 0, self->in, OUT_TS, ANCHOR));
	EXPECT_EQ(TSRW_PHASE_ESTABLISHED, tsrw_conn_phase(&self->conn));
	/* the expected one is not */
	EXPECT_CLOSED(arrive_segment(&self->conn, seg_rst(self->out + 1000)));
	out_ack(&self->conn, self->in, self->out + 1000);
	EXPECT_EQ(TSRW_CLOSED, state_of(&self->conn));
}

TEST_F(flow, forged_data_moves_no_end)
{
	static const u32 away[] = {
		TSRW_GAP_MAX + 1, 0x10000000, 0x40000000, 0x80000000, 0xc0000000,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(away); i++) {
		arrive_segment(&self->conn, seg_data(self->out + away[i], 100, self->in,
						     OUT_TS, ANCHOR));
		EXPECT_EQ(self->out, self->conn.end[TSRW_INGRESS]);
	}
	EXPECT_OPEN(in_fin(&self->conn, self->out, self->in));
	EXPECT_EQ(TSRW_PHASE_HALF_CLOSED, tsrw_conn_phase(&self->conn));
}

TEST_F(flow, phases_of_its_end)
{
	EXPECT_EQ(TSRW_PHASE_ESTABLISHED, tsrw_conn_phase(&self->conn));
	out_fin(&self->conn, self->in, self->out);
	EXPECT_EQ(TSRW_PHASE_HALF_CLOSED, tsrw_conn_phase(&self->conn));
	in_ack(&self->conn, self->out, self->in + 1);
	EXPECT_EQ(TSRW_PHASE_HALF_CLOSED, tsrw_conn_phase(&self->conn));
	in_fin(&self->conn, self->out, self->in + 1);
	EXPECT_EQ(TSRW_PHASE_CLOSING, tsrw_conn_phase(&self->conn));
	out_ack(&self->conn, self->in + 1, self->out + 1);
	EXPECT_EQ(TSRW_PHASE_CLOSED, tsrw_conn_phase(&self->conn));
}

/* It was forged, or the peer that sent it has taken it back */
TEST_F(flow, fin_is_forgotten_when_its_sender_goes_on)
{
	EXPECT_OPEN(in_fin(&self->conn, self->out, self->in));
	EXPECT_EQ(TSRW_PHASE_HALF_CLOSED, tsrw_conn_phase(&self->conn));
	arrive_segment(&self->conn, seg_data(self->out, 1000, self->in, OUT_TS, ANCHOR));
	EXPECT_EQ(TSRW_PHASE_ESTABLISHED, tsrw_conn_phase(&self->conn));
}

/* The number of a forged one may be close to the right one */
TEST_F(flow, fin_ahead_of_data_is_none_until_it_is_acknowledged)
{
	struct tsrw_segment fin = seg_fin(self->out + 1000, self->in, OUT_TS, ANCHOR);

	fin.end += 400; /* with data */
	EXPECT_OPEN(arrive_segment(&self->conn, fin));
	EXPECT_EQ(TSRW_PHASE_ESTABLISHED, tsrw_conn_phase(&self->conn));
	arrive_segment(&self->conn, seg_data(self->out, 1000, self->in, OUT_TS, ANCHOR));
	EXPECT_OPEN(out_ack(&self->conn, self->in, self->out + 1401));
	EXPECT_EQ(TSRW_PHASE_HALF_CLOSED, tsrw_conn_phase(&self->conn));
	EXPECT_OPEN(out_fin(&self->conn, self->in, self->out + 1401));
	EXPECT_CLOSED(in_ack(&self->conn, self->out + 1401, self->in + 1));
}

/* ... by somebody who knows the other side's numbers as well */
TEST_F(flow, forged_acknowledgment_makes_no_fin)
{
	EXPECT_OPEN(out_ack(&self->conn, self->in + 0x60000000, self->out + 1));
	EXPECT_OPEN(in_ack(&self->conn, self->out + 0x60000000, self->in + 1));
	EXPECT_EQ(TSRW_PHASE_ESTABLISHED, tsrw_conn_phase(&self->conn));
}

TEST_F(flow, fins_close_for_good_behind_an_rst_that_was_not_taken)
{
	arrive_segment(&self->conn, seg_data(self->out, 1000, self->in, OUT_TS + 10, ANCHOR));
	EXPECT_CLOSED(arrive_segment(&self->conn, seg_rst(self->out + 500)));
	EXPECT_OPEN(out_fin(&self->conn, self->in, self->out + 1000));
	EXPECT_OPEN(in_fin(&self->conn, self->out + 1000, self->in + 1));
	EXPECT_CLOSED(out_ack(&self->conn, self->in + 1, self->out + 1001));
	out_ack(&self->conn, self->in + 1, self->out + 1001);
	EXPECT_EQ(TSRW_CLOSED, state_of(&self->conn));
}

/* As where single bytes take another way than their acknowledgments */
TEST_F(flow, acknowledgment_behind_a_fin_shows_that_there_was_none)
{
	EXPECT_OPEN(out_ack(&self->conn, self->in, self->out + 1));
	EXPECT_EQ(TSRW_PHASE_HALF_CLOSED, tsrw_conn_phase(&self->conn));
	EXPECT_OPEN(out_ack(&self->conn, self->in, self->out + 2));
	EXPECT_EQ(TSRW_PHASE_ESTABLISHED, tsrw_conn_phase(&self->conn));
}

TEST_HARNESS_MAIN

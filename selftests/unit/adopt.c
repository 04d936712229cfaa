// SPDX-License-Identifier: GPL-2.0-only
/*
 * A connection that another firewall has carried: what leaves and what arrives until an
 * echo has decided on its offset, and how it goes on.
 */
#include "kselftest_harness.h"

#include "core/adopt.h"
#include "random.h"
#include "segment.h"

#define LEAD	1024u
#define NEAR	0x4000000u
#define SETTLE	2
#define BARE	4

#define SEQ	1000u		/* of what leaves */
#define ACK	5000u
#define V	700000u		/* what the inside clock reads at first */
#define ECHO	0x80000000u
#define ANCHOR	123456u

struct firewall {
	struct tsrw_adopt adopt;
	struct tsrw_span span;
	struct tsrw_adopt_info info;
	struct tsrw_result result;
	enum tsrw_adopt_event event;
};

FIXTURE(adopt) {
	struct firewall fw;
};

FIXTURE_SETUP(adopt)
{
	self->fw.info = (struct tsrw_adopt_info){ .now = 254, .anchor = ANCHOR, .takeover = true };
	tsrw_adopt_begin(&self->fw.adopt, self->fw.info.now);
}

FIXTURE_TEARDOWN(adopt)
{
}

/* Return: the outside TSval, or 0 if the segment leaves without TSopt */
static u32 leaves_as(struct firewall *fw, struct tsrw_segment seg)
{
	fw->result = (struct tsrw_result){};
	fw->event = tsrw_adopt_egress(&fw->adopt, &fw->span, &seg, &fw->info,
				      &fw->result);
	fw->info.acked = seg.ack;
	return fw->result.action == TSRW_TRANSLATE ?
		tsrw_span_outside(&fw->result.span, seg.tsval) : 0;
}

static u32 sends_data(struct firewall *fw, u32 seq, u32 tsval)
{
	return leaves_as(fw, seg_data(seq, 100, ACK, tsval, 9));
}

/* Return: the TSecr that inside gets */
static u32 arrives_as(struct firewall *fw, struct tsrw_segment seg)
{
	fw->result = (struct tsrw_result){};
	fw->event = tsrw_adopt_ingress(&fw->adopt, &fw->span, &seg, &fw->info,
				       &fw->result);
	return told_inside(&fw->result, seg.tsecr);
}

static u32 is_echoed(struct firewall *fw, u32 echo)
{
	return arrives_as(fw, seg_data(ACK, 0, SEQ, 9, echo));
}

/* One that began here, and of which no takeover is known */
static void begin_here(struct firewall *fw)
{
	fw->adopt = (struct tsrw_adopt){};
	tsrw_span_begin(&fw->span, V, ECHO);
	sends_data(fw, SEQ, V);
}

static void settle_flow(struct firewall *fw, u32 tsval)
{
	fw->info.now += SETTLE;
	is_echoed(fw, sends_data(fw, SEQ, tsval));
}

/* An echo has decided, and nothing of another firewall can be on its way any more */
static void adopt_flow(struct firewall *fw)
{
	sends_data(fw, SEQ, V);
	is_echoed(fw, ECHO);
	sends_data(fw, SEQ, V + 10);
	settle_flow(fw, V + 20);
}

TEST_F(adopt, leaves_without_tsopt_and_arrives_with_zero)
{
	EXPECT_EQ(0, sends_data(&self->fw, SEQ, V));
	EXPECT_EQ(TSRW_STRIP, self->fw.result.action);
	EXPECT_EQ(TSRW_ADOPT_STRIPPED, self->fw.event);
	EXPECT_EQ(0, is_echoed(&self->fw, ECHO));
	EXPECT_EQ(TSRW_ZERO, self->fw.result.action);
	EXPECT_EQ(TSRW_ADOPT_ZEROED, self->fw.event);
	EXPECT_FALSE(self->fw.result.verified || self->fw.result.future);
}

TEST_F(adopt, begins_a_lead_behind_the_echo)
{
	sends_data(&self->fw, SEQ, V);
	is_echoed(&self->fw, ECHO);
	EXPECT_EQ(ECHO + LEAD, sends_data(&self->fw, SEQ, V + 10));
	EXPECT_EQ(TSRW_ADOPT_DECIDED, self->fw.event);
	EXPECT_EQ(ECHO + LEAD + 7, sends_data(&self->fw, SEQ, V + 17));
	EXPECT_EQ(TSRW_ADOPT_NOTHING, self->fw.event);
}

TEST_F(adopt, takes_the_latest_of_several_echoes)
{
	sends_data(&self->fw, SEQ, V);
	is_echoed(&self->fw, ECHO + 5);
	is_echoed(&self->fw, ECHO);
	EXPECT_EQ(ECHO + 5 + LEAD, sends_data(&self->fw, SEQ, V + 10));
}

/* Its numbers are not known before */
TEST_F(adopt, waits_until_inside_has_spoken)
{
	EXPECT_EQ(0, arrives_as(&self->fw, seg_data(0, 0, 0, 9, ECHO)));
	EXPECT_EQ(0, sends_data(&self->fw, SEQ, V));
	EXPECT_EQ(0, sends_data(&self->fw, SEQ, V));
	is_echoed(&self->fw, ECHO);
	EXPECT_EQ(ECHO + LEAD, sends_data(&self->fw, SEQ, V));
}

TEST_F(adopt, believes_what_is_near)
{
	static const u32 off[] = { 0, 1, NEAR, 0 - NEAR };
	static const u32 far[] = { NEAR + 1, 0 - NEAR - 1, 0x80000000 };
	u32 i, k;

	for (i = 0; i < ARRAY_SIZE(off); i++) {
		for (k = 0; k < ARRAY_SIZE(off); k++) {
			tsrw_adopt_begin(&self->fw.adopt, 0);
			sends_data(&self->fw, SEQ, V);
			arrives_as(&self->fw, seg_data(ACK + off[i], 0, SEQ + off[k], 9, ECHO));
			EXPECT_EQ(ECHO + LEAD, sends_data(&self->fw, SEQ, V));
		}
		for (k = 0; k < ARRAY_SIZE(far); k++) {
			tsrw_adopt_begin(&self->fw.adopt, 0);
			sends_data(&self->fw, SEQ, V);
			arrives_as(&self->fw, seg_data(ACK + off[i], 0, SEQ + far[k], 9, ECHO));
			arrives_as(&self->fw, seg_data(ACK + far[k], 0, SEQ + off[i], 9, ECHO));
			EXPECT_EQ(0, sends_data(&self->fw, SEQ, V));
		}
	}
}

/* However much another firewall has carried meanwhile */
TEST_F(adopt, measures_by_what_inside_says_now)
{
	sends_data(&self->fw, SEQ, V);
	sends_data(&self->fw, SEQ + 0xc0000000, V);
	is_echoed(&self->fw, ECHO);
	EXPECT_EQ(0, sends_data(&self->fw, SEQ + 0xc0000000, V));
	arrives_as(&self->fw, seg_data(ACK, 0, SEQ + 0xc0000000, 9, ECHO));
	EXPECT_EQ(ECHO + LEAD, sends_data(&self->fw, SEQ + 0xc0000000, V));
}

TEST_F(adopt, learns_nothing_from_resets)
{
	struct tsrw_segment rst = seg_data(SEQ, 0, ACK, V, 9);

	rst.rst = true;
	EXPECT_EQ(0, leaves_as(&self->fw, rst));
	EXPECT_EQ(TSRW_STRIP, self->fw.result.action);
	sends_data(&self->fw, SEQ, V);
	rst = seg_data(ACK, 0, SEQ, 9, ECHO);
	rst.rst = true;
	EXPECT_EQ(0, arrives_as(&self->fw, rst));
	EXPECT_EQ(0, sends_data(&self->fw, SEQ, V));
	is_echoed(&self->fw, ECHO);
	rst = seg_data(SEQ, 0, ACK, V + 77, 9);
	rst.rst = true;
	EXPECT_EQ(0, leaves_as(&self->fw, rst));
	EXPECT_EQ(ECHO + LEAD, sends_data(&self->fw, SEQ, V));
}

TEST_F(adopt, takes_a_tsval_of_zero_for_no_clock)
{
	EXPECT_EQ(0, sends_data(&self->fw, SEQ, 0));
	is_echoed(&self->fw, ECHO);
	EXPECT_EQ(0, sends_data(&self->fw, SEQ, V));
	is_echoed(&self->fw, ECHO);
	EXPECT_EQ(0, sends_data(&self->fw, SEQ, 0));
	EXPECT_EQ(ECHO + LEAD, sends_data(&self->fw, SEQ, V));
}

TEST_F(adopt, passes_what_echoes_nothing)
{
	struct tsrw_segment seg = seg_data(ACK, 0, SEQ, 9, ECHO);

	sends_data(&self->fw, SEQ, V);
	EXPECT_EQ(0, is_echoed(&self->fw, 0));
	EXPECT_EQ(TSRW_PASS_ECHO_ZERO, self->fw.result.action);
	seg.has_ack = false;
	EXPECT_EQ(ECHO, arrives_as(&self->fw, seg));
	EXPECT_EQ(TSRW_PASS_NO_ACK, self->fw.result.action);
	arrives_as(&self->fw, without_tsopt(seg_data(ACK, 0, SEQ, 0, 0)));
	EXPECT_EQ(TSRW_PASS_NO_TSOPT, self->fw.result.action);
	leaves_as(&self->fw, without_tsopt(seg_data(SEQ, 0, ACK, 0, 0)));
	EXPECT_EQ(TSRW_PASS_NO_TSOPT, self->fw.result.action);
	EXPECT_EQ(0, sends_data(&self->fw, SEQ, V));
}

/* Until then, an echo may be of what another firewall has sent */
TEST_F(adopt, restores_once_its_own_is_echoed)
{
	u32 own;

	sends_data(&self->fw, SEQ, V);
	is_echoed(&self->fw, ECHO);
	own = sends_data(&self->fw, SEQ, V + 10);
	EXPECT_EQ(0, is_echoed(&self->fw, own));
	self->fw.info.now += SETTLE - 1;
	EXPECT_EQ(0, is_echoed(&self->fw, sends_data(&self->fw, SEQ, V + 20)));
	self->fw.info.now++;
	EXPECT_EQ(0, is_echoed(&self->fw, own + 10));
	own = sends_data(&self->fw, SEQ, V + 30);
	EXPECT_EQ(0, is_echoed(&self->fw, own - 1));
	EXPECT_EQ(V + 30, is_echoed(&self->fw, own));
	EXPECT_TRUE(self->fw.result.verified);
	EXPECT_EQ(0, self->fw.adopt.flags & TSRW_ADOPT_BUSY);
	EXPECT_EQ(0, is_echoed(&self->fw, own - 1));
	EXPECT_EQ(TSRW_ADOPT_ZEROED, self->fw.event);
}

/* A peer that acknowledges two segments at once echoes the first of them */
TEST_F(adopt, asks_again_if_another_is_echoed)
{
	u32 own;

	sends_data(&self->fw, SEQ, V);
	is_echoed(&self->fw, ECHO);
	sends_data(&self->fw, SEQ, V + 10);
	self->fw.info.now += SETTLE;
	sends_data(&self->fw, SEQ, V + 20);
	own = sends_data(&self->fw, SEQ, V + 30);
	EXPECT_EQ(0, is_echoed(&self->fw, own));
	own = sends_data(&self->fw, SEQ, V + 40);
	EXPECT_EQ(V + 40, is_echoed(&self->fw, own));
}

TEST_F(adopt, strips_what_was_sent_before_it_decided)
{
	adopt_flow(&self->fw);
	EXPECT_EQ(0, sends_data(&self->fw, SEQ, V + 19));
	EXPECT_EQ(TSRW_STRIP, self->fw.result.action);
	EXPECT_NE(0, sends_data(&self->fw, SEQ, V + 20));
}

/* Older ones were another's, later ones nobody's */
TEST_F(adopt, accuses_of_later_echoes_alone_after_the_takeover)
{
	adopt_flow(&self->fw);
	self->fw.info.takeover = false;
	EXPECT_EQ(0, is_echoed(&self->fw, ECHO));
	EXPECT_EQ(TSRW_ADOPT_ZEROED, self->fw.event);
	is_echoed(&self->fw, ECHO + LEAD + 11);
	EXPECT_EQ(TSRW_TRANSLATE, self->fw.result.action);
	EXPECT_TRUE(self->fw.result.future);
	EXPECT_FALSE(self->fw.result.verified);
	EXPECT_EQ(ECHO + LEAD + 11, sends_data(&self->fw, SEQ, V + 21));
}

TEST_F(adopt, leaves_what_began_here_as_it_is)
{
	begin_here(&self->fw);
	self->fw.info.takeover = false;
	self->fw.info.idle = 100;
	EXPECT_EQ(ECHO + 5, sends_data(&self->fw, SEQ, V + 5));
	EXPECT_EQ(V + 5, is_echoed(&self->fw, ECHO + 5));
	EXPECT_EQ(V, is_echoed(&self->fw, ECHO));
	is_echoed(&self->fw, ECHO - 1);
	EXPECT_EQ(TSRW_TRANSLATE, self->fw.result.action);
	EXPECT_FALSE(self->fw.result.verified || self->fw.result.future);
	is_echoed(&self->fw, ECHO + 6);
	EXPECT_TRUE(self->fw.result.future);
	EXPECT_EQ(ECHO + 5, sends_data(&self->fw, SEQ, V + 5));
	EXPECT_EQ(0, self->fw.adopt.flags);
}

TEST_F(adopt, keeps_an_offset_that_the_peer_takes)
{
	begin_here(&self->fw);
	tsrw_adopt_doubt(&self->fw.adopt, self->fw.info.now);
	EXPECT_EQ(0, is_echoed(&self->fw, ECHO));
	EXPECT_EQ(0, sends_data(&self->fw, SEQ, V + 50));
	is_echoed(&self->fw, ECHO + 60);
	EXPECT_EQ(ECHO + 60, sends_data(&self->fw, SEQ, V + 60));
	EXPECT_EQ(TSRW_ADOPT_DECIDED, self->fw.event);
	EXPECT_FALSE(self->fw.adopt.flags & TSRW_ADOPT_ADOPTED);
	settle_flow(&self->fw, V + 70);
	EXPECT_EQ(V + 70, is_echoed(&self->fw, ECHO + 70));
	EXPECT_EQ(0, self->fw.adopt.flags);
}

TEST_F(adopt, gives_up_an_offset_that_the_peer_refuses)
{
	begin_here(&self->fw);
	tsrw_adopt_doubt(&self->fw.adopt, self->fw.info.now);
	sends_data(&self->fw, SEQ, V + 50);
	is_echoed(&self->fw, ECHO + 61);
	EXPECT_EQ(ECHO + 61 + LEAD, sends_data(&self->fw, SEQ, V + 60));
	EXPECT_TRUE(self->fw.adopt.flags & TSRW_ADOPT_ADOPTED);
}

/* What is known of the connection before counts for nothing */
TEST_F(adopt, begins_to_doubt_anew)
{
	begin_here(&self->fw);
	is_echoed(&self->fw, ECHO + 61);
	EXPECT_TRUE(self->fw.adopt.flags & TSRW_ADOPT_HAS_ECHO);
	tsrw_adopt_doubt(&self->fw.adopt, self->fw.info.now);
	EXPECT_EQ(0, is_echoed(&self->fw, ECHO + 70));
	EXPECT_EQ(0, sends_data(&self->fw, SEQ, V + 50));
	is_echoed(&self->fw, ECHO + 40);
	tsrw_adopt_doubt(&self->fw.adopt, self->fw.info.now);
	EXPECT_EQ(0, sends_data(&self->fw, SEQ, V + 60));
}

TEST_F(adopt, follows_later_echoes_while_a_takeover_lasts)
{
	begin_here(&self->fw);
	EXPECT_EQ(V, is_echoed(&self->fw, ECHO));
	EXPECT_EQ(0, is_echoed(&self->fw, ECHO + 9));
	EXPECT_EQ(TSRW_ADOPT_ZEROED, self->fw.event);
	EXPECT_EQ(ECHO + 9 + LEAD, sends_data(&self->fw, SEQ, V + 8));
	EXPECT_EQ(TSRW_ADOPT_FOLLOWED, self->fw.event);
	EXPECT_EQ(0, is_echoed(&self->fw, ECHO));
	settle_flow(&self->fw, V + 30);
	EXPECT_EQ(V + 30, is_echoed(&self->fw, ECHO + 9 + LEAD + 22));
}

TEST_F(adopt, does_not_follow_where_it_is_far_enough_ahead)
{
	begin_here(&self->fw);
	is_echoed(&self->fw, ECHO + 9);
	EXPECT_EQ(ECHO + 9, sends_data(&self->fw, SEQ, V + 9));
	EXPECT_EQ(TSRW_ADOPT_NOTHING, self->fw.event);
	/* But another firewall has sent what was echoed */
	EXPECT_EQ(0, is_echoed(&self->fw, ECHO + 9));
}

TEST_F(adopt, does_not_follow_what_is_far)
{
	begin_here(&self->fw);
	arrives_as(&self->fw, seg_data(ACK, 0, SEQ + NEAR + 1, 9, ECHO + 9));
	EXPECT_EQ(ECHO + 8, sends_data(&self->fw, SEQ, V + 8));
	EXPECT_EQ(V + 8, is_echoed(&self->fw, ECHO + 8));
}

/* An echo that came while one lasted does not count afterwards */
TEST_F(adopt, does_not_follow_after_the_takeover)
{
	begin_here(&self->fw);
	is_echoed(&self->fw, ECHO + 9000);
	self->fw.info.takeover = false;
	EXPECT_EQ(ECHO + 8, sends_data(&self->fw, SEQ, V + 8));
	is_echoed(&self->fw, ECHO + 9000);
	EXPECT_EQ(ECHO + 8, sends_data(&self->fw, SEQ, V + 8));
}

/* For a second nothing has passed here: all may have passed elsewhere */
TEST_F(adopt, restores_nothing_after_silence)
{
	begin_here(&self->fw);
	self->fw.info.idle = 1;
	EXPECT_EQ(ECHO + 9, sends_data(&self->fw, SEQ, V + 9));
	EXPECT_EQ(V + 9, is_echoed(&self->fw, ECHO + 9));
	self->fw.info.idle = 2;
	EXPECT_EQ(ECHO + 10, sends_data(&self->fw, SEQ, V + 10));
	self->fw.info.idle = 0;
	EXPECT_EQ(0, is_echoed(&self->fw, ECHO + 10));
	settle_flow(&self->fw, V + 20);
	EXPECT_EQ(V + 20, is_echoed(&self->fw, ECHO + 20));
	self->fw.info.idle = 2;
	EXPECT_EQ(0, is_echoed(&self->fw, ECHO + 20));
}

TEST_F(adopt, tries_without_tsopt_what_gets_no_answer)
{
	begin_here(&self->fw);
	self->fw.info.now++;
	EXPECT_NE(0, sends_data(&self->fw, SEQ, V));
	EXPECT_NE(0, sends_data(&self->fw, SEQ, V));
	self->fw.info.now++;
	EXPECT_EQ(0, sends_data(&self->fw, SEQ, V));
	EXPECT_EQ(TSRW_ADOPT_STRIPPED, self->fw.event);
	self->fw.info.now++;
	EXPECT_NE(0, sends_data(&self->fw, SEQ, V));
	self->fw.info.now++;
	EXPECT_EQ(0, sends_data(&self->fw, SEQ, V));
	/* What is new is another matter */
	EXPECT_NE(0, sends_data(&self->fw, SEQ + 100, V));
}

TEST_F(adopt, counts_tries_until_there_is_an_answer)
{
	u32 i;

	begin_here(&self->fw);
	for (i = 0; i < 20; i++) {
		self->fw.info.now++;
		EXPECT_NE(0, sends_data(&self->fw, SEQ, V));
		is_echoed(&self->fw, ECHO);
	}
	for (i = 0; i < 2; i++) {
		self->fw.info.now++;
		EXPECT_EQ(!i, !!sends_data(&self->fw, SEQ, V));
		arrives_as(&self->fw, seg_data(ACK, 0, SEQ + NEAR + 1, 9, ECHO));
	}
	self->fw.info.takeover = false;
	for (i = 0; i < 4; i++) {
		self->fw.info.now++;
		EXPECT_NE(0, sends_data(&self->fw, SEQ, V));
	}
}

/* The count must not begin anew */
TEST_F(adopt, takes_turns_for_as_long_as_it_lasts)
{
	u32 i, bare = 0;

	begin_here(&self->fw);
	for (i = 0; i < 600; i++) {
		self->fw.info.now++;
		bare += !sends_data(&self->fw, SEQ, V);
	}
	EXPECT_LE(298, bare);
	EXPECT_GE(301, bare);
}

/* A receiver may drop what has no TSopt (RFC 7323 section 3.2) */
TEST_F(adopt, tries_the_old_offset_where_nothing_else_gets_an_answer)
{
	begin_here(&self->fw);
	tsrw_adopt_doubt(&self->fw.adopt, self->fw.info.now);
	EXPECT_EQ(0, sends_data(&self->fw, SEQ + 1, V));
	self->fw.info.now++;
	EXPECT_EQ(0, sends_data(&self->fw, SEQ + 1, V + 1));
	self->fw.info.now++;
	EXPECT_EQ(ECHO + 2, sends_data(&self->fw, SEQ + 1, V + 2));
}

TEST_F(adopt, has_nothing_to_try_without_an_offset)
{
	u32 i;

	for (i = 0; i < 600; i++) {
		self->fw.info.now++;
		EXPECT_EQ(0, sends_data(&self->fw, SEQ, V));
	}
}

static void hear_bare(struct firewall *fw)
{
	arrives_as(fw, without_tsopt(seg_data(ACK, 0, SEQ, 0, 0)));
}

TEST_F(adopt, stamps_one_by_the_clock_where_neither_side_has_tsopts)
{
	sends_data(&self->fw, SEQ, V);
	hear_bare(&self->fw);
	self->fw.info.now += BARE - 1;
	EXPECT_EQ(0, sends_data(&self->fw, SEQ, V));
	self->fw.info.now++;
	EXPECT_EQ(ANCHOR, sends_data(&self->fw, SEQ, V));
	EXPECT_EQ(TSRW_ADOPT_CLOCKED, self->fw.event);
	EXPECT_EQ(0, sends_data(&self->fw, SEQ, V));
	self->fw.info.now += BARE;
	EXPECT_EQ(0, sends_data(&self->fw, SEQ, V));
	hear_bare(&self->fw);
	EXPECT_EQ(ANCHOR, sends_data(&self->fw, SEQ, V));
	EXPECT_EQ(0, is_echoed(&self->fw, ANCHOR));
	EXPECT_EQ(ANCHOR + LEAD, sends_data(&self->fw, SEQ, V));
}

TEST_F(adopt, does_not_stamp_by_the_clock_what_goes_one_way)
{
	struct tsrw_segment rst = seg_data(SEQ, 0, ACK, V, 9);

	sends_data(&self->fw, SEQ, V);
	arrives_as(&self->fw, without_tsopt(seg_data(ACK, 0, SEQ + NEAR + 1, 0, 0)));
	self->fw.info.now += BARE;
	EXPECT_EQ(0, sends_data(&self->fw, SEQ, V));
	hear_bare(&self->fw);
	rst.rst = true;
	EXPECT_EQ(0, leaves_as(&self->fw, rst));
	EXPECT_EQ(0, sends_data(&self->fw, SEQ, 0));
	EXPECT_EQ(ANCHOR, sends_data(&self->fw, SEQ, V));
}

TEST_F(adopt, stamps_by_its_own_offset_if_it_has_one)
{
	begin_here(&self->fw);
	tsrw_adopt_doubt(&self->fw.adopt, self->fw.info.now);
	sends_data(&self->fw, SEQ, V);
	hear_bare(&self->fw);
	self->fw.info.now += BARE;
	EXPECT_EQ(ECHO + 3, sends_data(&self->fw, SEQ, V + 3));
	EXPECT_EQ(TSRW_ADOPT_CLOCKED, self->fw.event);
}

/* He would like to know what the inside clock reads: all he gets is his own echo back */
TEST_F(adopt, tells_a_peer_that_lies_nothing)
{
	struct random rng = { 5 };
	u32 i, tsval = V;

	sends_data(&self->fw, SEQ, tsval);
	for (i = 0; i < 5000; i++) {
		u32 lie = random_u32(&rng), outside;
		u32 before = tsrw_span_rewrite(&self->fw.span, self->fw.span.last);

		tsval += random_below(&rng, 3);
		is_echoed(&self->fw, lie);
		outside = sends_data(&self->fw, SEQ, tsval);
		if (i && !tsrw_after(lie, before + 2))
			continue;
		EXPECT_EQ(lie + LEAD, outside);
	}
}

/* Both forget: each waits for an echo, and strips what the other could echo */
TEST(two_that_face_each_other_find_an_echo)
{
	struct tsrw_adopt_info info = { .takeover = true };
	struct tsrw_adopt adopt[2];
	struct tsrw_span span[2] = {};
	u32 recent[2] = { 1111, 2222 }, tenth, i, with_tsopt = 0;

	tsrw_adopt_begin(&adopt[0], 0);
	tsrw_adopt_begin(&adopt[1], 0);
	for (tenth = 1; tenth < 200; tenth++) {
		info.now = tenth / 10;
		for (i = 0; i < 2; i++) {
			struct tsrw_segment seg = seg_data(100 + i, 10, 100 + !i,
							   5000 + tenth, recent[i]);
			struct tsrw_result result = {};

			info.anchor = 77777 * (i + 1);
			info.acked = 100 + !i;
			tsrw_adopt_egress(&adopt[i], &span[i], &seg, &info, &result);
			seg.has_tsopt = result.action == TSRW_TRANSLATE;
			seg.tsval = tsrw_span_outside(&result.span, seg.tsval);
			info.acked = 100 + i;
			tsrw_adopt_ingress(&adopt[!i], &span[!i], &seg, &info, &result);
			if (seg.has_tsopt && !tsrw_after(recent[!i], seg.tsval))
				recent[!i] = seg.tsval;
			with_tsopt += seg.has_tsopt && info.now >= 10;
		}
	}
	EXPECT_EQ(200, with_tsopt);
}

TEST_HARNESS_MAIN

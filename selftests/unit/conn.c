// SPDX-License-Identifier: GPL-2.0-only
/*
 * Questions about a flow's life: what it goes on from, whether it breaks, may go,
 * is shown, and whose a quoted segment is.
 */
#include "kselftest_harness.h"

#include "segment.h"

#define ANCHOR		0x50000000u
#define OLD_ISN		0x10000000u	/* of the inside end */
#define OLD_TS		0x27000000u	/* its clock */
#define NEW_ISN		0x60000000u
#define NEW_TS		17u
#define OUT_ISN		0x90000000u	/* of the outside end */
#define OUT_TS		0x33330000u
#define MODES		(TSREWRITE_MODE_MAX + 1)
#define NONE		MODES		/* no such connection */

/* What a life looks like, whatever made it so */
static struct tsrw_conn conn_of(u32 committed, u32 candidate)
{
	struct tsrw_conn conn = {
		.map.committed = { .offset = 5000, .first = 10, .last = 100 },
		.map.candidate = { .offset = 9000, .first = 20, .last = 200 },
		.isn_committed = OLD_ISN,
		.isn_candidate = NEW_ISN,
	};

	if (committed != NONE) {
		conn.flags |= TSRW_HAS_COMMITTED;
		conn.state = TSRW_ESTABLISHED;
		conn.mode = committed;
	}
	if (candidate != NONE) {
		conn.flags |= TSRW_HAS_CANDIDATE;
		conn.mode_candidate = candidate;
	}
	return conn;
}

static bool mode_writes(u32 mode)
{
	return mode == TSREWRITE_MODE_REWRITE || mode == TSREWRITE_MODE_BUG;
}

TEST(newest_skips_what_was_not_rewritten)
{
	u32 a, b;

	for (a = 0; a <= NONE; a++) {
		for (b = 0; b <= NONE; b++) {
			struct tsrw_conn conn = conn_of(a, b);
			const struct tsrw_span *newest =
				mode_writes(b) ? &conn.map.candidate :
				mode_writes(a) ? &conn.map.committed : NULL;

			EXPECT_EQ(newest, tsrw_conn_newest_span(&conn))
				TH_LOG("modes %u %u", a, b);
		}
	}
}

TEST(newest_is_the_later_outside)
{
	struct tsrw_conn conn = conn_of(TSREWRITE_MODE_REWRITE,
					TSREWRITE_MODE_BUG);

	conn.map.candidate.last = 0xffffffff - 9000;
	conn.map.committed.last = 3u - 5000;
	EXPECT_EQ(&conn.map.committed, tsrw_conn_newest_span(&conn));
	conn.map.candidate.last = 4u - 9000;
	EXPECT_EQ(&conn.map.candidate, tsrw_conn_newest_span(&conn));
	/* the same: either will do */
	conn.map.candidate.last = 3u - 9000;
	EXPECT_EQ(3, tsrw_span_rewrite(tsrw_conn_newest_span(&conn),
				       tsrw_conn_newest_span(&conn)->last));
	/* one that was not rewritten does not hide the other, however late */
	conn.map.committed.last = 1000000;
	conn.mode = TSREWRITE_MODE_OBSERVE;
	EXPECT_EQ(&conn.map.candidate, tsrw_conn_newest_span(&conn));
}

TEST(breaks_if_one_that_is_not_over_is_rewritten)
{
	u32 a, b, state;

	for (a = 0; a <= NONE; a++) {
		for (b = 0; b <= NONE; b++) {
			struct tsrw_conn conn = conn_of(a, b);

			EXPECT_EQ(mode_writes(a) || mode_writes(b),
				  tsrw_conn_breaks(&conn))
				TH_LOG("modes %u %u", a, b);
			conn.state = TSRW_CLOSED;
			EXPECT_EQ(mode_writes(b), tsrw_conn_breaks(&conn))
				TH_LOG("closed, modes %u %u", a, b);
		}
	}
	for (state = 0; state < TSRW_STATES; state++) {
		struct tsrw_conn conn = conn_of(TSREWRITE_MODE_REWRITE, NONE);

		conn.state = state;
		EXPECT_EQ(state != TSRW_CLOSED, tsrw_conn_breaks(&conn));
	}
}

TEST(only_what_is_over_may_be_forgotten)
{
	u32 a, b, state;

	for (a = 0; a < MODES; a++) {
		for (b = 0; b <= NONE; b++) {
			for (state = 0; state < TSRW_STATES; state++) {
				struct tsrw_conn conn = conn_of(a, b);

				conn.state = state;
				EXPECT_EQ((state == TSRW_CLOSED && b == NONE) ||
					  tsrw_conn_only_counts(&conn),
					  tsrw_conn_may_be_forgotten(&conn,
								     0x10000))
					TH_LOG("modes %u %u state %u", a, b,
					       state);
			}
		}
	}
}

/* The anchor is to have overtaken the last outside TSval, 5100 */
TEST(forgotten_is_what_nobody_would_begin_before)
{
	struct tsrw_conn conn = conn_of(TSREWRITE_MODE_REWRITE, NONE);

	conn.state = TSRW_CLOSED;
	EXPECT_FALSE(tsrw_conn_may_be_forgotten(&conn, 5099));
	EXPECT_FALSE(tsrw_conn_may_be_forgotten(&conn, 5100));
	EXPECT_TRUE(tsrw_conn_may_be_forgotten(&conn, 5101));
	EXPECT_TRUE(tsrw_conn_may_be_forgotten(&conn, 5100 + 0x7fffffffu));
	EXPECT_FALSE(tsrw_conn_may_be_forgotten(&conn, 5100 + 0x80000001));
	conn.mode = TSREWRITE_MODE_BUG;
	EXPECT_FALSE(tsrw_conn_may_be_forgotten(&conn, 5100));

	/* it left no last value */
	conn.mode = TSREWRITE_MODE_OBSERVE;
	EXPECT_TRUE(tsrw_conn_may_be_forgotten(&conn, 5099));
	conn.mode = TSREWRITE_MODE_STRIP;
	EXPECT_TRUE(tsrw_conn_may_be_forgotten(&conn, 5099));
}

TEST(shown_is_the_committed_one_if_any)
{
	u32 a, b;

	for (a = 0; a < MODES; a++) {
		for (b = 0; b < MODES; b++) {
			struct tsrw_conn conn = conn_of(a, b);

			EXPECT_EQ(&conn.map.committed, tsrw_conn_shown_span(&conn));
			EXPECT_EQ(a, tsrw_conn_mode(&conn,
						    tsrw_conn_shown_span(&conn)));
			EXPECT_EQ(b, tsrw_conn_mode(&conn,
						    &conn.map.candidate));
			conn = conn_of(NONE, b);
			EXPECT_EQ(&conn.map.candidate, tsrw_conn_shown_span(&conn));
			EXPECT_EQ(b, tsrw_conn_mode(&conn,
						    tsrw_conn_shown_span(&conn)));
		}
	}
}

/* Whose the timestamps of a quoted segment are */
enum owner {
	NOBODY,
	COMMITTED,
	CANDIDATE,
};

static enum owner owner_of_quote(const struct tsrw_conn *conn, struct tsrw_segment seg,
				 enum tsrw_direction dir)
{
	struct tsrw_span span = {};

	if (!tsrw_conn_quoted_span(conn, &seg, dir, &span))
		return NOBODY;
	if (!memcmp(&span, &conn->map.candidate, sizeof(span)))
		return CANDIDATE;
	return memcmp(&span, &conn->map.committed, sizeof(span)) ? NOBODY :
								   COMMITTED;
}

static enum owner quoted_out(const struct tsrw_conn *conn,
			     struct tsrw_segment seg)
{
	return owner_of_quote(conn, seg, TSRW_EGRESS);
}

static enum owner quoted_in(const struct tsrw_conn *conn,
			    struct tsrw_segment seg)
{
	return owner_of_quote(conn, seg, TSRW_INGRESS);
}

static struct tsrw_segment out_data(u32 seq)
{
	return seg_data(seq, 100, OUT_ISN + 1, OLD_TS + 1, OUT_TS);
}

static struct tsrw_segment in_data(u32 ack)
{
	return seg_data(OUT_ISN + 1, 100, ack, OUT_TS, ANCHOR);
}

/* A new connection begins in any mode where an old one of any mode is, or none */
struct pair {
	struct tsrw_conn conn;
	u32 count, old, new;
	enum owner old_out, new_out, old_in;
};

FIXTURE(quote) {
	struct pair p;
};

FIXTURE_VARIANT(quote) {
	bool inbound;
};

FIXTURE_VARIANT_ADD(quote, begun_inside) {
	false
};

FIXTURE_VARIANT_ADD(quote, begun_outside) {
	true
};

static void make_committed(struct tsrw_conn *conn, u32 mode)
{
	leave_by(conn, seg_syn(OLD_ISN, OLD_TS), mode, ANCHOR);
	arrive_by(conn, seg_syn_ack(OUT_ISN, OLD_ISN + 1, OUT_TS, ANCHOR), mode);
	leave_at(conn, out_data(OLD_ISN + 1), 0);
}

FIXTURE_SETUP(quote)
{
}

FIXTURE_TEARDOWN(quote)
{
}

static struct tsrw_segment new_segment(bool inbound)
{
	return inbound ? seg_syn_ack(NEW_ISN, OUT_ISN + 5001, NEW_TS, OUT_TS) :
			 seg_syn(NEW_ISN, NEW_TS);
}

static void make_pair(struct pair *pair, bool inbound)
{
	bool old = pair->old != NONE;

	memset(&pair->conn, 0, sizeof(pair->conn));
	if (old)
		make_committed(&pair->conn, pair->old);
	leave_by(&pair->conn, new_segment(inbound), pair->new, ANCHOR + 10);
	pair->new_out = mode_writes(pair->new) ? CANDIDATE : NOBODY;
	pair->old_out = !old ? pair->new_out :
			mode_writes(pair->old) ? COMMITTED : NOBODY;
	pair->old_in = (old ? pair->old : pair->new) != TSREWRITE_MODE_REWRITE ?
		       NOBODY : old ? COMMITTED : CANDIDATE;
}

/* False behind the last pair of modes; neither is off to begin a flow with */
static bool next_pair(struct pair *pair, bool inbound)
{
	do {
		pair->old = 1 + pair->count / MODES;
		pair->new = pair->count++ % MODES;
		if (pair->old > NONE)
			return false;
	} while (pair->old == NONE && pair->new == TSREWRITE_MODE_OFF);
	make_pair(pair, inbound);
	return true;
}

static void expect_owner(struct __test_metadata *_metadata,
			 const struct pair *pair, enum owner wanted,
			 enum owner said)
{
	EXPECT_EQ(wanted, said)
		TH_LOG("modes %u %u", pair->old, pair->new);
}

#define EXPECT_OWNER(wanted, said)					\
	expect_owner(_metadata, &self->p, wanted, said)

/* ICMP errors about what left */
TEST_F(quote, of_what_began_out_is_the_candidates)
{
	while (next_pair(&self->p, variant->inbound)) {
		struct tsrw_segment seg = new_segment(variant->inbound);

		EXPECT_OWNER(self->p.new_out, quoted_out(&self->p.conn, seg));
	}
}

TEST_F(quote, of_another_syn_out_is_the_committed_ones)
{
	static const u32 others[] = { OLD_ISN, NEW_ISN + 1, NEW_ISN - 1 };
	u32 i;

	while (next_pair(&self->p, variant->inbound)) {
		for (i = 0; i < ARRAY_SIZE(others); i++) {
			struct tsrw_segment seg = seg_syn(others[i], OLD_TS);

			EXPECT_OWNER(self->p.old_out,
				     quoted_out(&self->p.conn, seg));
		}
	}
}

/* A server's first data may leave before it is confirmed (RFC 7413) */
TEST_F(quote, of_first_data_out_is_of_a_candidate_begun_outside)
{
	static const u32 first[] = {
		NEW_ISN + 1, NEW_ISN + 1 + TSRW_FIRST_WINDOW,
	};
	u32 i;

	while (next_pair(&self->p, variant->inbound)) {
		for (i = 0; i < ARRAY_SIZE(first); i++)
			EXPECT_OWNER(variant->inbound ? self->p.new_out :
							self->p.old_out,
				     quoted_out(&self->p.conn,
						out_data(first[i])));
	}
}

TEST_F(quote, of_other_data_out_is_the_committed_ones)
{
	static const u32 others[] = {
		OLD_ISN + 1, NEW_ISN, NEW_ISN + 2 + TSRW_FIRST_WINDOW,
	};
	u32 i;

	while (next_pair(&self->p, variant->inbound)) {
		for (i = 0; i < ARRAY_SIZE(others); i++)
			EXPECT_OWNER(self->p.old_out,
				     quoted_out(&self->p.conn,
						out_data(others[i])));
		EXPECT_OWNER(self->p.old_out,
			     quoted_out(&self->p.conn, seg_rst(OLD_ISN + 1)));
	}
}

/* ICMP errors of the inside about what had arrived: what is a candidate's commits
 * it, and what answers another connection was not restored
 */
TEST_F(quote, of_what_arrived_is_the_committed_ones)
{
	const struct tsrw_segment arrived[] = {
		in_data(OLD_ISN + 1), in_data(NEW_ISN + 1), in_data(NEW_ISN),
		seg_syn_ack(OUT_ISN, OLD_ISN + 1, OUT_TS, ANCHOR),
		seg_syn_ack(NEW_ISN, OLD_ISN + 1, OUT_TS, ANCHOR),
	};
	u32 i;

	while (next_pair(&self->p, variant->inbound)) {
		for (i = 0; i < ARRAY_SIZE(arrived); i++) {
			bool other = self->p.old == NONE && !variant->inbound &&
				     arrived[i].ack != NEW_ISN + 1;

			EXPECT_OWNER(other ? NOBODY : self->p.old_in,
				     quoted_in(&self->p.conn, arrived[i]));
		}
	}
}

/* Neither was its TSecr restored */
TEST_F(quote, of_what_arrived_without_ack_is_nobodys)
{
	struct tsrw_segment seg = in_data(OLD_ISN + 1);

	seg.has_ack = false;
	while (next_pair(&self->p, variant->inbound)) {
		EXPECT_OWNER(NOBODY, quoted_in(&self->p.conn, seg));
		EXPECT_OWNER(NOBODY, quoted_in(&self->p.conn,
					       seg_syn(OUT_ISN, OUT_TS)));
		EXPECT_OWNER(NOBODY, quoted_in(&self->p.conn,
					       seg_syn(NEW_ISN, OUT_TS)));
	}
}

/* Let it pass, then ask whose its quote is */
static bool is_quoted_as_it_passed(struct tsrw_conn conn,
				   struct tsrw_segment seg, u32 dir)
{
	struct tsrw_result result = dir == TSRW_EGRESS ?
		leave_by(&conn, seg, TSREWRITE_MODE_REWRITE, ANCHOR + 10) :
		arrive_segment(&conn, seg);
	struct tsrw_span span;
	bool changed;

	/* another connection began or ended with it */
	if (result.events & ~TSRW_EVENT_RETRANSMIT || !seg.has_tsopt ||
	    result.action == TSRW_ZERO)
		return true;
	changed = tsrw_conn_quoted_span(&conn, &seg, dir, &span);
	if (result.action != TSRW_TRANSLATE)
		return !changed;
	return changed && result.span.offset == span.offset;
}

TEST_F(quote, is_what_the_segment_was_translated_by)
{
	const struct tsrw_segment segs[] = {
		seg_syn(NEW_ISN, NEW_TS), out_data(OLD_ISN + 1),
		seg_syn_ack(NEW_ISN, OUT_ISN + 5001, NEW_TS, OUT_TS),
		out_data(NEW_ISN + 1), out_data(NEW_ISN + 5000),
		out_data(NEW_ISN + 2 + TSRW_FIRST_WINDOW),
		in_data(OLD_ISN + 1), in_data(NEW_ISN + 1),
		seg_syn_ack(OUT_ISN, NEW_ISN + 1, OUT_TS, ANCHOR),
		seg_syn(OUT_ISN, OUT_TS), seg_rst(OUT_ISN + 1),
	};
	u32 i;

	while (next_pair(&self->p, variant->inbound)) {
		for (i = 0; i < 2 * ARRAY_SIZE(segs); i++)
			EXPECT_TRUE(is_quoted_as_it_passed(self->p.conn,
							   segs[i / 2], i & 1))
				TH_LOG("modes %u %u segment %u direction %u",
				       self->p.old, self->p.new, i / 2, i & 1);
	}
}

/* All of it is that one's, in both directions; the candidate's span is stale */
static void commit_pair(struct pair *pair, bool inbound)
{
	struct tsrw_conn *conn = &pair->conn;
	u32 outside = tsrw_span_rewrite(&conn->map.candidate, NEW_TS);

	arrive_segment(conn, inbound ?
		       seg_data(OUT_ISN + 5001, 0, NEW_ISN + 1, OUT_TS, outside) :
		       seg_syn_ack(OUT_ISN + 5000, NEW_ISN + 1, OUT_TS, outside));
	memset(&conn->map.candidate, 0xa5, sizeof(conn->map.candidate));
}

TEST_F(quote, after_the_commit)
{
	while (next_pair(&self->p, variant->inbound)) {
		enum owner out = mode_writes(self->p.new) ? COMMITTED : NOBODY;
		enum owner in = self->p.new == TSREWRITE_MODE_REWRITE ?
				COMMITTED : NOBODY;
		struct tsrw_conn *conn = &self->p.conn;

		commit_pair(&self->p, variant->inbound);
		EXPECT_OWNER(out, quoted_out(conn, seg_syn(NEW_ISN, NEW_TS)));
		EXPECT_OWNER(out, quoted_out(conn, out_data(NEW_ISN + 1)));
		EXPECT_OWNER(out, quoted_out(conn, out_data(NEW_ISN - 9)));
		EXPECT_OWNER(in, quoted_in(conn, in_data(NEW_ISN + 1)));
		EXPECT_OWNER(in, quoted_in(conn, seg_syn_ack(OUT_ISN + 5000,
							     NEW_ISN + 1,
							     OUT_TS, ANCHOR)));
		EXPECT_OWNER(NOBODY, quoted_in(conn, seg_syn(OUT_ISN, OUT_TS)));
		conn->state = TSRW_CLOSED;
		EXPECT_OWNER(out, quoted_out(conn, out_data(NEW_ISN + 1)));
		EXPECT_OWNER(in, quoted_in(conn, in_data(NEW_ISN + 1)));
	}
}

TEST_HARNESS_MAIN

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Connections that are taken up in their middle, by their offset.
 */
#include "kselftest_harness.h"

#include "core/resume.h"
#include "segment.h"

#define OFFSET		0x9abcdef0u
#define IN_SEQ		0x20000000u	/* where the inside end is */
#define OUT_SEQ		0x70000000u	/* where the outside end is */
#define IN_TS		0x01020304u	/* the inside host's clock */
#define OUT_TS		0x33330000u	/* the outside host's clock */
#define ANCHOR		0x50000000u

static struct tsrw_segment leaving_data(u32 tsval)
{
	return seg_data(IN_SEQ, 100, OUT_SEQ, tsval, OUT_TS);
}

static struct tsrw_segment arriving_data(u32 tsecr)
{
	return seg_data(OUT_SEQ, 100, IN_SEQ, OUT_TS, tsecr);
}

static struct tsrw_result resume_leaving(struct tsrw_conn *conn)
{
	struct tsrw_segment seg = leaving_data(IN_TS);

	tsrw_resume(conn, &seg, OFFSET);
	return leave_at(conn, seg, 0);
}

TEST(leaving_segment_is_translated)
{
	struct tsrw_conn conn = {};
	struct tsrw_result result = resume_leaving(&conn);

	EXPECT_EQ(TSRW_ESTABLISHED, state_of(&conn));
	EXPECT_EQ(IN_TS + OFFSET, seen_outside(&result, IN_TS));
	EXPECT_EQ(0, result.events);
	EXPECT_EQ(0, result.outcome);
	EXPECT_EQ(IN_TS, conn.map.committed.last);
}

/* What the inside host said before is echoed as well */
TEST(later_segments_are_as_usual)
{
	struct tsrw_conn conn = {};
	struct tsrw_result result;

	resume_leaving(&conn);
	result = arrive_segment(&conn, arriving_data(IN_TS - 5 + OFFSET));
	EXPECT_EQ(IN_TS - 5, told_inside(&result, IN_TS - 5 + OFFSET));
	EXPECT_TRUE(result.verified);
	result = arrive_segment(&conn, arriving_data(IN_TS + 60000 + OFFSET));
	EXPECT_EQ(IN_TS + 60000, told_inside(&result, IN_TS + 60000 + OFFSET));
	EXPECT_FALSE(result.verified);
	result = leave_at(&conn, leaving_data(IN_TS + 70000), 0);
	EXPECT_EQ(IN_TS + 70000 + OFFSET, seen_outside(&result, IN_TS + 70000));
	result = arrive_segment(&conn, arriving_data(IN_TS + 70000 + OFFSET));
	EXPECT_TRUE(result.verified);
}

TEST(syn_begins_another_connection)
{
	struct tsrw_conn conn = {};
	struct tsrw_result result;

	resume_leaving(&conn);
	result = leave_at(&conn, seg_syn(IN_SEQ + 5000000, IN_TS + 9), ANCHOR);
	EXPECT_EQ(TSRW_EVENT_REUSED, result.events);
	EXPECT_TRUE(tsrw_after(seen_outside(&result, IN_TS + 9), IN_TS + OFFSET));
	result = leave_at(&conn, leaving_data(IN_TS + 10), 0);
	EXPECT_EQ(IN_TS + 10 + OFFSET, seen_outside(&result, IN_TS + 10));
}

/* The restored value may be 0, and both may wrap */
TEST(any_offset_and_any_clock)
{
	static const u32 edges[] = { 1, 2, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff };

	for (size_t i = 0; i < 6; i++) {
		for (size_t j = 0; j < 6; j++) {
			struct tsrw_segment seg = leaving_data(edges[i]);
			struct tsrw_conn conn = {};
			struct tsrw_result result;
			u32 out = edges[i] + edges[j];

			tsrw_resume(&conn, &seg, edges[j]);
			result = leave_at(&conn, seg, 0);
			EXPECT_EQ(out ?: 1, seen_outside(&result, edges[i]));
		}
	}
}

TEST_HARNESS_MAIN

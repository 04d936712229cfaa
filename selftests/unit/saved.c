// SPDX-License-Identifier: GPL-2.0-only
/*
 * States of connections that were saved: which of them a flow can have.
 */
#include "kselftest_harness.h"

#include "core/saved.h"
#include "segment.h"

#define IN_SEQ	0x20000000u
#define OUT_SEQ 0x70000000u
#define IN_TS	0x01020304u
#define OUT_TS	0x33330000u
#define ANCHOR	0x50000000u

TEST(states_that_segments_lead_to_are_sound)
{
	struct tsrw_conn conn = {};
	struct tsrw_result result;
	u32 outside;

	result = leave_at(&conn, seg_syn(IN_SEQ, IN_TS), ANCHOR);
	EXPECT_TRUE(tsrw_saved_is_sound(&conn));
	outside = seen_outside(&result, IN_TS);
	arrive_segment(&conn, seg_syn_ack(OUT_SEQ, IN_SEQ + 1, OUT_TS, outside));
	EXPECT_EQ(TSRW_ESTABLISHED, state_of(&conn));
	EXPECT_TRUE(tsrw_saved_is_sound(&conn));
	leave_at(&conn, seg_data(IN_SEQ + 1, 100, OUT_SEQ + 1, IN_TS + 1, OUT_TS), 0);
	EXPECT_TRUE(tsrw_saved_is_sound(&conn));
	leave_at(&conn, seg_syn(IN_SEQ + 5000000, IN_TS + 9), ANCHOR);
	EXPECT_TRUE(tsrw_saved_is_sound(&conn));
}

TEST(others_are_not)
{
	for (unsigned int state = 0; state < 4; state++) {
		for (unsigned int flags = 0; flags < 4; flags++) {
			struct tsrw_conn conn = {
				.state = state, .flags = flags,
				.mode = TSREWRITE_MODE_REWRITE,
				.mode_candidate = TSREWRITE_MODE_REWRITE,
			};
			bool committed = flags & TSRW_HAS_COMMITTED;
			bool sound = state == TSRW_EMBRYONIC ? flags == TSRW_HAS_CANDIDATE :
				     state < TSRW_STATES && committed;

			EXPECT_EQ(sound, tsrw_saved_is_sound(&conn));
		}
	}
}

TEST(modes_that_there_are_not)
{
	struct tsrw_conn conn = {
		.state = TSRW_ESTABLISHED, .flags = TSRW_HAS_COMMITTED,
	};

	for (unsigned int mode = 0; mode < 8; mode++) {
		conn.mode = mode;
		conn.mode_candidate = TSREWRITE_MODE_OFF;
		EXPECT_EQ(mode <= TSRW_MODE_BARE, tsrw_saved_is_sound(&conn));
		conn.mode = TSREWRITE_MODE_OFF;
		conn.mode_candidate = mode;
		EXPECT_EQ(mode <= TSRW_MODE_BARE, tsrw_saved_is_sound(&conn));
	}
}

TEST_HARNESS_MAIN

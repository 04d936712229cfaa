// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which group a packet's mark names, what share of its connections is treated, and what is
 * counted where, in kmod/group.c.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kselftest_harness.h"

#include "group.h"

unsigned long kernel_jiffies;
int kernel_cpu, kernel_grace_periods;

FIXTURE(group)
{
	struct tsrw_groups groups;
	struct tsrw_retired retired;
	struct netlink_ext_ack extack;
};

FIXTURE_SETUP(group)
{
	memset(self, 0, sizeof(*self));
	tsrw_retired_init(&self->retired);
	ASSERT_EQ(0, tsrw_groups_init(&self->groups));
	kernel_cpu = 0;
	kernel_grace_periods = 0;
}

FIXTURE_TEARDOWN(group)
{
	tsrw_groups_free(&self->groups);
}

/* NULL if it is refused */
static struct tsrw_group *add_group(struct tsrw_groups *groups, struct tsrw_retired *retired,
				    const char *name, u8 id)
{
	struct netlink_ext_ack extack = { };
	struct tsrw_group *group = tsrw_group_add(groups, retired, name, id, &extack);

	return (long)group < 0 && (long)group > -4096 ? NULL : group;
}

#define ADD(name, id)	add_group(&self->groups, &self->retired, name, id)

TEST_F(group, default_one_is_off)
{
	const struct tsrw_group *group = tsrw_group_by_id(&self->groups, 0);

	EXPECT_EQ(TSREWRITE_MODE_OFF, tsrw_group_mode(group, 0));
	EXPECT_EQ(TSREWRITE_MODE_OFF, tsrw_group_mode(group, ~0U));
	EXPECT_FALSE(tsrw_group_counts_untouched(group));
	EXPECT_FALSE(tsrw_groups_any_hides(&self->groups, 7));
}

TEST_F(group, mark_names_one_and_loses_its_bits_alone)
{
	struct tsrw_group *alpha = ADD("alpha", 0x12), *beta = ADD("beta", 0xfe);
	u32 mark = 0x12345678;

	EXPECT_EQ(alpha, tsrw_group_of_mark(&self->groups, &mark));
	EXPECT_EQ(0x00345678, mark);
	mark = 0xfe000000;
	EXPECT_EQ(beta, tsrw_group_of_mark(&self->groups, &mark));
	EXPECT_EQ(0, mark);
	mark = 0x13000001;
	EXPECT_EQ(0, tsrw_group_of_mark(&self->groups, &mark)->id);
	EXPECT_EQ(1, mark);
}

TEST_F(group, mask_in_the_middle_of_the_mark)
{
	struct tsrw_group *alpha;
	u32 mark = 0xabcdefab;

	ASSERT_EQ(0, tsrw_groups_set_mark_mask(&self->groups, 0x0003c000, &self->extack));
	alpha = ADD("alpha", 0xb & (0xabcdefab >> 14));
	EXPECT_NE(NULL, alpha);
	EXPECT_EQ(alpha->id, 0xb & (mark >> 14));
	mark = (u32)alpha->id << 14 | 0xfff00001;
	EXPECT_EQ(alpha, tsrw_group_of_mark(&self->groups, &mark));
	EXPECT_EQ(0xfff00001, mark);
	EXPECT_EQ(NULL, ADD("beta", 16));
}

/* Marks may be the user's own while there are no groups */
TEST_F(group, mark_is_left_alone_without_groups)
{
	u32 mark = 0x12345678;

	tsrw_group_of_mark(&self->groups, &mark);
	EXPECT_EQ(0x12345678, mark);
}

/* Of so many hashes, evenly spread */
static int count_treated(const struct tsrw_group *group, unsigned int steps)
{
	int treated = 0;

	for (unsigned int i = 0; i < steps; i++)
		treated += tsrw_group_mode(group, (u32)(((2ULL * i + 1) << 31) / steps)) ==
			   TSREWRITE_MODE_REWRITE;
	return treated;
}

TEST_F(group, canary_is_the_share_that_is_treated)
{
	struct tsrw_group *group = ADD("alpha", 1);
	static const u8 shares[] = { 0, 1, 7, 10, 50, 63, 99, 100 };

	group->settings.mode = TSREWRITE_MODE_REWRITE;
	for (size_t i = 0; i < sizeof(shares); i++) {
		group->settings.canary = shares[i];
		EXPECT_EQ(100 * shares[i], count_treated(group, 10000)) {
			TH_LOG("canary %u", shares[i]);
		}
	}
}

/* The rest is only observed; if the mode is off, so is all */
TEST_F(group, control_is_observed)
{
	struct tsrw_group *group = ADD("alpha", 1);

	group->settings.mode = TSREWRITE_MODE_STRIP;
	group->settings.canary = 0;
	EXPECT_EQ(TSREWRITE_MODE_OBSERVE, tsrw_group_mode(group, 5));
	group->settings.mode = TSREWRITE_MODE_OFF;
	EXPECT_EQ(TSREWRITE_MODE_OFF, tsrw_group_mode(group, 5));
}

TEST_F(group, what_passes_untouched_is_counted_for_those_who_look)
{
	struct tsrw_group *group = ADD("alpha", 1);

	EXPECT_FALSE(tsrw_group_counts_untouched(group));
	group->settings.tripped = true;
	EXPECT_TRUE(tsrw_group_counts_untouched(group));
	group->settings.tripped = false;
	group->settings.count = true;
	EXPECT_TRUE(tsrw_group_counts_untouched(group));
	group->settings.count = false;
	group->settings.mode = TSREWRITE_MODE_OBSERVE;
	EXPECT_TRUE(tsrw_group_counts_untouched(group));
}

static u64 count_in(const struct tsrw_group *group, enum tsrw_arm arm, unsigned int what)
{
	u64 sum[TSREWRITE_A_GROUP_STATS_MAX + 1];

	tsrw_group_sum(group, arm, sum);
	return sum[what];
}

/* What two CPUs count adds up; each arm and origin by itself */
TEST_F(group, counters_by_arm_and_origin)
{
	struct tsrw_group *group = ADD("alpha", 1);
	const unsigned int what = TSREWRITE_A_GROUP_STATS_TIMED_OUT;

	group->settings.count = true;
	for (int i = 0; i < 13; i++) {
		kernel_cpu = i & 1;
		tsrw_group_count_conn(group, TSREWRITE_MODE_REWRITE, false, what);
		if (i < 7)
			tsrw_group_count_conn(group, TSREWRITE_MODE_OBSERVE, false, what);
		if (i < 5)
			tsrw_group_count_conn(group, TSREWRITE_MODE_REWRITE, true, what);
		if (i < 3)
			tsrw_group_count_conn(group, TSREWRITE_MODE_OFF, true, what);
	}
	EXPECT_EQ(13, count_in(group, TSRW_TREATED, what));
	EXPECT_EQ(7, count_in(group, TSRW_CONTROL, what));
	EXPECT_EQ(0, count_in(group, TSRW_UNTOUCHED, what));
	EXPECT_EQ(5, count_in(group, TSRW_TREATED, TSREWRITE_A_GROUP_STATS_INBOUND_TIMED_OUT));
	EXPECT_EQ(0, count_in(group, TSRW_CONTROL, TSREWRITE_A_GROUP_STATS_INBOUND_TIMED_OUT));
	EXPECT_EQ(3, count_in(group, TSRW_UNTOUCHED, TSREWRITE_A_GROUP_STATS_INBOUND_TIMED_OUT));
}

/* An id that flows may still have is nobody's yet */
TEST_F(group, ids_are_used_again_when_no_flow_has_them)
{
	struct tsrw_group *alpha = ADD("alpha", 0);

	EXPECT_EQ(1, alpha->id);
	EXPECT_EQ(2, ADD("beta", 0)->id);
	tsrw_group_remove(&self->groups, alpha);
	tsrw_retired_add(&self->retired, TSRW_ID_GROUP, 1);
	tsrw_group_free(alpha);
	EXPECT_EQ(3, ADD("gamma", 0)->id);
	EXPECT_EQ(NULL, ADD("delta", 1));
	tsrw_retired_begin(&self->retired);
	EXPECT_EQ(NULL, ADD("delta", 1));
	tsrw_retired_end(&self->retired);
	EXPECT_EQ(1, ADD("delta", 0)->id);
}

/* Hooks that have found it may still begin flows in it */
TEST_F(group, removed_one_is_freed_after_a_grace_period)
{
	struct tsrw_group *alpha = ADD("alpha", 4);

	tsrw_group_remove(&self->groups, alpha);
	EXPECT_EQ(1, kernel_grace_periods);
	EXPECT_EQ(0, tsrw_group_by_id(&self->groups, 4)->id);
	EXPECT_EQ(0, self->groups.count);
	tsrw_group_free(alpha);
}

TEST_F(group, modes_of_any_group)
{
	struct tsrw_group *group = ADD("alpha", 200);

	ADD("beta", 3);
	group->settings.mode = TSREWRITE_MODE_STRIP;
	EXPECT_TRUE(tsrw_groups_any_hides(&self->groups, 7));
	EXPECT_FALSE(tsrw_groups_any_writes(&self->groups, 7));
	EXPECT_FALSE(tsrw_groups_have_writing_mode(&self->groups));
	group->settings.mode = TSREWRITE_MODE_BUG;
	group->settings.canary = 0;
	EXPECT_FALSE(tsrw_groups_any_writes(&self->groups, 7));
	EXPECT_TRUE(tsrw_groups_have_writing_mode(&self->groups));
}

TEST_HARNESS_MAIN

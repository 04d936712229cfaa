// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whether a group's connections fare as usual: what is found, how soon, whose fault
 * it looks like and since when; and what is not found on a normal day.
 */
#include <math.h>
#include <string.h>

#include "kselftest_harness.h"

#include "core/serial.h"
#include "watch/judge.h"
#include "usual/tail_probability.h"
#include "random.h"

#define HOUR 3600

static const struct thresholds defaults = {
	.min_attempts = 5, .drop = 0.5, .history = 900,
};

FIXTURE(judge) {
	struct judge *judge;
	__u64 now;
	bool open;	/* as the caller does: nothing is learnt while it lasts */
	struct finding finding;
	struct arms counted[ORIGINS];
	struct random random;
};

FIXTURE_SETUP(judge)
{
	self->judge = calloc(1, sizeof(*self->judge));
	ASSERT_NE(NULL, self->judge);
	self->now = 100000;
	self->random.state = 1;
}

FIXTURE_TEARDOWN(judge)
{
	free(self->judge);
}

#define judge_data FIXTURE_DATA(judge)

static struct counts *counts_of(judge_data *self, enum arm arm)
{
	return &self->counted[ORIGIN_INSIDE].arm[arm];
}

static void end_second(judge_data *self)
{
	self->finding = judge_second(self->judge, ++self->now, self->counted,
				     !self->open, &defaults);
	memset(self->counted, 0, sizeof(self->counted));
}

static void came_up(struct counts *counts, unsigned int count)
{
	counts->n[COUNT_ATTEMPTS] += count;
	counts->n[COUNT_ANSWERED] += count;
	counts->n[COUNT_ESTABLISHED] += count;
	counts->n[COUNT_VERIFIED] += 5 * count;
}

/* RST of ours for each answer */
static void add_refused(struct counts *counts, unsigned int count, bool impossible)
{
	counts->n[COUNT_ATTEMPTS] += count;
	counts->n[COUNT_ANSWERED] += count;
	counts->n[COUNT_REFUSED_BY_US] += count;
	counts->n[impossible ? COUNT_IMPOSSIBLE : COUNT_VERIFIED] += count;
}

static void add_unanswered(struct counts *counts, unsigned int count)
{
	counts->n[COUNT_ATTEMPTS] += count;
}

/* Chance, the same at each run */
static bool happens_by_chance(judge_data *self, double probability)
{
	return random_below(&self->random, 1000000) < probability * 1e6;
}

static unsigned int some_up_to(judge_data *self, unsigned int most)
{
	return random_below(&self->random, most + 1);
}

/* @seconds of the same, in which nothing may be found; the last is left open */
#define NORMAL(seconds, count) do {					\
	for (int i_ = 0; i_ < (seconds); i_++) {			\
		came_up(counts_of(self, ARM_TREATED), count);		\
		end_second(self);					\
		ASSERT_EQ(FINDING_NONE, self->finding.kind) {		\
			TH_LOG("after %d s", i_);			\
		}							\
	}								\
} while (0)

/* Until something of that kind is found, in @most seconds */
#define UNTIL(expected, most, what) ({					\
	enum finding_kind wanted_ = (expected);				\
	int i_;								\
	for (i_ = 0; i_ < (most) && self->finding.kind != wanted_; i_++) { \
		what;							\
		end_second(self);					\
	}								\
	EXPECT_EQ(wanted_, self->finding.kind);				\
	i_;								\
})

static bool is_about(double a, double b)
{
	return fabs(a - b) <= 0.0001 * fabs(b);
}

TEST(tails)
{
	EXPECT_TRUE(is_about(1 / 1e10, tail_probability_binomial(0, 5, 0.99)));
	EXPECT_TRUE(is_about(0.0546875, tail_probability_binomial(2, 10, 0.5)));
	EXPECT_TRUE(is_about(0.9892578, tail_probability_binomial(8, 10, 0.5)));
	EXPECT_TRUE(is_about(1, tail_probability_binomial(10, 10, 0.5)));
	/* R: pbinom(400, 1000, 0.5) */
	EXPECT_TRUE(is_about(1.364232 / 1e10, tail_probability_binomial(400, 1000, 0.5)));
	EXPECT_GT(1 / 1e100, tail_probability_binomial(1000, 1000000, 0.9));
	EXPECT_TRUE(is_about(exp(-10.0), tail_probability_poisson(0, 10)));
	EXPECT_TRUE(is_about(exp(-10.0) * 61, tail_probability_poisson(2, 10)));
	EXPECT_EQ(1, tail_probability_poisson(11, 10));
}

TEST(what_was_learnt_of_both_origins)
{
	const struct ratio nothing = { 0 }, little = { 3, 6 }, one = { 90, 100 };
	const struct ratio other = { 0, 20 }, more = { 101, 100 };

	EXPECT_EQ(-1, ratio_learnt(&nothing, &nothing));
	EXPECT_EQ(-1, ratio_learnt(&little, &nothing));
	EXPECT_EQ(0.5, ratio_learnt(&little, &little));
	EXPECT_EQ(0.75, ratio_learnt(&one, &other));
	EXPECT_EQ(1, ratio_learnt(&more, &nothing));
}

TEST_F(judge, outage)
{
	int seconds;

	NORMAL(600, 3);
	seconds = UNTIL(FINDING_SUCCESS, 5, add_refused(counts_of(self, ARM_TREATED), 3, true));
	EXPECT_EQ(VERDICT_OURS, self->finding.verdict);
	EXPECT_EQ(ORIGIN_INSIDE, self->finding.origin);
	EXPECT_EQ(self->now - seconds + 1, self->finding.onset);
	EXPECT_EQ(0, self->finding.counted.arm[ARM_TREATED].n[COUNT_ESTABLISHED]);
	EXPECT_LT(0.98, self->finding.usual);
	EXPECT_TRUE(self->finding.usual_known);
}

/* What a long outage looks like never becomes usual */
TEST_F(judge, outage_for_an_hour)
{
	NORMAL(600, 3);
	UNTIL(FINDING_SUCCESS, 5, add_refused(counts_of(self, ARM_TREATED), 3, true));
	self->open = true;
	for (int i = 0; i < HOUR; i++) {
		add_refused(counts_of(self, ARM_TREATED), 3, true);
		end_second(self);
	}
	EXPECT_EQ(FINDING_SUCCESS, self->finding.kind);
	EXPECT_LT(0.98, self->finding.usual);
}

/* A good second now and then does not move the onset */
TEST_F(judge, onset_of_an_outage_with_good_seconds)
{
	__u64 first = self->now + 601;

	NORMAL(600, 3);
	for (int i = 0; i < 12; i++) {
		if (i % 4 == 2)
			came_up(counts_of(self, ARM_TREATED), 3);
		else
			add_refused(counts_of(self, ARM_TREATED), 3, true);
		end_second(self);
	}
	EXPECT_EQ(FINDING_SUCCESS, self->finding.kind);
	EXPECT_EQ(first, self->finding.onset);
}

TEST_F(judge, outage_that_the_echo_check_does_not_see)
{
	int seconds;

	NORMAL(600, 3);
	seconds = UNTIL(FINDING_SUCCESS, 8, add_refused(counts_of(self, ARM_TREATED), 3, false));
	EXPECT_EQ(VERDICT_OURS, self->finding.verdict);
	EXPECT_EQ(self->now - seconds + 1, self->finding.onset);
}

/* Refused for some seconds, and all is well again */
TEST_F(judge, a_hiccup)
{
	NORMAL(600, 3);
	for (int i = 0; i < 4; i++) {
		add_refused(counts_of(self, ARM_TREATED), 3, false);
		end_second(self);
		ASSERT_EQ(FINDING_NONE, self->finding.kind) TH_LOG("after %d s", i);
	}
	NORMAL(120, 3);
}

TEST_F(judge, outage_from_the_first_connection_on)
{
	UNTIL(FINDING_SUCCESS, 6, add_refused(counts_of(self, ARM_TREATED), 3, true));
	EXPECT_EQ(VERDICT_OURS, self->finding.verdict);
	EXPECT_FALSE(self->finding.usual_known);
}

/* A second is learnt ten seconds later at the earliest: what came up is not usual yet */
TEST_F(judge, outage_before_anything_was_learnt)
{
	NORMAL(9, 3);
	UNTIL(FINDING_SUCCESS, 6, add_refused(counts_of(self, ARM_TREATED), 3, true));
	EXPECT_FALSE(self->finding.usual_known);
}

TEST_F(judge, refusals_from_the_first_connection_on_have_nothing_to_compare_with)
{
	UNTIL(FINDING_SUCCESS, 12, add_refused(counts_of(self, ARM_TREATED), 3, false));
	EXPECT_EQ(VERDICT_UNCLEAR, self->finding.verdict);
}

TEST_F(judge, outage_of_few_connections)
{
	for (int i = 0; i < 3000; i++) {
		if (i % 10 == 0)
			came_up(counts_of(self, ARM_TREATED), 1);
		end_second(self);
		ASSERT_EQ(FINDING_NONE, self->finding.kind);
	}
	UNTIL(FINDING_SUCCESS, 60,
	      add_refused(counts_of(self, ARM_TREATED), self->now % 10 == 0, true));
	EXPECT_EQ(VERDICT_OURS, self->finding.verdict);
}

/* One client asks again and again, and refuses again and again */
TEST_F(judge, one_stubborn_client)
{
	NORMAL(600, 1);
	for (int i = 0; i < 120; i++) {
		came_up(counts_of(self, ARM_TREATED), i % 10 == 0);
		counts_of(self, ARM_TREATED)->n[COUNT_ATTEMPTS] += i == 0;
		counts_of(self, ARM_TREATED)->n[COUNT_REFUSED_BY_US] += i % 4 == 0;
		end_second(self);
		ASSERT_EQ(FINDING_NONE, self->finding.kind) TH_LOG("after %d s", i);
	}
}

TEST_F(judge, scanners_beside_connections_that_come_up)
{
	NORMAL(600, 3);
	for (int i = 0; i < 60; i++) {
		add_refused(counts_of(self, ARM_TREATED), 40, false);
		came_up(counts_of(self, ARM_TREATED), 3);
		end_second(self);
		ASSERT_EQ(FINDING_NONE, self->finding.kind) TH_LOG("after %d s", i);
	}
}

/* The load of the day is gone; who is left gives up, or asks who is no more */
TEST_F(judge, few_that_fail_in_an_idle_hour)
{
	NORMAL(600, 3);
	for (int i = 0; i < HOUR; i++) {
		if (i % 15 == 0)
			add_refused(counts_of(self, ARM_TREATED), 1, false);
		if (i % 15 == 5)
			add_unanswered(counts_of(self, ARM_TREATED), 1);
		end_second(self);
		ASSERT_EQ(FINDING_NONE, self->finding.kind) TH_LOG("after %d s", i);
	}
}

/* Those who wait in vain try less often, but a server that answers does exist */
TEST_F(judge, few_that_are_answered_and_do_not_come_up)
{
	int seconds = 0;

	NORMAL(600, 8);
	while (!self->finding.kind && ++seconds < 20) {
		add_unanswered(counts_of(self, ARM_TREATED), 1);
		counts_of(self, ARM_TREATED)->n[COUNT_ANSWERED]++;
		end_second(self);
	}
	EXPECT_EQ(FINDING_SUCCESS, self->finding.kind);
	EXPECT_GE(10, seconds);
}

TEST_F(judge, unanswered_scanners_beside_connections_that_come_up)
{
	NORMAL(600, 3);
	for (int i = 0; i < 60; i++) {
		add_unanswered(counts_of(self, ARM_TREATED), 40);
		came_up(counts_of(self, ARM_TREATED), 3);
		end_second(self);
		ASSERT_EQ(FINDING_NONE, self->finding.kind) TH_LOG("after %d s", i);
	}
}

TEST_F(judge, scanners_while_nothing_else_goes_on)
{
	for (int i = 0; i < 1200; i++) {
		if (i % 60 < 5)
			came_up(counts_of(self, ARM_TREATED), 20);
		if (i > 600 && i % 60 == 30)
			add_refused(counts_of(self, ARM_TREATED), 20, false);
		end_second(self);
		ASSERT_EQ(FINDING_NONE, self->finding.kind) TH_LOG("after %d s", i);
	}
}

/* Of two addresses that are tried at once, one is given up */
TEST_F(judge, refusals_that_are_usual)
{
	for (int i = 0; i < 7200; i++) {
		for (int n = some_up_to(self, 6); n > 0; n--) {
			if (happens_by_chance(self, 0.5))
				add_refused(counts_of(self, ARM_TREATED), 1, false);
			else
				came_up(counts_of(self, ARM_TREATED), 1);
		}
		end_second(self);
		ASSERT_EQ(FINDING_NONE, self->finding.kind) TH_LOG("after %d s", i);
	}
	UNTIL(FINDING_SUCCESS, 20, add_refused(counts_of(self, ARM_TREATED), 4, true));
	EXPECT_EQ(VERDICT_OURS, self->finding.verdict);
}

TEST_F(judge, nobody_answers)
{
	int seconds;

	NORMAL(600, 3);
	seconds = UNTIL(FINDING_SUCCESS, 10, add_unanswered(counts_of(self, ARM_TREATED), 3));
	EXPECT_EQ(VERDICT_FAR_END, self->finding.verdict);
	EXPECT_EQ(self->now - seconds + 1, self->finding.onset);
}

TEST_F(judge, peers_refuse)
{
	NORMAL(600, 3);
	UNTIL(FINDING_SUCCESS, 10, {
		add_unanswered(counts_of(self, ARM_TREATED), 3);
		counts_of(self, ARM_TREATED)->n[COUNT_REFUSED_BY_PEER] += 3;
	});
	EXPECT_EQ(VERDICT_FAR_END, self->finding.verdict);
}

/* A handshake takes as long as it takes */
TEST_F(judge, answers_come_late)
{
	for (int i = 0; i < 600; i++) {
		counts_of(self, ARM_TREATED)->n[COUNT_ATTEMPTS] += i % 20 == 0 ? 50 : 0;
		counts_of(self, ARM_TREATED)->n[COUNT_ESTABLISHED] += i % 20 == 2 ? 50 : 0;
		end_second(self);
		ASSERT_EQ(FINDING_NONE, self->finding.kind) TH_LOG("after %d s", i);
	}
}

TEST_F(judge, control_is_well)
{
	NORMAL(600, 10);
	UNTIL(FINDING_SUCCESS, 5, {
		add_refused(counts_of(self, ARM_TREATED), 3, false);
		came_up(counts_of(self, ARM_CONTROL), 7);
	});
	EXPECT_EQ(VERDICT_OURS, self->finding.verdict);
}

/* The control was well in the second in which it began */
TEST_F(judge, far_end_fails_in_the_middle_of_a_second)
{
	NORMAL(600, 100);
	came_up(counts_of(self, ARM_CONTROL), 50);
	add_unanswered(counts_of(self, ARM_CONTROL), 5);
	add_unanswered(counts_of(self, ARM_TREATED), 45);
	end_second(self);
	for (int i = 0; i < 60; i++) {
		EXPECT_NE(VERDICT_OURS, self->finding.verdict);
		add_unanswered(counts_of(self, ARM_TREATED), 50);
		add_unanswered(counts_of(self, ARM_CONTROL), 50);
		end_second(self);
	}
	EXPECT_EQ(FINDING_SUCCESS, self->finding.kind);
	EXPECT_EQ(VERDICT_FAR_END, self->finding.verdict);
}

static void add_unseen(struct counts *counts, unsigned int count)
{
	counts->n[COUNT_ATTEMPTS] += count;
	counts->n[COUNT_UNSEEN] += count;
}

/* Connections without TSopt come up, but their answers do not pass here */
static void add_up_unanswered(struct counts *counts, unsigned int count)
{
	counts->n[COUNT_ATTEMPTS] += count;
	counts->n[COUNT_ESTABLISHED] += count;
}

/* Nothing is known of what is usual, and there is little load */
TEST_F(judge, answers_go_another_way)
{
	add_unseen(counts_of(self, ARM_TREATED), 1);
	EXPECT_LE(UNTIL(FINDING_SUCCESS, 10,
			add_up_unanswered(counts_of(self, ARM_TREATED), 2)), 4);
	EXPECT_EQ(VERDICT_OURS, self->finding.verdict);
	EXPECT_TRUE(self->finding.bypassed);
}

/* The last that were answered come up a second later; then nobody answers any more */
TEST_F(judge, far_end_fails_behind_a_reset)
{
	NORMAL(600, 10);
	came_up(counts_of(self, ARM_TREATED), 8);
	counts_of(self, ARM_TREATED)->n[COUNT_ESTABLISHED]--;
	add_unseen(counts_of(self, ARM_TREATED), 1);
	end_second(self);
	counts_of(self, ARM_TREATED)->n[COUNT_ESTABLISHED]++;
	for (int i = 0; i < 60; i++) {
		add_unanswered(counts_of(self, ARM_TREATED), 5);
		end_second(self);
		ASSERT_NE(VERDICT_OURS, self->finding.verdict) TH_LOG("after %d s", i);
	}
	EXPECT_EQ(VERDICT_FAR_END, self->finding.verdict);
}

/* Nothing is known of what is usual, and a host gives up while the far end is away */
TEST_F(judge, far_end_is_away_and_a_host_gives_up)
{
	add_unseen(counts_of(self, ARM_TREATED), 1);
	for (int i = 0; i < 60; i++) {
		add_unanswered(counts_of(self, ARM_TREATED), 2);
		end_second(self);
		ASSERT_NE(VERDICT_OURS, self->finding.verdict) TH_LOG("after %d s", i);
	}
}

/* After a second of this, SYNs lose their TSopt, and no more answers are refused */
TEST_F(judge, answers_go_another_way_all_at_once)
{
	NORMAL(600, 10);
	came_up(counts_of(self, ARM_TREATED), 5);
	add_unseen(counts_of(self, ARM_TREATED), 8);
	EXPECT_LE(UNTIL(FINDING_SUCCESS, 10,
			add_up_unanswered(counts_of(self, ARM_TREATED), 10)), 2);
	EXPECT_EQ(VERDICT_OURS, self->finding.verdict);
	for (int i = 0; i < 60; i++) {
		add_up_unanswered(counts_of(self, ARM_TREATED), 10);
		end_second(self);
	}
	EXPECT_FALSE(judge_is_well(self->judge, &self->finding, 30, &defaults));
	came_up(counts_of(self, ARM_TREATED), 10);
	end_second(self);
	EXPECT_EQ(FINDING_NONE, self->finding.kind);
}

/* So does the one whose SYN is sent again in the second in which the others come up */
TEST_F(judge, answers_go_another_way_and_most_come_up)
{
	NORMAL(600, 10);
	came_up(counts_of(self, ARM_TREATED), 8);
	add_unseen(counts_of(self, ARM_TREATED), 1);
	end_second(self);
	add_unseen(counts_of(self, ARM_TREATED), 1);
	add_up_unanswered(counts_of(self, ARM_TREATED), 9);
	end_second(self);
	EXPECT_LE(UNTIL(FINDING_SUCCESS, 10,
			add_up_unanswered(counts_of(self, ARM_TREATED), 10)), 2);
	EXPECT_EQ(VERDICT_OURS, self->finding.verdict);
	EXPECT_TRUE(self->finding.bypassed);
}

/* The others come up as usual, so that these fail to at their usual pace */
TEST_F(judge, answers_of_most_hosts_go_another_way)
{
	NORMAL(600, 10);
	for (int i = 0; i < 10 && !self->finding.kind; i++) {
		came_up(counts_of(self, ARM_TREATED), 2);
		add_unseen(counts_of(self, ARM_TREATED), 8);
		end_second(self);
	}
	EXPECT_EQ(FINDING_SUCCESS, self->finding.kind);
	EXPECT_EQ(VERDICT_OURS, self->finding.verdict);
	EXPECT_FALSE(self->finding.bypassed);
}

/* An inside host that sends SYNs and an RST behind each accuses nobody */
TEST_F(judge, resets_without_answers_are_not_ours)
{
	NORMAL(600, 10);
	for (int i = 0; i < 60; i++) {
		came_up(counts_of(self, ARM_TREATED), 10);
		add_unseen(counts_of(self, ARM_TREATED), 50);
		end_second(self);
		ASSERT_NE(VERDICT_OURS, self->finding.verdict);
	}
}

/* The far end is gone, and one host inside gives up by RST, where ten only wait */
TEST_F(judge, far_end_fails_and_a_host_gives_up)
{
	NORMAL(600, 10);
	for (int i = 0; i < 60; i++) {
		add_unanswered(counts_of(self, ARM_TREATED), 10);
		add_unseen(counts_of(self, ARM_TREATED), 1);
		end_second(self);
		ASSERT_NE(VERDICT_OURS, self->finding.verdict);
	}
	EXPECT_EQ(FINDING_SUCCESS, self->finding.kind);
	EXPECT_EQ(VERDICT_FAR_END, self->finding.verdict);
}

TEST_F(judge, single_unseen_answers_are_no_finding)
{
	for (int i = 0; i < 600; i++) {
		came_up(counts_of(self, ARM_TREATED), 10);
		if (i % 7 == 0)
			add_unseen(counts_of(self, ARM_TREATED), 1);
		end_second(self);
		ASSERT_EQ(FINDING_NONE, self->finding.kind) {
			TH_LOG("after %d s", i);
		}
	}
}

/* Garbage is set to 0 where connections are rewritten, and refused where not */
TEST_F(judge, far_end_echoes_garbage)
{
	NORMAL(600, 10);
	for (int i = 0; i < 60; i++) {
		came_up(counts_of(self, ARM_TREATED), 5);
		counts_of(self, ARM_TREATED)->n[COUNT_IMPOSSIBLE] += 5;
		if (i)
			add_refused(counts_of(self, ARM_CONTROL), 5, true);
		else
			came_up(counts_of(self, ARM_CONTROL), 5);
		end_second(self);
		EXPECT_NE(VERDICT_OURS, self->finding.verdict) {
			TH_LOG("after %d s", i);
		}
	}
	EXPECT_EQ(VERDICT_FAR_END, self->finding.verdict);
}

TEST_F(judge, control_is_well_and_treated_find_no_answer)
{
	NORMAL(600, 10);
	/* Known to fail before it is known that the control does not */
	for (int i = 0; i < 10; i++) {
		add_unanswered(counts_of(self, ARM_TREATED), 9);
		came_up(counts_of(self, ARM_CONTROL), 1);
		end_second(self);
	}
	EXPECT_EQ(FINDING_SUCCESS, self->finding.kind);
	EXPECT_EQ(VERDICT_OURS, self->finding.verdict);
}

TEST_F(judge, control_fares_no_better)
{
	NORMAL(600, 10);
	UNTIL(FINDING_SUCCESS, 10, {
		add_unanswered(counts_of(self, ARM_TREATED), 5);
		add_unanswered(counts_of(self, ARM_CONTROL), 5);
	});
	EXPECT_EQ(VERDICT_FAR_END, self->finding.verdict);
}

/* So it is inside that has changed its mind */
TEST_F(judge, control_refuses_as_well)
{
	NORMAL(600, 10);
	UNTIL(FINDING_SUCCESS, 10, {
		add_refused(counts_of(self, ARM_TREATED), 5, false);
		add_refused(counts_of(self, ARM_CONTROL), 5, false);
	});
	EXPECT_EQ(VERDICT_UNCLEAR, self->finding.verdict);
}

TEST_F(judge, inside_servers_find_no_answer)
{
	struct counts *outside = &self->counted[ORIGIN_OUTSIDE].arm[ARM_TREATED];

	for (int i = 0; i < 600; i++) {
		came_up(outside, 3);
		end_second(self);
		ASSERT_EQ(FINDING_NONE, self->finding.kind);
	}
	UNTIL(FINDING_SUCCESS, 10, add_unanswered(outside, 3));
	EXPECT_EQ(ORIGIN_OUTSIDE, self->finding.origin);
	EXPECT_EQ(VERDICT_FAR_END, self->finding.verdict);
}

/* What cannot be right is set to 0, and the connection comes up */
TEST_F(judge, echoes_are_impossible)
{
	NORMAL(600, 3);
	UNTIL(FINDING_ECHOES, 20, {
		came_up(counts_of(self, ARM_TREATED), 3);
		counts_of(self, ARM_TREATED)->n[COUNT_IMPOSSIBLE] += 3;
	});
	EXPECT_EQ(VERDICT_UNCLEAR, self->finding.verdict);
}

TEST_F(judge, echoes_are_impossible_as_they_come)
{
	NORMAL(600, 3);
	UNTIL(FINDING_ECHOES, 20, {
		came_up(counts_of(self, ARM_CONTROL), 3);
		counts_of(self, ARM_CONTROL)->n[COUNT_IMPOSSIBLE] += 3;
	});
	EXPECT_EQ(VERDICT_FAR_END, self->finding.verdict);
}

TEST_F(judge, echoes_are_impossible_where_rewritten_only)
{
	NORMAL(600, 3);
	/* Known before it is known that the control has none by no chance */
	for (int i = 0; i < 20; i++) {
		came_up(counts_of(self, ARM_TREATED), 3);
		came_up(counts_of(self, ARM_CONTROL), 3);
		counts_of(self, ARM_TREATED)->n[COUNT_IMPOSSIBLE] += 3;
		end_second(self);
	}
	EXPECT_EQ(FINDING_ECHOES, self->finding.kind);
	EXPECT_EQ(VERDICT_OURS, self->finding.verdict);
}

TEST_F(judge, few_impossible_echoes_among_many)
{
	NORMAL(600, 50);
	for (int i = 0; i < 600; i++) {
		came_up(counts_of(self, ARM_TREATED), 50);
		counts_of(self, ARM_TREATED)->n[COUNT_IMPOSSIBLE] += 1;
		end_second(self);
		ASSERT_EQ(FINDING_NONE, self->finding.kind) TH_LOG("after %d s", i);
	}
}

TEST_F(judge, attempts_collapse)
{
	int seconds;

	NORMAL(HOUR, 3);
	seconds = UNTIL(FINDING_ATTEMPTS, 60, {});
	EXPECT_GE(12, seconds);
	EXPECT_EQ(self->now - seconds + 1, self->finding.onset);
	EXPECT_FALSE(judge_is_well(self->judge, &self->finding, 30, &defaults));
	for (int i = 0; i < 30; i++) {
		came_up(counts_of(self, ARM_TREATED), 3);
		end_second(self);
	}
	EXPECT_TRUE(judge_is_well(self->judge, &self->finding, 30, &defaults));
}

TEST_F(judge, few_attempts_collapse)
{
	for (int i = 0; i < 2 * HOUR; i++) {
		came_up(counts_of(self, ARM_TREATED), i % 2);
		end_second(self);
		ASSERT_EQ(FINDING_NONE, self->finding.kind);
	}
	UNTIL(FINDING_ATTEMPTS, 61, {});
}

TEST_F(judge, attempts_need_a_history)
{
	NORMAL(600, 10);
	NORMAL(600, 0);
}

/* Nothing is counted in mode off */
TEST_F(judge, off_and_on_again)
{
	NORMAL(HOUR, 10);
	judge_begin_anew(self->judge);
	self->now += 600;
	NORMAL(HOUR, 10);
}

TEST_F(judge, seconds_may_be_missed)
{
	NORMAL(600, 3);
	self->now += 5;
	came_up(counts_of(self, ARM_TREATED), 18);
	end_second(self);
	EXPECT_EQ(FINDING_NONE, self->finding.kind);
	self->now += 10000;
	NORMAL(600, 3);
	UNTIL(FINDING_SUCCESS, 5, add_refused(counts_of(self, ARM_TREATED), 3, true));
}

/* The load of a day: it ebbs, nearly stops, and comes back */
/* It takes its time, and a busy machine several times that */
TEST_F_TIMEOUT(judge, idle_nights, 300)
{
	for (int i = 0; i < 30 * HOUR; i++) {
		double load = 5 * (1 + cos(i * 2 * M_PI / (24 * HOUR)));

		for (int n = 0; n < 20; n++) {
			if (!happens_by_chance(self, load / 20))
				continue;
			if (happens_by_chance(self, 0.97))
				came_up(counts_of(self, ARM_TREATED), 1);
			else if (happens_by_chance(self, 0.5))
				add_refused(counts_of(self, ARM_TREATED), 1, false);
			else
				add_unanswered(counts_of(self, ARM_TREATED), 1);
		}
		end_second(self);
		ASSERT_EQ(FINDING_NONE, self->finding.kind) {
			TH_LOG("after %d s: %d, %d", i, self->finding.kind,
			       self->finding.verdict);
		}
	}
}

/* Half a minute of nothing, or of much */
TEST_F(judge, bursts)
{
	for (int i = 0; i < 12 * HOUR; i++) {
		bool busy = random_below(&self->random, 30) == 0;

		for (int n = busy ? some_up_to(self, 100) : 0; n > 0; n--) {
			if (happens_by_chance(self, 0.95))
				came_up(counts_of(self, ARM_TREATED), 1);
			else
				add_unanswered(counts_of(self, ARM_TREATED), 1);
		}
		end_second(self);
		ASSERT_EQ(FINDING_NONE, self->finding.kind) TH_LOG("after %d s", i);
	}
}

TEST_F(judge, healed_and_not_found_again)
{
	NORMAL(600, 3);
	UNTIL(FINDING_SUCCESS, 5, add_refused(counts_of(self, ARM_TREATED), 3, true));
	self->open = true;
	for (int i = 0; i < 60; i++) {
		add_refused(counts_of(self, ARM_TREATED), 3, true);
		end_second(self);
	}
	EXPECT_EQ(FINDING_SUCCESS, self->finding.kind);
	EXPECT_FALSE(judge_is_well(self->judge, &self->finding, 30, &defaults));
	for (int i = 0; i < 30; i++) {
		came_up(counts_of(self, ARM_TREATED), 3);
		end_second(self);
	}
	self->finding.kind = FINDING_SUCCESS;
	EXPECT_TRUE(judge_is_well(self->judge, &self->finding, 30, &defaults));
	judge_begin_anew(self->judge);
	self->open = false;
	NORMAL(120, 3);
	/* What is usual was not learnt from the outage */
	UNTIL(FINDING_SUCCESS, 5, add_refused(counts_of(self, ARM_TREATED), 3, true));
	EXPECT_LT(0.98, self->finding.usual);
}

TEST_HARNESS_MAIN

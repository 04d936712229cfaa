// SPDX-License-Identifier: GPL-2.0-only
/*
 * The two judges of a group: connections that its mode is for, and those that pass untouched.
 */
#include <string.h>

#include "kselftest_harness.h"

#include "core/serial.h"
#include "watch/judges.h"

static const struct thresholds defaults = {
	.min_attempts = 5, .drop = 0.5, .history = 900,
};

FIXTURE(judges) {
	struct judges *judges;
	__u64 now;
	struct finding finding;
	struct judged_counts counted;
};

FIXTURE_SETUP(judges)
{
	self->judges = calloc(1, sizeof(*self->judges));
	ASSERT_NE(NULL, self->judges);
	self->now = 100000;
	judges_set_mode(self->judges, false, true);
}

FIXTURE_TEARDOWN(judges)
{
	free(self->judges);
}

#define judges_data FIXTURE_DATA(judges)

static struct counts *treated_counts(judges_data *self)
{
	return &self->counted.trial[ORIGIN_INSIDE].arm[ARM_TREATED];
}

/* As the service has it: they are only observed */
static struct counts *untouched_counts(judges_data *self)
{
	return &self->counted.untouched[ORIGIN_INSIDE].arm[ARM_CONTROL];
}

static void add_established(struct counts *counts, unsigned int count)
{
	counts->n[COUNT_ATTEMPTS] += count;
	counts->n[COUNT_ANSWERED] += count;
	counts->n[COUNT_ESTABLISHED] += count;
}

static void add_unanswered(struct counts *counts, unsigned int count)
{
	counts->n[COUNT_ATTEMPTS] += count;
}

/* RST of ours for each answer, with an impossible echo */
static void add_refused(struct counts *counts, unsigned int count)
{
	counts->n[COUNT_ATTEMPTS] += count;
	counts->n[COUNT_ANSWERED] += count;
	counts->n[COUNT_REFUSED_BY_US] += count;
	counts->n[COUNT_IMPOSSIBLE] += count;
}

static void end_second(judges_data *self)
{
	self->finding = judges_second(self->judges, ++self->now, &self->counted, true,
				      &defaults);
	memset(&self->counted, 0, sizeof(self->counted));
}

/* @seconds of what is usual, in which nothing may be found */
#define NORMAL(seconds, what) do {					\
	for (int i_ = 0; i_ < (seconds); i_++) {			\
		what;							\
		end_second(self);					\
		ASSERT_EQ(FINDING_NONE, self->finding.kind) {		\
			TH_LOG("after %d s", i_);			\
		}							\
	}								\
} while (0)

/* Until something is found, in @most seconds */
#define UNTIL_FOUND(most, what) do {					\
	for (int i_ = 0; i_ < (most) && !self->finding.kind; i_++) {	\
		what;							\
		end_second(self);					\
	}								\
	EXPECT_EQ(FINDING_SUCCESS, self->finding.kind);			\
} while (0)

static void both_come_up(judges_data *self)
{
	add_established(treated_counts(self), 3);
	add_established(untouched_counts(self), 3);
}

TEST_F(judges, far_end_of_those_without_tsopt_fails)
{
	NORMAL(300, both_come_up(self));
	UNTIL_FOUND(10, (add_established(treated_counts(self), 3),
			 add_unanswered(untouched_counts(self), 3)));
	EXPECT_TRUE(self->finding.untouched);
	EXPECT_EQ(VERDICT_FAR_END, self->finding.verdict);
}

/* Those that pass untouched do not hide it */
TEST_F(judges, outage_beside_many_without_tsopt)
{
	NORMAL(300, (add_established(treated_counts(self), 3),
		     add_established(untouched_counts(self), 100)));
	UNTIL_FOUND(5, (add_refused(treated_counts(self), 3),
			add_established(untouched_counts(self), 100)));
	EXPECT_FALSE(self->finding.untouched);
	EXPECT_EQ(VERDICT_OURS, self->finding.verdict);
}

/* What is usual of one is nothing to the other */
TEST_F(judges, those_without_tsopt_usually_fail)
{
	NORMAL(600, (add_established(treated_counts(self), 3),
		     add_established(untouched_counts(self), 1),
		     add_unanswered(untouched_counts(self), 2)));
}

/* What never comes up untouched is never this firewall's fault */
TEST_F(judges, untouched_ones_are_never_ours)
{
	NORMAL(300, both_come_up(self));
	for (int i = 0; i < 60; i++) {
		add_established(treated_counts(self), 3);
		add_refused(untouched_counts(self), 3);
		end_second(self);
		EXPECT_NE(VERDICT_OURS, self->finding.verdict);
	}
}

TEST_F(judges, trip_helps)
{
	struct finding outage;

	NORMAL(300, add_established(treated_counts(self), 3));
	UNTIL_FOUND(5, add_refused(treated_counts(self), 3));
	outage = self->finding;
	judges_set_mode(self->judges, true, true);
	EXPECT_FALSE(judges_are_blind(self->judges));
	for (int i = 0; i < 30; i++) {
		add_established(untouched_counts(self), 3);
		end_second(self);
		EXPECT_EQ(FINDING_NONE, self->finding.kind);
	}
	EXPECT_TRUE(judges_are_well(self->judges, &outage, 30, &defaults));
	EXPECT_FALSE(judges_untouched_fail(self->judges, 30, &defaults));
}

TEST_F(judges, trip_does_not_help)
{
	struct finding outage;

	NORMAL(300, add_established(treated_counts(self), 3));
	UNTIL_FOUND(5, add_refused(treated_counts(self), 3));
	outage = self->finding;
	judges_set_mode(self->judges, true, true);
	for (int i = 0; i < 30; i++) {
		EXPECT_FALSE(i < 1 && judges_untouched_fail(self->judges, 30, &defaults));
		add_unanswered(untouched_counts(self), 3);
		end_second(self);
		EXPECT_NE(VERDICT_OURS, self->finding.verdict);
	}
	EXPECT_TRUE(judges_untouched_fail(self->judges, 30, &defaults));
	EXPECT_FALSE(judges_are_well(self->judges, &outage, 30, &defaults));
}

/* Connections that change from one judge to the other are no collapse of attempts */
TEST_F(judges, mode_is_set_to_off_and_back)
{
	NORMAL(1200, both_come_up(self));
	judges_set_mode(self->judges, true, true);
	NORMAL(1200, add_established(untouched_counts(self), 6));
	judges_set_mode(self->judges, false, true);
	NORMAL(1200, both_come_up(self));
}

TEST_F(judges, what_is_usual_is_told_of_those_that_are_counted)
{
	EXPECT_EQ(-1, judges_usual_success(self->judges));
	NORMAL(300, (add_established(treated_counts(self), 3),
		     add_established(untouched_counts(self), 1),
		     add_unanswered(untouched_counts(self), 2)));
	EXPECT_LT(0.6, judges_usual_success(self->judges));
	EXPECT_GT(0.75, judges_usual_success(self->judges));
	judges_set_mode(self->judges, true, true);
	EXPECT_EQ(-1, judges_usual_success(self->judges));
}

TEST_F(judges, nothing_is_judged_that_is_not_counted)
{
	NORMAL(1200, both_come_up(self));
	judges_set_mode(self->judges, true, false);
	EXPECT_TRUE(judges_are_blind(self->judges));
	NORMAL(1200, (void)0);
	judges_set_mode(self->judges, false, true);
	EXPECT_FALSE(judges_are_blind(self->judges));
	NORMAL(60, both_come_up(self));
}

TEST_HARNESS_MAIN

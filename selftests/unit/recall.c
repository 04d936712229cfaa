// SPDX-License-Identifier: GPL-2.0-only
/*
 * A service that is started again: what its judges learnt before is known from the first second
 * on, and so a fault that is there by then is none that is usual.
 */
#include <stdlib.h>
#include <string.h>

#include "kselftest_harness.h"

#include "usual/usual.h"
#include "watch/recall.h"

#define SECOND 1000000000ULL
#define NOW    (1796069400 * SECOND)
#define WEEK   (7 * 24 * 3600 * SECOND)

static const struct thresholds defaults = {
	.min_attempts = 5, .drop = 0.5, .history = 900,
};

FIXTURE(recall) {
	struct judges *judges;
	struct usual usual;
	__u64 now;
	struct finding finding;
	struct judged_counts counted;
};

FIXTURE_SETUP(recall)
{
	self->judges = calloc(1, sizeof(*self->judges));
	ASSERT_NE(NULL, self->judges);
	self->now = 100;
	judges_set_mode(self->judges, false, true);
}

FIXTURE_TEARDOWN(recall)
{
	usual_free(&self->usual);
	free(self->judges);
}

#define recall_data FIXTURE_DATA(recall)

/* A second with so many attempts, of which so many are answered and come up */
static void count_answered(recall_data *self, unsigned int attempts, unsigned int answered,
			   unsigned int up)
{
	struct counts *counts = &self->counted.trial[ORIGIN_INSIDE].arm[ARM_TREATED];

	memset(&self->counted, 0, sizeof(self->counted));
	counts->n[COUNT_ATTEMPTS] = attempts;
	counts->n[COUNT_ANSWERED] = answered;
	counts->n[COUNT_ESTABLISHED] = up;
	counts->n[COUNT_VERIFIED] = 5 * up;
	self->finding = judges_second(self->judges, ++self->now, &self->counted, true,
				      &defaults);
}

static void count_second(recall_data *self, unsigned int attempts, unsigned int up)
{
	count_answered(self, attempts, attempts, up);
}

/* The second in which something was found, of the next @most, or 0 */
static unsigned int seconds_until_found(recall_data *self, unsigned int most,
					unsigned int attempts)
{
	for (unsigned int i = 1; i <= most; i++) {
		count_second(self, attempts, 0);
		if (self->finding.kind)
			return i;
	}
	return 0;
}

static void learn_normal(recall_data *self, unsigned int seconds, unsigned int attempts)
{
	while (seconds--)
		count_second(self, attempts, attempts);
	if (recall_learn(&self->usual, "alpha", NOW, self->judges))
		abort();
}

static void start_again(recall_data *self, bool off, uint64_t time)
{
	memset(self->judges, 0, sizeof(*self->judges));
	self->now = 9;
	judges_set_mode(self->judges, off, true);
	recall_usual(&self->usual, "alpha", time, self->judges);
}

TEST_F(recall, fault_that_is_there_when_the_service_starts_is_told)
{
	unsigned int seconds;

	learn_normal(self, 70, 3);
	start_again(self, false, NOW);
	seconds = seconds_until_found(self, 120, 3);
	EXPECT_NE(0, seconds);
	EXPECT_GE(10, seconds);
	EXPECT_EQ(FINDING_SUCCESS, self->finding.kind);
	EXPECT_TRUE(self->finding.usual_known);
}

/* Those who wait in vain try less often */
TEST_F(recall, fault_is_told_of_few_attempts)
{
	unsigned int seconds;

	learn_normal(self, 70, 8);
	start_again(self, false, NOW);
	seconds = seconds_until_found(self, 20, 1);
	EXPECT_NE(0, seconds);
	EXPECT_GE(10, seconds);
}

/* Without what was kept, it is what is usual */
TEST_F(recall, fault_that_is_there_at_first_is_learnt)
{
	learn_normal(self, 70, 3);
	usual_free(&self->usual);
	start_again(self, false, NOW);
	EXPECT_EQ(0, seconds_until_found(self, 10, 3));
}

TEST_F(recall, what_is_usual_is_told_at_once)
{
	learn_normal(self, 70, 3);
	EXPECT_LT(0.9, judges_usual_success(self->judges));
	start_again(self, false, NOW);
	EXPECT_LT(0.9, judges_usual_success(self->judges));
}

TEST_F(recall, same_is_found_a_week_later)
{
	learn_normal(self, 1200, 3);
	start_again(self, false, NOW + WEEK);
	EXPECT_NE(0, seconds_until_found(self, 10, 3));
}

/* A client that keeps trying a server that does not exist: by day, that is nothing */
TEST_F(recall, few_that_fail_where_there_are_many_say_nothing)
{
	learn_normal(self, 1200, 10);
	start_again(self, false, NOW);
	for (int i = 0; i < 60; i++) {
		count_answered(self, !(i % 4), 0, 0);
		ASSERT_EQ(FINDING_NONE, self->finding.kind);
	}
}

TEST_F(recall, all_come_up_as_ever)
{
	learn_normal(self, 1200, 3);
	start_again(self, false, NOW);
	for (int i = 0; i < 1200; i++) {
		count_second(self, 3, 3);
		ASSERT_EQ(FINDING_NONE, self->finding.kind);
	}
}

/* What is usual now is learnt as soon as if nothing had been known from months before */
TEST_F(recall, change_for_good_is_learnt)
{
	const struct usual_counts counted[USUAL_ORIGINS] = {
		{ .seconds = 3600, .n = { [USUAL_ATTEMPTS] = 36000, [USUAL_ANSWERED] = 36000,
					  [USUAL_ESTABLISHED] = 36000 } },
		{ .seconds = 3600 },
	};

	for (int week = 0; week < 20; week++)
		usual_learn(&self->usual, "alpha", USUAL_TRIAL, counted, NOW + week * WEEK);
	start_again(self, false, NOW + 20 * WEEK);
	EXPECT_LT(0.99, judges_usual_success(self->judges));
	for (int i = 0; i < 2400; i++)
		count_second(self, 10, 6);
	EXPECT_GT(0.65, judges_usual_success(self->judges));
}

TEST_F(recall, each_second_is_kept_once)
{
	struct usual_answer answer;

	learn_normal(self, 300, 3);
	learn_normal(self, 0, 0);
	learn_normal(self, 300, 3);
	answer = usual_at(&self->usual, "alpha", USUAL_TRIAL, USUAL_INSIDE, NOW);
	EXPECT_TRUE(answer.known);
	/* The last ones are not learnt yet, as trouble may show */
	EXPECT_LE(600 - 100, answer.counts.seconds);
	EXPECT_GE(600 - 80, answer.counts.seconds);
	EXPECT_EQ(3, usual_per_second(&answer, USUAL_ATTEMPTS));
	EXPECT_EQ(3, usual_per_second(&answer, USUAL_ESTABLISHED));
	EXPECT_EQ(15, usual_per_second(&answer, USUAL_VERIFIED));
	EXPECT_EQ(0, usual_per_second(&answer, USUAL_REFUSED));
	EXPECT_EQ(0, usual_per_second(&answer, USUAL_IMPOSSIBLE));
}

/* All of them pass untouched in mode off, and those without TSopt while it is not */
TEST_F(recall, kind_of_connections_is_that_of_the_mode)
{
	struct counts *untouched = &self->counted.untouched[ORIGIN_INSIDE].arm[ARM_CONTROL];
	struct usual_answer answer;

	judges_set_mode(self->judges, true, true);
	for (int i = 0; i < 100; i++) {
		untouched->n[COUNT_ATTEMPTS] = 2;
		untouched->n[COUNT_ESTABLISHED] = 2;
		judges_second(self->judges, ++self->now, &self->counted, true, &defaults);
	}
	ASSERT_EQ(0, recall_learn(&self->usual, "alpha", NOW, self->judges));
	answer = usual_at(&self->usual, "alpha", USUAL_OFF, USUAL_INSIDE, NOW);
	EXPECT_TRUE(answer.known);
	answer = usual_at(&self->usual, "alpha", USUAL_UNTOUCHED, USUAL_INSIDE, NOW);
	EXPECT_FALSE(answer.known);
	start_again(self, false, NOW);
	EXPECT_EQ(-1, judges_usual_success(self->judges));
	start_again(self, true, NOW);
	EXPECT_LT(0.9, judges_usual_success(self->judges));
}

TEST_HARNESS_MAIN

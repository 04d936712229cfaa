// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the end of a maintenance makes of connections: the same as usual, worse, or too few.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kselftest_harness.h"

/* The command has its own */
#undef ARRAY_SIZE
#undef __printf

#include <linux/tsrewrite.h>

#include "maintenance/chance.h"
#include "maintenance/judgement.h"
#include "random.h"

#define HOUR 3600.0

/* What is usual: so many attempts in an hour, of which that share is answered and comes up */
static struct usual_answer usual_of(double attempts, double share)
{
	struct usual_answer usual = { .known = attempts >= USUAL_ENOUGH, .hourly = true };

	usual.counts.seconds = HOUR;
	usual.counts.n[USUAL_ATTEMPTS] = attempts;
	usual.counts.n[USUAL_ANSWERED] = attempts * share;
	usual.counts.n[USUAL_ESTABLISHED] = attempts * share;
	usual.counts.n[USUAL_VERIFIED] = attempts * 10;
	return usual;
}

/* Adds a second in which all that begin come up, and as many more do not */
static void add_second(struct tally *tally, uint64_t good, uint64_t bad)
{
	uint64_t second[USUAL_COUNTS] = {
		[USUAL_ATTEMPTS] = good + bad, [USUAL_ANSWERED] = good,
		[USUAL_ESTABLISHED] = good, [USUAL_VERIFIED] = good * 10,
	};

	tally_add(tally, second);
}

static struct tally counted_in(unsigned int seconds, uint64_t good, uint64_t bad)
{
	struct tally tally = { 0 };

	for (unsigned int i = 0; i < seconds; i++)
		add_second(&tally, good, bad);
	return tally;
}

static enum comparison compare_with(struct usual_answer usual, struct tally tally)
{
	const char *reason;

	return comparison_make(&usual, &tally, &reason);
}

static const char *reason_of(struct usual_answer usual, struct tally tally)
{
	const char *reason;

	comparison_make(&usual, &tally, &reason);
	return reason;
}

TEST(attempts_have_time_to_come_up)
{
	struct tally tally = { 0 };

	for (int i = 0; i < TALLY_GRACE; i++)
		add_second(&tally, 0, 1);
	EXPECT_EQ(0, tally_settled(&tally, USUAL_ATTEMPTS));
	add_second(&tally, 0, 1);
	EXPECT_EQ(1, tally_settled(&tally, USUAL_ATTEMPTS));
	EXPECT_EQ(0, tally_came_up_most(&tally));
	add_second(&tally, 100, 0);
	EXPECT_EQ(2, tally_settled(&tally, USUAL_ATTEMPTS));
	EXPECT_EQ(2, tally_came_up_most(&tally));
	EXPECT_EQ(0, tally_came_up_least(&tally));
	for (int i = 0; i < TALLY_GRACE; i++)
		add_second(&tally, 0, 0);
	EXPECT_EQ(100, tally_came_up_least(&tally));
}

TEST(no_more_are_refused_than_fail)
{
	uint64_t second[USUAL_COUNTS] = {
		[USUAL_ATTEMPTS] = 5, [USUAL_ESTABLISHED] = 3, [USUAL_REFUSED_BY_US] = 7,
	};
	uint64_t late[USUAL_COUNTS] = { [USUAL_ESTABLISHED] = 4 };
	struct tally tally = { 0 };

	tally_add(&tally, second);
	EXPECT_EQ(2, tally.n[USUAL_REFUSED]);
	tally_add(&tally, late);
	EXPECT_EQ(0, tally.n[USUAL_REFUSED]);
}

/* With much learnt, these are the tails of the binomial distribution */
TEST(chance_of_what_is_known_well)
{
	const struct learnt half = { 5e8, 1e9 };
	const struct tolerance none = { 1, 0 }, less = { 0.5, 0 }, more = { 1, 0.25 };

	EXPECT_GT(0.0001, fabs(chance_of_so_few(2, 10, &half, &none) - 0.0546875));
	EXPECT_GT(0.0001, fabs(chance_of_so_many(8, 10, &half, &none) - 0.0546875));
	EXPECT_GT(0.0001, fabs(chance_of_so_few(0, 4, &half, &less) - 0.3164062));
	EXPECT_GT(0.0001, fabs(chance_of_so_many(4, 4, &half, &more) - 0.3164062));
	EXPECT_GT(0.000000001, fabs(chance_of_so_few(4, 4, &half, &none) - 1));
	EXPECT_GT(0.000000001, fabs(chance_of_so_many(0, 4, &half, &none) - 1));
}

/* With little, by the rule of succession: after n of n, the next fails with 1 / (n + 2) */
TEST(chance_of_what_is_hardly_known)
{
	const struct learnt ten = { 10, 10 }, never = { 0, 10 };
	const struct tolerance none = { 1, 0 };

	EXPECT_GT(0.001, fabs(chance_of_so_few(0, 1, &ten, &none) - 1 / 12.0));
	EXPECT_GT(0.001, fabs(chance_of_so_many(1, 1, &never, &none) - 1 / 12.0));
}

TEST(nobody_misses_what_was_not_there)
{
	struct usual_answer failing = usual_of(1000, 0);

	EXPECT_EQ(COMPARISON_NEW, compare_with(usual_of(0, 0), counted_in(60, 10, 0)));
	EXPECT_EQ(COMPARISON_NEW, compare_with(usual_of(9, 1), counted_in(60, 0, 10)));
	EXPECT_EQ(COMPARISON_NEW, compare_with(failing, counted_in(60, 0, 10)));
	failing.counts.n[USUAL_ESTABLISHED] = USUAL_ENOUGH;
	EXPECT_NE(COMPARISON_NEW, compare_with(failing, counted_in(60, 0, 10)));
}

TEST(none_is_too_few)
{
	EXPECT_EQ(COMPARISON_TOO_FEW, compare_with(usual_of(3600, 0.95), counted_in(900, 0, 0)));
	EXPECT_STREQ("no connection begins", reason_of(usual_of(3600, 0.95), counted_in(9, 0, 0)));
}

/* Returns the second in which one is told with so many attempts in each second, or 0 */
static unsigned int told_in(struct usual_answer usual, uint64_t good, uint64_t bad,
			    enum comparison what)
{
	for (unsigned int seconds = 1; seconds <= 900; seconds++) {
		if (compare_with(usual, counted_in(seconds, good, bad)) == what)
			return seconds;
	}
	return 0;
}

TEST(down_is_told_quickly)
{
	EXPECT_GE(20, told_in(usual_of(3600, 0.95), 0, 1, COMPARISON_WORSE));
	EXPECT_LT(TALLY_GRACE, told_in(usual_of(3600, 0.95), 0, 1, COMPARISON_WORSE));
	EXPECT_GE(8, told_in(usual_of(36000, 0.95), 0, 10, COMPARISON_WORSE));
	EXPECT_GE(40, told_in(usual_of(3600, 0.6), 0, 1, COMPARISON_WORSE));
	/* Half of them */
	EXPECT_NE(0, told_in(usual_of(36000, 0.95), 5, 5, COMPARISON_WORSE));
	EXPECT_GE(30, told_in(usual_of(36000, 0.95), 5, 5, COMPARISON_WORSE));
}

/* Those that come up since are not taken for those that begin before */
TEST(half_is_never_the_same)
{
	for (unsigned int seconds = 1; seconds <= 100; seconds++) {
		EXPECT_NE(COMPARISON_SAME,
			  compare_with(usual_of(36000, 0.95), counted_in(seconds, 5, 5)));
		EXPECT_NE(COMPARISON_SAME,
			  compare_with(usual_of(360000, 0.95), counted_in(seconds, 75, 25)));
	}
}

/* An hour is enough to expect some, and not enough to be sure of them */
TEST(few_connections_are_told_later)
{
	unsigned int well = told_in(usual_of(360000, 0.95), 0, 1, COMPARISON_WORSE);

	EXPECT_NE(0, well);
	EXPECT_LT(well, told_in(usual_of(720, 0.95), 0, 1, COMPARISON_WORSE));
}

TEST(the_same_is_told_soon)
{
	EXPECT_NE(0, told_in(usual_of(3600, 1), 1, 0, COMPARISON_SAME));
	EXPECT_GE(60, told_in(usual_of(3600, 1), 1, 0, COMPARISON_SAME));
	EXPECT_EQ(0, told_in(usual_of(3600, 1), 1, 0, COMPARISON_WORSE));
	EXPECT_EQ(0, told_in(usual_of(3600, 0.95), 0, 1, COMPARISON_SAME));
}

/* A tenth less is within what is usual; what is not same is not at once worse */
TEST(borders)
{
	struct usual_answer usual = usual_of(360000, 1);

	EXPECT_EQ(COMPARISON_SAME, compare_with(usual, counted_in(600, 95, 5)));
	EXPECT_EQ(COMPARISON_SAME, compare_with(usual, counted_in(600, 90, 10)));
	EXPECT_EQ(COMPARISON_TOO_FEW, compare_with(usual, counted_in(100, 89, 11)));
	EXPECT_EQ(COMPARISON_WORSE, compare_with(usual, counted_in(600, 85, 15)));
	/* Four have settled, five have, and enough of them */
	EXPECT_EQ(COMPARISON_TOO_FEW, compare_with(usual, counted_in(TALLY_GRACE + 4, 1, 0)));
	EXPECT_EQ(COMPARISON_TOO_FEW, compare_with(usual, counted_in(TALLY_GRACE + 4, 0, 1)));
	EXPECT_EQ(COMPARISON_TOO_FEW, compare_with(usual, counted_in(TALLY_GRACE + 5, 1, 0)));
	EXPECT_EQ(COMPARISON_WORSE, compare_with(usual, counted_in(TALLY_GRACE + 20, 0, 1)));
	EXPECT_EQ(COMPARISON_SAME, compare_with(usual, counted_in(TALLY_GRACE + 40, 1, 0)));
}

/* A host that tries in vain all the time makes the share small, and nothing else */
TEST(as_many_as_usual_come_up)
{
	struct usual_answer usual = usual_of(3600, 0.95);

	EXPECT_EQ(COMPARISON_TOO_FEW, compare_with(usual, counted_in(600, 1, 9)));
	EXPECT_STREQ("more attempts fail, as many as usual come up: maybe a host tries in vain",
		     reason_of(usual, counted_in(600, 1, 9)));
}

TEST(reasons)
{
	struct usual_answer usual = usual_of(36000, 0.95);
	struct tally down = counted_in(60, 0, 10);

	EXPECT_STREQ("attempts are not answered", reason_of(usual, down));
	down.n[USUAL_ANSWERED] = 600;
	EXPECT_STREQ("attempts are answered, but do not come up", reason_of(usual, down));
	down.n[USUAL_REFUSED] = 500;
	EXPECT_STREQ("inside hosts refuse the answers", reason_of(usual, down));
	EXPECT_STREQ("", reason_of(usual, counted_in(60, 10, 0)));
}

TEST(impossible_echoes)
{
	struct usual_answer usual = usual_of(36000, 0.95);
	struct tally now = counted_in(60, 10, 0);

	now.n[USUAL_IMPOSSIBLE] = now.n[USUAL_VERIFIED];
	EXPECT_EQ(COMPARISON_WORSE, compare_with(usual, now));
	EXPECT_STREQ("impossible echoes", reason_of(usual, now));
	/* One odd host has a hundred times as many in one of a hundred connections */
	now.n[USUAL_IMPOSSIBLE] = now.n[USUAL_VERIFIED] / 100;
	EXPECT_EQ(COMPARISON_SAME, compare_with(usual, now));
	/* As many as usual */
	usual.counts.n[USUAL_IMPOSSIBLE] = usual.counts.n[USUAL_VERIFIED];
	now.n[USUAL_IMPOSSIBLE] = now.n[USUAL_VERIFIED];
	EXPECT_EQ(COMPARISON_SAME, compare_with(usual, now));
	/* A few connections with thousands each say no more than they are */
	usual = usual_of(36000, 0.95);
	now = counted_in(9, 0, 0);
	now.n[USUAL_ESTABLISHED] = 4;
	now.n[USUAL_IMPOSSIBLE] = 100000;
	EXPECT_EQ(COMPARISON_TOO_FEW, compare_with(usual, now));
}

TEST(hopeless)
{
	struct usual_answer usual = usual_of(40, 1);

	EXPECT_FALSE(comparison_is_hopeless(&usual, 900));
	EXPECT_TRUE(comparison_is_hopeless(&usual, 899));
	usual.known = false;
	EXPECT_TRUE(comparison_is_hopeless(&usual, 3600));
}

/* How many of @n come up, each with that probability */
static uint64_t come_up(struct random *rng, uint64_t n, double share)
{
	uint64_t good = 0;

	while (n--)
		good += random_below(rng, 1000000) < share * 1000000;
	return good;
}

/*
 * Five minutes of usual noise, and a look each second: the rate varies by all of it, and the share
 * is up to nine in a hundred less than usual for the whole time
 */
static bool accuses_noise(struct random *rng)
{
	double share = 0.5 + 0.005 * random_below(rng, 100);
	double today = share * (0.91 + 0.0009 * random_below(rng, 100));
	uint64_t rate = 1 + random_below(rng, 4);
	struct usual_answer usual = usual_of(3600.0 * rate, share);
	struct tally tally = { 0 };
	const char *reason;

	for (int second = 0; second < 300; second++) {
		uint64_t begin = random_below(rng, (uint32_t)(2 * rate + 1));
		uint64_t good = come_up(rng, begin, today);

		add_second(&tally, good, begin - good);
		if (comparison_make(&usual, &tally, &reason) == COMPARISON_WORSE)
			return true;
	}
	return false;
}

TEST(noise_is_no_reason_to_roll_back)
{
	struct random rng = { 18 };
	int accused = 0;

	for (int i = 0; i < 100; i++)
		accused += accuses_noise(&rng);
	EXPECT_EQ(0, accused);
}

/* Groups, as the module tells of them */

static struct group a_group(const char *name, uint32_t mode)
{
	struct group group = { .mode = mode };

	snprintf(group.name, sizeof(group.name), "%s", name);
	return group;
}

static void learn_origin(struct usual *usual, const char *name, enum usual_kind kind,
			 enum usual_origin origin)
{
	struct usual_counts counted[USUAL_ORIGINS] = { 0 };

	counted[origin] = usual_of(3600, 1).counts;
	counted[USUAL_INSIDE].seconds = counted[origin].seconds;
	if (usual_learn(usual, name, kind, counted, 1))
		abort();
}

static void learn_usual(struct usual *usual, const char *name, enum usual_kind kind)
{
	learn_origin(usual, name, kind, USUAL_INSIDE);
}

static void begin_with(struct judgement *judgement, struct group *group, size_t count,
		       struct usual *usual)
{
	struct groups groups = { group, count };

	if (judgement_begin(judgement, &groups, usual, 1))
		abort();
	usual_free(usual);
}

/* What the module says of them after so many seconds */
static void judge_groups(struct judgement *judgement, const struct group *group, size_t count,
			 unsigned int seconds)
{
	struct groups groups = { malloc(count * sizeof(*group)), count };

	memcpy(groups.group, group, count * sizeof(*group));
	judgement_add(judgement, &groups, seconds);
}

/* @good and @bad attempts more */
static void count_attempts(struct group *group, uint64_t good, uint64_t bad)
{
	group->treated.value[TSREWRITE_A_GROUP_STATS_ATTEMPTS] += good + bad;
	group->treated.value[TSREWRITE_A_GROUP_STATS_ANSWERED] += good + bad;
	group->treated.value[TSREWRITE_A_GROUP_STATS_ESTABLISHED] += good;
	group->untouched.value[TSREWRITE_A_GROUP_STATS_ATTEMPTS] += good + bad;
	group->untouched.value[TSREWRITE_A_GROUP_STATS_ESTABLISHED] += good;
}

static void go_on(struct judgement *judgement, struct group *group, uint64_t good, uint64_t bad,
		  unsigned int seconds)
{
	count_attempts(group, good, bad);
	judge_groups(judgement, group, 1, seconds);
}

TEST(groups_are_judged)
{
	struct group group = a_group("alpha", TSREWRITE_MODE_REWRITE);
	struct judgement judgement;
	struct usual usual = { 0 };

	learn_usual(&usual, "alpha", USUAL_TRIAL);
	begin_with(&judgement, &group, 1, &usual);
	EXPECT_EQ(4, judgement.count);
	EXPECT_EQ(COMPARISON_TOO_FEW, judgement_verdict(&judgement));
	EXPECT_EQ(1, judgement_waits_for(&judgement, 900));
	EXPECT_EQ(0, judgement_waits_for(&judgement, 9));
	for (int i = 0; i < 60; i++)
		go_on(&judgement, &group, 1, 0, 1);
	EXPECT_EQ(60, judgement.seconds);
	EXPECT_EQ(COMPARISON_SAME, judgement_verdict(&judgement));
	EXPECT_EQ(0, judgement_waits_for(&judgement, 900));
	for (int i = 0; i < 60; i++)
		go_on(&judgement, &group, 0, 2, 1);
	EXPECT_EQ(COMPARISON_WORSE, judgement_verdict(&judgement));
	EXPECT_STREQ("attempts are answered, but do not come up", judgement.row[0].reason);
	judgement_free(&judgement);
}

/* Those behind it fare as before, and do not hide it */
TEST(the_worst_of_all_groups_decides)
{
	struct group group[] = { a_group("alpha", TSREWRITE_MODE_REWRITE),
				 a_group("beta", TSREWRITE_MODE_REWRITE) };
	struct judgement judgement;
	struct usual usual = { 0 };

	learn_usual(&usual, "alpha", USUAL_TRIAL);
	learn_usual(&usual, "beta", USUAL_TRIAL);
	begin_with(&judgement, group, 2, &usual);
	for (int i = 0; i < 60; i++) {
		count_attempts(&group[0], 0, 2);
		count_attempts(&group[1], 1, 0);
		judge_groups(&judgement, group, 2, 1);
	}
	EXPECT_EQ(COMPARISON_WORSE, judgement.row[0].verdict);
	EXPECT_EQ(COMPARISON_SAME, judgement.row[4].verdict);
	EXPECT_EQ(COMPARISON_WORSE, judgement_verdict(&judgement));
	judgement_free(&judgement);
}

/* By counters of their own: connections from inside are as before */
TEST(connections_from_outside)
{
	struct group group = a_group("alpha", TSREWRITE_MODE_REWRITE);
	struct judgement judgement;
	struct usual usual = { 0 };

	learn_usual(&usual, "alpha", USUAL_TRIAL);
	learn_origin(&usual, "alpha", USUAL_TRIAL, USUAL_OUTSIDE);
	begin_with(&judgement, &group, 1, &usual);
	for (int i = 0; i < 60; i++) {
		group.treated.value[TSREWRITE_A_GROUP_STATS_INBOUND_ATTEMPTS] += 2;
		go_on(&judgement, &group, 1, 0, 1);
	}
	EXPECT_EQ(COMPARISON_SAME, judgement.row[0].verdict);
	EXPECT_EQ(USUAL_OUTSIDE, judgement.row[1].origin);
	EXPECT_EQ(COMPARISON_WORSE, judgement.row[1].verdict);
	EXPECT_STREQ("attempts are not answered", judgement.row[1].reason);
	judgement_free(&judgement);
}

TEST(nothing_known_is_too_few)
{
	struct group group = a_group("alpha", TSREWRITE_MODE_REWRITE);
	struct judgement judgement;
	struct usual usual = { 0 };

	begin_with(&judgement, &group, 1, &usual);
	EXPECT_EQ(0, judgement_waits_for(&judgement, 900));
	EXPECT_EQ(COMPARISON_TOO_FEW, judgement_verdict(&judgement));
	EXPECT_FALSE(judgement_row_matters(&judgement.row[0]));
	go_on(&judgement, &group, 1, 0, 1);
	EXPECT_TRUE(judgement_row_matters(&judgement.row[0]));
	EXPECT_EQ(COMPARISON_NEW, judgement.row[0].verdict);
	judgement_free(&judgement);
}

/* A feature that is on after an upgrade: what is usual was learnt in mode off */
TEST(a_mode_that_was_changed)
{
	struct group group = a_group("alpha", TSREWRITE_MODE_REWRITE);
	struct judgement judgement;
	struct usual usual = { 0 };

	learn_usual(&usual, "alpha", USUAL_OFF);
	begin_with(&judgement, &group, 1, &usual);
	for (int i = 0; i < 30; i++)
		go_on(&judgement, &group, 0, 1, 1);
	EXPECT_EQ(COMPARISON_WORSE, judgement_verdict(&judgement));
	judgement_free(&judgement);
	group = a_group("alpha", TSREWRITE_MODE_OFF);
	learn_usual(&usual, "alpha", USUAL_TRIAL);
	begin_with(&judgement, &group, 1, &usual);
	EXPECT_EQ(2, judgement.count);
	for (int i = 0; i < 60; i++)
		go_on(&judgement, &group, 1, 0, 1);
	EXPECT_EQ(COMPARISON_SAME, judgement_verdict(&judgement));
	judgement_free(&judgement);
}

TEST(why_a_group_has_none)
{
	struct group group = a_group("alpha", TSREWRITE_MODE_OFF), other;
	struct judgement judgement;
	struct usual usual = { 0 };

	learn_usual(&usual, "alpha", USUAL_OFF);
	begin_with(&judgement, &group, 1, &usual);
	go_on(&judgement, &group, 0, 0, 1);
	EXPECT_STREQ("not counted in mode off (tsrewrite group set NAME count on)",
		     judgement.row[0].reason);
	group.count = true;
	go_on(&judgement, &group, 0, 0, 1);
	EXPECT_STREQ("no connection begins", judgement.row[0].reason);
	group.mode = TSREWRITE_MODE_REWRITE;
	go_on(&judgement, &group, 0, 0, 1);
	EXPECT_STREQ("the mode was changed meanwhile", judgement.row[0].reason);
	other = a_group("beta", TSREWRITE_MODE_OFF);
	go_on(&judgement, &other, 0, 0, 1);
	EXPECT_STREQ("the group was removed", judgement.row[0].reason);
	EXPECT_EQ(COMPARISON_TOO_FEW, judgement_verdict(&judgement));
	judgement_free(&judgement);
}

/* A module that was loaded again begins to count at 0; a tick may come late */
TEST(counters_that_begin_anew)
{
	struct group group = a_group("alpha", TSREWRITE_MODE_REWRITE), anew = group;
	struct judgement judgement;
	struct usual usual = { 0 };

	learn_usual(&usual, "alpha", USUAL_TRIAL);
	group.treated.value[TSREWRITE_A_GROUP_STATS_ATTEMPTS] = 1000;
	begin_with(&judgement, &group, 1, &usual);
	go_on(&judgement, &anew, 3, 0, 1);
	EXPECT_EQ(0, judgement.row[0].now.n[USUAL_ATTEMPTS]);
	go_on(&judgement, &anew, 3, 0, 4);
	EXPECT_EQ(3, judgement.row[0].now.n[USUAL_ATTEMPTS]);
	EXPECT_EQ(5, judgement.row[0].now.seconds);
	EXPECT_EQ(0, tally_settled(&judgement.row[0].now, USUAL_ATTEMPTS));
	judgement_free(&judgement);
}

TEST_HARNESS_MAIN

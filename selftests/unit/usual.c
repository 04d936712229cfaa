// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is usual, by the hour of the week: what is known when, how it ages, what clocks that jump
 * do to it, and what is read of a file that is not as it was written.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kselftest_harness.h"

/* The command has its own */
#undef ARRAY_SIZE
#undef __printf

#include "text/bad_file.h"
#include "usual/usual.h"
#include "usual/usual_file.h"

#define SECOND 1000000000ULL
#define HOUR   (3600 * SECOND)
#define WEEK   (168 * HOUR)
#define YEAR   (52 * WEEK)

/* Monday 30 November 2026, 20:10 in UTC */
#define NOW (1796069400 * SECOND)

FIXTURE(usual)
{
	struct usual usual;
	char directory[32];
	char path[64];
	char why[1024];
};

FIXTURE_SETUP(usual)
{
	memcpy(self->directory, "/tmp/usual.XXXXXX", sizeof("/tmp/usual.XXXXXX"));
	ASSERT_NE(NULL, mkdtemp(self->directory));
	snprintf(self->path, sizeof(self->path), "%s/usual.json", self->directory);
}

FIXTURE_TEARDOWN(usual)
{
	char command[128];

	usual_free(&self->usual);
	snprintf(command, sizeof(command), "rm -rf %s", self->directory);
	EXPECT_EQ(0, system(command));
}

#define usual_data FIXTURE_DATA(usual)

/* So many attempts, of which @up in a hundred come up, in @seconds */
static void learn_share(usual_data *self, const char *group, double seconds, double attempts,
			double up, uint64_t time)
{
	struct usual_counts counted[USUAL_ORIGINS] = {
		{ .seconds = seconds, .n = {
			[USUAL_ATTEMPTS] = attempts, [USUAL_ANSWERED] = attempts,
			[USUAL_ESTABLISHED] = attempts * up / 100,
		} },
		{ .seconds = seconds },
	};

	if (usual_learn(&self->usual, group, USUAL_TRIAL, counted, time))
		abort();
}

static struct usual_answer ask_inside(const usual_data *self, const char *group, uint64_t time)
{
	return usual_at(&self->usual, group, USUAL_TRIAL, USUAL_INSIDE, time);
}

/* The share that comes up, in percent; -1 if it is not known */
static int share_at(const usual_data *self, const char *group, uint64_t time)
{
	struct usual_answer answer = ask_inside(self, group, time);
	double share = usual_share(&answer, USUAL_ESTABLISHED, USUAL_ATTEMPTS);

	return !answer.known || share < 0 ? -1 : (int)lround(100 * share);
}

static bool is_hourly(const usual_data *self, const char *group, __u64 time)
{
	return ask_inside(self, group, time).hourly;
}

TEST_F(usual, nothing_is_known_at_first)
{
	struct usual_answer answer = ask_inside(self, "alpha", NOW);

	EXPECT_FALSE(answer.known);
	EXPECT_EQ(0, usual_per_second(&answer, USUAL_ATTEMPTS));
	EXPECT_EQ(-1, usual_share(&answer, USUAL_ESTABLISHED, USUAL_ATTEMPTS));
}

TEST_F(usual, too_few_connections_say_nothing)
{
	learn_share(self, "alpha", 3600, USUAL_ENOUGH - 1, 100, NOW);
	EXPECT_EQ(-1, share_at(self, "alpha", NOW));
	learn_share(self, "alpha", 3600, 1, 100, NOW);
	EXPECT_EQ(100, share_at(self, "alpha", NOW));
}

TEST_F(usual, of_another_group_kind_or_origin_is_another_matter)
{
	struct usual_answer answer;

	learn_share(self, "alpha", 60, 100, 90, NOW);
	learn_share(self, "alpha-2", 60, 100, 40, NOW);
	EXPECT_EQ(90, share_at(self, "alpha", NOW));
	EXPECT_EQ(40, share_at(self, "alpha-2", NOW));
	EXPECT_EQ(-1, share_at(self, "alpha-", NOW));
	answer = usual_at(&self->usual, "alpha", USUAL_OFF, USUAL_INSIDE, NOW);
	EXPECT_FALSE(answer.known);
	answer = usual_at(&self->usual, "alpha", USUAL_TRIAL, USUAL_OUTSIDE, NOW);
	EXPECT_FALSE(answer.known);
}

TEST_F(usual, hour_alone_if_there_is_enough_of_it)
{
	struct usual_answer answer;

	learn_share(self, "alpha", 3600, 7200, 90, NOW);
	learn_share(self, "alpha", USUAL_ENOUGH_SECONDS - 1, 1000, 50, NOW + HOUR);
	EXPECT_TRUE(is_hourly(self, "alpha", NOW));
	EXPECT_EQ(90, share_at(self, "alpha", NOW));
	EXPECT_FALSE(is_hourly(self, "alpha", NOW + HOUR));
	EXPECT_EQ(85, share_at(self, "alpha", NOW + HOUR));
	learn_share(self, "alpha", 1, 0, 0, NOW + HOUR);
	EXPECT_TRUE(is_hourly(self, "alpha", NOW + HOUR));
	EXPECT_EQ(50, share_at(self, "alpha", NOW + HOUR));
	answer = ask_inside(self, "alpha", NOW);
	EXPECT_EQ(2, usual_per_second(&answer, USUAL_ATTEMPTS));
}

/* At 20:59:59 it is hour 20, and so it is a week later */
TEST_F(usual, hours_of_the_week_begin_on_the_hour_in_utc)
{
	__u64 last = NOW + 50 * 60 * SECOND - 1;

	learn_share(self, "alpha", 3600, 3600, 90, NOW);
	EXPECT_TRUE(is_hourly(self, "alpha", last));
	EXPECT_FALSE(is_hourly(self, "alpha", last + 1));
	EXPECT_FALSE(is_hourly(self, "alpha", NOW - 11 * 60 * SECOND));
	EXPECT_TRUE(is_hourly(self, "alpha", last + WEEK));
	EXPECT_FALSE(is_hourly(self, "alpha", last + WEEK - 24 * HOUR));
}

TEST_F(usual, older_counts_weigh_less)
{
	learn_share(self, "alpha", 3600, 1000, 100, NOW);
	learn_share(self, "alpha", 3600, 1000, 0, NOW + 4 * WEEK);
	EXPECT_EQ(33, share_at(self, "alpha", NOW + 4 * WEEK));
}

/* After half a year, an hour is not known any more; all together may be */
TEST_F(usual, what_is_old_is_not_known_any_more)
{
	learn_share(self, "alpha", 3600, 1000, 90, NOW);
	EXPECT_TRUE(is_hourly(self, "alpha", NOW + 8 * WEEK));
	EXPECT_FALSE(is_hourly(self, "alpha", NOW + 16 * WEEK));
	EXPECT_EQ(90, share_at(self, "alpha", NOW + 16 * WEEK));
	EXPECT_EQ(-1, share_at(self, "alpha", NOW + YEAR));
}

/* And its hour is there again, when the clock is */
TEST_F(usual, clock_set_forward_takes_half_of_an_hour_at_most)
{
	learn_share(self, "alpha", 3600, 1000, 90, NOW);
	learn_share(self, "alpha", 60, 100, 90, NOW + 10 * YEAR);
	EXPECT_EQ(90, share_at(self, "alpha", NOW + 10 * YEAR));
	EXPECT_TRUE(is_hourly(self, "alpha", NOW));
	EXPECT_EQ(90, share_at(self, "alpha", NOW));
}

TEST_F(usual, clock_set_back_takes_nothing)
{
	struct usual_answer answer;

	learn_share(self, "alpha", 3600, 1000, 90, NOW);
	EXPECT_EQ(90, share_at(self, "alpha", NOW - 30 * YEAR));
	learn_share(self, "alpha", 60, 100, 90, NOW - 30 * YEAR);
	answer = ask_inside(self, "alpha", NOW - 30 * YEAR);
	EXPECT_EQ(1100, (int)answer.counts.n[USUAL_ATTEMPTS]);
	EXPECT_EQ(90, share_at(self, "alpha", 0));
}

TEST_F(usual, groups_that_are_gone_are_forgotten_after_a_while)
{
	learn_share(self, "alpha", 60, 100, 90, NOW);
	learn_share(self, "beta", 60, 100, 80, NOW);
	learn_share(self, "gamma", 60, 100, 70, NOW);
	for (int day = 0; day <= USUAL_FORGET_DAYS; day++) {
		EXPECT_EQ(80, share_at(self, "beta", NOW));
		usual_forget(&self->usual, 86400);
		usual_stay(&self->usual, "alpha");
		learn_share(self, "gamma", 60, 100, 70, NOW);
	}
	EXPECT_EQ(90, share_at(self, "alpha", NOW));
	EXPECT_EQ(-1, share_at(self, "beta", NOW));
	EXPECT_EQ(70, share_at(self, "gamma", NOW));
}

static int read_again(usual_data *self, uint64_t time)
{
	usual_free(&self->usual);
	return usual_read(self->directory, time, &self->usual, self->why, sizeof(self->why));
}

static void save_now(struct __test_metadata *_metadata, usual_data *self)
{
	ASSERT_EQ(0, usual_save(self->directory, NOW, &self->usual, self->why,
				sizeof(self->why))) {
		TH_LOG("%s", self->why);
	}
}

TEST_F(usual, no_file_is_no_failure)
{
	EXPECT_EQ(0, read_again(self, NOW));
	EXPECT_EQ(0, self->usual.count);
}

TEST_F(usual, is_read_as_it_was_saved)
{
	struct usual_answer before, after;
	struct stat stat_of_file;

	for (int i = 0; i < USUAL_HOURS; i++)
		learn_share(self, "alpha", 3600, 1000 + i, 90, NOW - i * HOUR);
	learn_share(self, "odd \x01 name", 60, 100, 40, NOW);
	usual_forget(&self->usual, 7);
	before = ask_inside(self, "alpha", NOW - 5 * HOUR);
	save_now(_metadata, self);
	EXPECT_EQ(0, stat(self->path, &stat_of_file));
	EXPECT_EQ(0600, stat_of_file.st_mode & 0777);
	ASSERT_EQ(0, read_again(self, NOW)) {
		TH_LOG("%s", self->why);
	}
	EXPECT_EQ(2, self->usual.count);
	after = ask_inside(self, "alpha", NOW - 5 * HOUR);
	EXPECT_EQ(before.hourly, after.hourly);
	EXPECT_EQ(before.counts.n[USUAL_ATTEMPTS], after.counts.n[USUAL_ATTEMPTS]);
	EXPECT_EQ(40, share_at(self, "odd \x01 name", NOW));
	for (int day = 0; day < USUAL_FORGET_DAYS; day++)
		usual_forget(&self->usual, 86400);
	EXPECT_EQ(0, self->usual.count);
}

TEST_F(usual, is_not_saved_where_there_is_no_room)
{
	learn_share(self, "alpha", 60, 100, 90, NOW);
	EXPECT_EQ(-1, usual_save("/nowhere", NOW, &self->usual, self->why, sizeof(self->why)));
	EXPECT_STREQ("/nowhere/usual.json: No such file or directory", self->why);
}

/* Reads @text as the file; returns what is said of it, or NULL */
static const char *complaint_of(usual_data *self, const char *text, size_t size)
{
	FILE *file = fopen(self->path, "w");

	if (!file || fwrite(text, 1, size, file) != size || fclose(file))
		abort();
	return read_again(self, NOW) ? self->why + strlen(self->path) : NULL;
}

#define COMPLAINT(text) complaint_of(self, text, sizeof(text) - 1)

TEST_F(usual, file_that_is_none)
{
	EXPECT_STREQ(": the file has a NUL character", COMPLAINT("{\"version\": 1\0\0\0\0"));
	EXPECT_STREQ(": it is not a file of what is usual", COMPLAINT("[]"));
	EXPECT_STREQ(": it is not a file of what is usual", COMPLAINT("{}"));
	EXPECT_STREQ(": it is not a file of what is usual",
		     COMPLAINT("{\"version\": \"1\", \"groups\": []}"));
	EXPECT_NE(NULL, strstr(COMPLAINT("{\"version\": 1, \"gro"), ": line 1: "));
	EXPECT_NE(NULL, strstr(COMPLAINT(""), ": line 1: "));
	EXPECT_EQ(NULL, COMPLAINT("{\"version\": 1, \"groups\": []}"));
}

TEST_F(usual, file_of_another_version)
{
	EXPECT_STREQ(": it has version 2, and this program reads version 1",
		     COMPLAINT("{\"version\": 2, \"groups\": [{\"name\": \"alpha\"}]}"));
	EXPECT_EQ(0, self->usual.count);
}

/* At 20:00 of the day of NOW, and of others */
#define ROW_OF(hour, seconds, attempts)					\
	"[" hour "," seconds ","					\
	attempts ",90,90,0,0,0,0,0,0,0,0,0,0,0]"
#define ROW(hour, attempts) ROW_OF(hour, "3600", attempts)
#define HOUR_OF_NOW "498908"
#define IN_GROUP(weeks)							\
	"{\"version\": 1, \"groups\": [{\"name\": \"alpha\", " weeks "}]}"

#define TWO_GROUPS(trial)						\
	"{\"version\": 1, \"groups\": [{\"name\": 7}, "		\
	"{\"name\": \"beta\", \"trial\": " trial "}]}"

TEST_F(usual, what_is_right_of_a_file_is_used)
{
	EXPECT_EQ(NULL, COMPLAINT(IN_GROUP("\"trial\": [" ROW(HOUR_OF_NOW, "100") "]")));
	EXPECT_EQ(90, share_at(self, "alpha", NOW));
	EXPECT_TRUE(is_hourly(self, "alpha", NOW));
	EXPECT_STREQ(": 4 entries are not as this version writes them",
		     COMPLAINT(IN_GROUP("\"trial\": [" ROW(HOUR_OF_NOW, "100") ", 7, [7, 7], "
					ROW("-1", "100") "," ROW("4989", "-100") "]")));
	EXPECT_EQ(90, share_at(self, "alpha", NOW));
	EXPECT_STREQ(": 1 entry is not as this version writes them",
		     COMPLAINT(TWO_GROUPS("[" ROW(HOUR_OF_NOW, "100") "]")));
	EXPECT_EQ(90, share_at(self, "beta", NOW));
	EXPECT_STREQ(": 1 entry is not as this version writes them",
		     COMPLAINT(IN_GROUP("\"trial\": 7, \"off\": []")));
}

/* Nothing is divided by it, nor does a sum of it go beyond what a number can be */
TEST_F(usual, hours_without_seconds_or_without_end_are_not_used)
{
	EXPECT_STREQ(": 1 entry is not as this version writes them",
		     COMPLAINT(IN_GROUP("\"trial\": [" ROW_OF(HOUR_OF_NOW, "0", "100") "]")));
	EXPECT_EQ(-1, share_at(self, "alpha", NOW));
	EXPECT_STREQ(": 1 entry is not as this version writes them",
		     COMPLAINT(IN_GROUP("\"trial\": [" ROW_OF(HOUR_OF_NOW, "1e-320", "100") "]")));
	EXPECT_STREQ(": 2 entries are not as this version writes them",
		     COMPLAINT(IN_GROUP("\"trial\": [" ROW(HOUR_OF_NOW, "1e308") ","
					ROW_OF("498907", "1e308", "100") "]")));
	EXPECT_EQ(-1, share_at(self, "alpha", NOW));
}

/* They would be cut, or escaped once more, each time that the file is read */
TEST_F(usual, names_that_no_group_has_are_not_used)
{
	EXPECT_EQ(NULL, COMPLAINT("{\"version\": 1, \"groups\": [{\"name\": \"a\\\\x7f\"}]}"));
	EXPECT_EQ(1, self->usual.count);
	EXPECT_STREQ(": 1 entry is not as this version writes them",
		     COMPLAINT("{\"version\": 1, \"groups\": [{\"name\": \"a\x7f\"}]}"));
	EXPECT_EQ(0, self->usual.count);
}

TEST_F(usual, hours_in_the_future_are_not_used)
{
	EXPECT_EQ(NULL, COMPLAINT(IN_GROUP("\"trial\": [" ROW("498932", "100") "]")));
	EXPECT_STREQ(": 1 hour is in the future: the clock was wrong then, or is now",
		     COMPLAINT(IN_GROUP("\"trial\": [" ROW("498933", "100") ","
					ROW("498907", "180") "]")));
	EXPECT_EQ(50, share_at(self, "alpha", NOW));
}

TEST_F(usual, bad_file_is_kept_aside)
{
	char bad[80];

	EXPECT_NE(NULL, COMPLAINT("{"));
	bad_file_keep(self->directory, USUAL_FILE, self->why, sizeof(self->why));
	EXPECT_NE(NULL, strstr(self->why, " (it is kept as usual.json.bad)"));
	snprintf(bad, sizeof(bad), "%s.bad", self->path);
	EXPECT_EQ(0, access(bad, F_OK));
	EXPECT_EQ(0, read_again(self, NOW));
}

TEST_HARNESS_MAIN

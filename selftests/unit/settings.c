// SPDX-License-Identifier: GPL-2.0-only
/*
 * The settings of the service: what is wrong is told line by line, all of it.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "kselftest_harness.h"

/* The command has its own */
#undef ARRAY_SIZE
#undef __printf

#include "watch/settings_file.h"

/* A file, what was read from it, and what was said of it */
struct attempt {
	struct settings read;
	char path[64];
	char told[4096];
	int fd;
};

FIXTURE(settings)
{
	struct attempt attempt;
};

FIXTURE_SETUP(settings)
{
	struct attempt *attempt = &self->attempt;

	attempt->fd = memfd_create("settings", 0);
	ASSERT_LE(0, attempt->fd);
	snprintf(attempt->path, sizeof(attempt->path), "/proc/self/fd/%d", attempt->fd);
}

FIXTURE_TEARDOWN(settings)
{
	close(self->attempt.fd);
}

/* Without the path, which is not the same twice */
static void note_problem(void *arg, const char *text)
{
	char *told = arg;

	strcat(told, strchr(text, ':') + 1);
	strcat(told, "\n");
}

static int read_text(struct attempt *attempt, const char *text, const char *netns)
{
	*attempt->told = '\0';
	if (ftruncate(attempt->fd, 0) || pwrite(attempt->fd, text, strlen(text), 0) < 0)
		return 1;
	return settings_read(&attempt->read, attempt->path, netns, note_problem, attempt->told);
}

TEST_F(settings, are_taken)
{
	struct policy policy;

	ASSERT_EQ(0, read_text(&self->attempt, "quiet = 5s\nrun = a\nrun-timeout = 2m\n\n"
			       "# a comment\n[group alpha]\ntrip = strip\nrun = b ; c # d\n",
			       NULL));
	EXPECT_STREQ("", self->attempt.told);
	EXPECT_EQ(5, self->attempt.read.quiet);
	EXPECT_EQ(120, self->attempt.read.run_timeout);
	policy = settings_policy(&self->attempt.read, "alpha");
	EXPECT_EQ(TRIP_STRIP, policy.trip);
	EXPECT_STREQ("b ; c # d", policy.run);
	policy = settings_policy(&self->attempt.read, "beta");
	EXPECT_EQ(TRIP_NO, policy.trip);
	EXPECT_STREQ("a", policy.run);
	settings_free(&self->attempt.read);
}

/* A line each, and the lines behind one that is wrong are read as well */
TEST_F(settings, all_that_is_wrong_is_told)
{
	EXPECT_EQ(-1, read_text(&self->attempt, "quite = 5s\n"
				"drop 5\n"
				"\n"
				"[alpha]\n"
				"trip = off\n"
				"[group beta]\n"
				"trip = on\n"
				"quiet = 3s\n"
				"run = x\n"
				"run = caf\xe9\n"
				"[group gamma\n"
				"run =\n", NULL));
	EXPECT_STREQ("1: unknown key \"quite\"; did you mean \"quiet\"?\n"
		     "2: the line is neither KEY = VALUE nor [group NAME]\n"
		     "4: [alpha] is not [group NAME]\n"
		     "7: trip \"on\" is not no, off, observe or strip\n"
		     "8: quiet applies to all groups: set it before the first [group NAME]\n"
		     "10: run \"caf\xe9\" is not UTF-8\n"
		     "11: the line is neither KEY = VALUE nor [group NAME]\n"
		     "12: run needs a value\n", self->attempt.told);
	settings_free(&self->attempt.read);
}

/* inih would read its end as a line of its own */
TEST_F(settings, a_long_line_is_refused_once)
{
	char text[1024] = "run = ";

	memset(text + 6, 'x', 600);
	strcat(text, "\ntrip = of\n");
	EXPECT_EQ(-1, read_text(&self->attempt, text, NULL));
	EXPECT_STREQ("1: the line is longer than 198 characters\n"
		     "2: trip \"of\" is not no, off, observe or strip\n", self->attempt.told);
	settings_free(&self->attempt.read);
}

/* For who is told that there is no such group */
TEST_F(settings, the_line_of_a_group_is_known)
{
	EXPECT_EQ(0, read_text(&self->attempt, "quiet = 5s\n\n[group alpha]\ntrip = off\n"
			       "[group beta]\n[group alpha]\ndrop = 5\n", NULL));
	ASSERT_EQ(2, self->attempt.read.groups);
	EXPECT_STREQ("alpha", self->attempt.read.group[0].name);
	EXPECT_EQ(3, self->attempt.read.group[0].line);
	EXPECT_STREQ("beta", self->attempt.read.group[1].name);
	EXPECT_EQ(5, self->attempt.read.group[1].line);
	settings_free(&self->attempt.read);
}

/* Each key that a group has for itself holds for it, and for no other group */
TEST_F(settings, a_group_overrides_what_it_has)
{
	struct settings *settings = &self->attempt.read;
	struct policy all, alpha, beta;

	ASSERT_EQ(0, read_text(&self->attempt, "min-attempts = 11\ndrop = 22\nhistory = 333s\n"
			       "trip = strip\nrun = /bin/all\n"
			       "[group beta]\ntrip = observe\nmin-attempts = 44\n"
			       "[group alpha]\ndrop = 55\nhistory = 666s\nrun = /bin/own\n", NULL));
	all = settings_policy(settings, "gamma");
	alpha = settings_policy(settings, "alpha");
	beta = settings_policy(settings, "beta");
	EXPECT_EQ(11, all.thresholds.min_attempts);
	EXPECT_EQ(22, (int)(all.thresholds.drop * 100 + 0.5));
	EXPECT_EQ(333, all.thresholds.history);
	EXPECT_EQ(TRIP_STRIP, all.trip);
	EXPECT_STREQ("/bin/all", all.run);

	EXPECT_EQ(11, alpha.thresholds.min_attempts);
	EXPECT_EQ(55, (int)(alpha.thresholds.drop * 100 + 0.5));
	EXPECT_EQ(666, alpha.thresholds.history);
	EXPECT_EQ(TRIP_STRIP, alpha.trip);
	EXPECT_STREQ("/bin/own", alpha.run);

	EXPECT_EQ(44, beta.thresholds.min_attempts);
	EXPECT_EQ(22, (int)(beta.thresholds.drop * 100 + 0.5));
	EXPECT_EQ(333, beta.thresholds.history);
	EXPECT_EQ(TRIP_OBSERVE, beta.trip);
	EXPECT_STREQ("/bin/all", beta.run);
	settings_free(settings);
}

/* At both ends of what can be set, and one beyond */
TEST_F(settings, ranges_have_borders)
{
	EXPECT_EQ(0, read_text(&self->attempt, "full = 100\nquiet = 120s\nasymmetric = 1\n"
			       "history = 60s\ndrop = 99\nmin-attempts = 1000000\n", NULL));
	EXPECT_EQ(100, self->attempt.read.full);
	EXPECT_EQ(120, self->attempt.read.quiet);
	EXPECT_EQ(1, self->attempt.read.asymmetric);
	EXPECT_EQ(60, self->attempt.read.policy.thresholds.history);
	EXPECT_EQ(1000000, self->attempt.read.policy.thresholds.min_attempts);
	settings_free(&self->attempt.read);
	EXPECT_EQ(0, read_text(&self->attempt, "full = 1\nquiet = 1s\ndrop = 1\n", NULL));
	EXPECT_EQ(1, self->attempt.read.full);
	EXPECT_EQ(1, self->attempt.read.quiet);
	settings_free(&self->attempt.read);
	EXPECT_EQ(-1, read_text(&self->attempt, "full = 101\nquiet = 121s\nasymmetric = 0\n"
				"history = 59s\ndrop = 100\nmin-attempts = 0\n", NULL));
	for (const char *line = "123456"; *line; line++) {
		const char told[] = { *line, ':', ' ', '\0' };

		EXPECT_NE(NULL, strstr(self->attempt.told, told)) {
			TH_LOG("line %c is taken", *line);
		}
	}
	settings_free(&self->attempt.read);
}

TEST_F(settings, a_namespace_has_state_of_its_own)
{
	EXPECT_EQ(0, read_text(&self->attempt, "", NULL));
	EXPECT_STREQ("/var/lib/tsrewrite", self->attempt.read.state);
	settings_free(&self->attempt.read);
	EXPECT_EQ(0, read_text(&self->attempt, "", "blue"));
	EXPECT_STREQ("/var/lib/tsrewrite/netns/blue", self->attempt.read.state);
	settings_free(&self->attempt.read);
	EXPECT_EQ(0, read_text(&self->attempt, "state = /srv/blue\n", "blue"));
	EXPECT_STREQ("/srv/blue", self->attempt.read.state);
	settings_free(&self->attempt.read);
}

TEST_F(settings, a_file_that_is_named_must_be_there)
{
	*self->attempt.told = '\0';
	EXPECT_EQ(-1, settings_read(&self->attempt.read, "/nowhere/at:all", NULL, note_problem,
				    self->attempt.told));
	EXPECT_NE(NULL, strstr(self->attempt.told, "No such file or directory"));
	settings_free(&self->attempt.read);
}

TEST_HARNESS_MAIN

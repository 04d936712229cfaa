// SPDX-License-Identifier: GPL-2.0-only
/*
 * The queue of commands: its order, what is known of one that was begun, and whom it obeys.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kselftest_harness.h"

/* The command has its own */
#undef ARRAY_SIZE
#undef __printf

#include "watch/job.h"
#include "watch/spool.h"

FIXTURE(spool)
{
	char path[64];
	char why[256];
	int fd;
	struct spool_state state;
};

FIXTURE_SETUP(spool)
{
	snprintf(self->path, sizeof(self->path), "/tmp/spool.XXXXXX");
	ASSERT_NE(NULL, mkdtemp(self->path));
	self->fd = spool_open(self->path, self->why, sizeof(self->why));
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(spool)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s", self->path);
	EXPECT_EQ(0, system(command));
	close(self->fd);
}

static int add_number(int spool, int number)
{
	json_t *json = json_pack("{s:i}", "n", number);
	int ret = spool_add(spool, json);

	json_decref(json);
	return ret;
}

/* The number in the one that is begun, or -1 */
static int number_in(int spool, __u64 file)
{
	json_t *json = spool_load(spool, file);
	int number = -1;

	json_unpack(json, "{s:i}", "n", &number);
	json_decref(json);
	return number;
}

/* More than ten, since 10 is behind 9 and not behind 1 */
TEST_F(spool, in_the_order_in_which_they_were_queued)
{
	for (int i = 0; i < 12; i++)
		ASSERT_EQ(0, add_number(self->fd, i));
	for (int i = 0; i < 12; i++) {
		ASSERT_EQ(0, spool_read_state(self->fd, &self->state));
		EXPECT_EQ(12 - i, self->state.waiting);
		ASSERT_EQ(0, spool_begin(self->fd, self->state.first));
		EXPECT_EQ(i, number_in(self->fd, self->state.first));
		ASSERT_EQ(0, spool_remove(self->fd, self->state.first));
	}
	ASSERT_EQ(0, spool_read_state(self->fd, &self->state));
	EXPECT_EQ(0, self->state.waiting);
}

/* Even if it was the last one, and the queue is empty but for it */
TEST_F(spool, one_that_is_added_is_behind_the_one_that_was_begun)
{
	ASSERT_EQ(0, add_number(self->fd, 1));
	ASSERT_EQ(0, spool_read_state(self->fd, &self->state));
	ASSERT_EQ(0, spool_begin(self->fd, self->state.first));
	ASSERT_EQ(0, add_number(self->fd, 2));
	ASSERT_EQ(0, spool_read_state(self->fd, &self->state));
	EXPECT_TRUE(self->state.begun);
	EXPECT_EQ(1, self->state.waiting);
	EXPECT_EQ(1, number_in(self->fd, self->state.running));
	EXPECT_LT(self->state.running, self->state.first);
}

/* systemd's DirectoryNotEmpty= would start the runner without end */
TEST_F(spool, what_does_not_belong_there_is_hidden)
{
	ASSERT_LE(0, openat(self->fd, "5.json", O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
	ASSERT_EQ(0, spool_read_state(self->fd, &self->state));
	EXPECT_EQ(0, self->state.waiting);
	EXPECT_STREQ("5.json", self->state.strange);
	EXPECT_EQ(0, spool_hide(self->fd, self->state.strange));
	ASSERT_EQ(0, spool_read_state(self->fd, &self->state));
	EXPECT_STREQ("", self->state.strange);
	EXPECT_EQ(0, faccessat(self->fd, ".5.json", F_OK, 0));
}

/* What is half written, when the machine stops, is not there */
TEST_F(spool, whole_or_not_at_all)
{
	ASSERT_LE(0, openat(self->fd, ".new", O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
	ASSERT_EQ(0, spool_read_state(self->fd, &self->state));
	EXPECT_EQ(0, self->state.waiting);
	EXPECT_EQ(0, add_number(self->fd, 1));
	ASSERT_EQ(0, spool_read_state(self->fd, &self->state));
	EXPECT_EQ(1, self->state.waiting);
	EXPECT_NE(0, faccessat(self->fd, ".new", F_OK, 0));
}

/* Whoever writes there has root run what he likes */
TEST_F(spool, a_directory_of_others_is_refused)
{
	ASSERT_EQ(0, fchmod(self->fd, 0770));
	EXPECT_EQ(-1, spool_open(self->path, self->why, sizeof(self->why)));
	EXPECT_NE(NULL, strstr(self->why, "others may write there"));
	ASSERT_EQ(0, fchmod(self->fd, 0755));
	if (!geteuid()) {
		ASSERT_EQ(0, fchown(self->fd, 65534, 0));
		EXPECT_EQ(-1, spool_open(self->path, self->why, sizeof(self->why)));
	}
}

static json_t *sample_job(void)
{
	const struct incident incident = {
		.kind = INCIDENT_SUCCESS, .verdict = VERDICT_OURS, .group = "alpha",
	};
	const struct job_context context = { .timeout = 60, .netns = "blue", .lost = 2 };

	return job_json(&incident, "opened", "page \"$TSREWRITE_TITLE\"", &context);
}

static const char *environment_of(const struct job *job, const char *name)
{
	return json_string_value(json_object_get(job->environment, name));
}

TEST(job_comes_back_as_it_was)
{
	json_t *json = sample_job();
	struct job job;

	ASSERT_EQ(0, job_parse(json, &job));
	EXPECT_STREQ("page \"$TSREWRITE_TITLE\"", job.command);
	EXPECT_EQ(60, job.timeout);
	EXPECT_STREQ("opened", job.what);
	EXPECT_STREQ("connections of group alpha fail: it looks like this firewall", job.title);
	EXPECT_STREQ("opened", environment_of(&job, "TSREWRITE_WHAT"));
	EXPECT_STREQ("open", environment_of(&job, "TSREWRITE_STATE"));
	EXPECT_STREQ("alpha", environment_of(&job, "TSREWRITE_GROUP"));
	EXPECT_STREQ("blue", environment_of(&job, "TSREWRITE_NETNS"));
	EXPECT_STREQ("2", environment_of(&job, "TSREWRITE_LOST"));
	EXPECT_STREQ("opened", json_string_value(json_object_get(job.input, "what")));
	json_decref(json);
}

static bool takes_job(const char *key, json_t *value)
{
	json_t *json = sample_job();
	struct job job;
	int ret;

	json_object_set_new(json, key, value);
	ret = job_parse(json, &job);
	json_decref(json);
	return !ret;
}

TEST(what_is_no_job_is_refused)
{
	struct job job;

	EXPECT_EQ(-1, job_parse(NULL, &job));
	EXPECT_TRUE(takes_job("timeout", json_integer(1)));
	EXPECT_FALSE(takes_job("timeout", json_integer(0)));
	EXPECT_FALSE(takes_job("timeout", json_integer(1 << 20)));
	EXPECT_FALSE(takes_job("command", json_integer(1)));
	EXPECT_FALSE(takes_job("input", json_string("")));
	EXPECT_FALSE(takes_job("environment", json_object()));
	EXPECT_FALSE(takes_job("environment", json_pack("{s:s, s:s, s:s}", "TSREWRITE_WHAT", "",
							"TSREWRITE_TITLE", "", "PATH", "/tmp")));
}

TEST_HARNESS_MAIN

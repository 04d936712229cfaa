// SPDX-License-Identifier: GPL-2.0-only
/*
 * One command of the queue: what it is given, how its end is known, and what happens to one
 * that does not end.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest_harness.h"

/* The command has its own */
#undef ARRAY_SIZE
#undef __printf

#include "watch/process.h"

FIXTURE(process)
{
	char path[64];	/* a file that commands may write to */
	json_t *environment;
	json_t *input;
};

FIXTURE_SETUP(process)
{
	int fd;

	process_hold_signals(2);
	snprintf(self->path, sizeof(self->path), "/tmp/process.XXXXXX");
	fd = mkstemp(self->path);
	ASSERT_LE(0, fd);
	close(fd);
	self->environment = json_pack("{s:s, s:s}", "TSREWRITE_TITLE", "a title",
				      "TSREWRITE_PATH", self->path);
	self->input = json_pack("{s:s}", "what", "opened");
}

FIXTURE_TEARDOWN(process)
{
	unlink(self->path);
	json_decref(self->environment);
	json_decref(self->input);
}

static struct process_end run_for(const json_t *environment, const json_t *input,
				  const char *command, unsigned int seconds)
{
	const struct job job = {
		.command = command, .timeout = seconds,
		.environment = environment, .input = input,
	};

	return process_run(&job);
}

#define RUN(command, seconds) run_for(self->environment, self->input, command, seconds)

static const char *text_in(const char *path, char text[256])
{
	FILE *file = fopen(path, "r");

	memset(text, 0, 256);
	if (file) {
		fread(text, 1, 255, file);
		fclose(file);
	}
	return text;
}

TEST_F(process, is_given_the_incident)
{
	struct process_end end = RUN("(cat; echo \" $TSREWRITE_TITLE\") >$TSREWRITE_PATH", 60);
	char text[256];

	EXPECT_TRUE(end.started);
	EXPECT_FALSE(end.timed_out);
	EXPECT_EQ(0, end.status);
	EXPECT_STREQ("{\"what\":\"opened\"} a title\n", text_in(self->path, text));
}

TEST_F(process, how_it_ends_is_known)
{
	struct process_end end = RUN("exit 3", 60);

	EXPECT_EQ(3, WEXITSTATUS(end.status));
	end = RUN("kill -KILL $$", 60);
	EXPECT_TRUE(WIFSIGNALED(end.status));
	EXPECT_EQ(SIGKILL, WTERMSIG(end.status));
	end = RUN("/nowhere/at/all 2>/dev/null", 60);
	EXPECT_EQ(127, WEXITSTATUS(end.status));
}

/* With those that it has started, which would hold what it holds */
TEST_F(process, one_that_does_not_end_is_killed)
{
	struct process_end end = RUN("sleep 600 & echo $! >$TSREWRITE_PATH; sleep 600", 1);
	char text[256];

	EXPECT_TRUE(end.timed_out);
	EXPECT_LE(1, end.seconds);
	EXPECT_GT(60, end.seconds);
	/* Its child is init's now, and may be dead and not yet waited for */
	for (int i = 0; i < 1000 && !kill(atoi(text_in(self->path, text)), 0); i++)
		usleep(10000);
	EXPECT_NE(0, kill(atoi(text_in(self->path, text)), 0));
}

/* As the delivery of a mail that sendmail leaves behind */
TEST_F(process, what_it_leaves_behind_goes_on)
{
	struct process_end end = RUN("(sleep 1; echo done >$TSREWRITE_PATH) &", 60);
	char text[256];

	EXPECT_EQ(0, end.status);
	EXPECT_STREQ("", text_in(self->path, text));
	for (int i = 0; i < 1000 && !*text_in(self->path, text); i++)
		usleep(10000);
	EXPECT_STREQ("done\n", text);
}

/* The command may end; that the runner was told to end is not forgotten meanwhile */
TEST_F(process, a_signal_to_the_runner_waits_for_the_command)
{
	struct process_end end;
	char text[256];

	EXPECT_FALSE(process_is_ending(0));
	end = RUN("kill -TERM $PPID; sleep 0.2; echo done >$TSREWRITE_PATH", 60);
	EXPECT_EQ(0, end.status);
	EXPECT_STREQ("done\n", text_in(self->path, text));
	EXPECT_TRUE(process_is_ending(0));
}

/* Or else two would run at once: it, and the first one of the next runner */
TEST_F(process, one_that_does_not_end_when_the_runner_does_is_killed)
{
	struct process_end end = RUN("kill -TERM $PPID; echo $$ >$TSREWRITE_PATH; sleep 600", 300);
	char text[256];

	EXPECT_TRUE(end.stopped);
	EXPECT_FALSE(end.timed_out);
	EXPECT_LE(2, end.seconds);
	EXPECT_GT(60, end.seconds);
	/* Its child is init's now, and may be dead and not yet waited for */
	for (int i = 0; i < 1000 && !kill(-atoi(text_in(self->path, text)), 0); i++)
		usleep(10000);
	EXPECT_NE(0, kill(-atoi(text_in(self->path, text)), 0));
}

TEST_HARNESS_MAIN

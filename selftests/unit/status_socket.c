// SPDX-License-Identifier: GPL-2.0-only
/*
 * The status socket, both its ends: the largest answer comes whole, though nobody reads while
 * it is written.
 */
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <jansson.h>

#include "kselftest_harness.h"

#include "client/status_socket.h"

/* As many incidents as can be open at once, and groups */
#define INCIDENTS 264
#define GROUPS	  256

static json_t *largest_status(void)
{
	json_t *incidents = json_array(), *groups = json_array();
	char name[4 * 31 + 1] = "", title[256];

	/* A name of which each byte is escaped, and once more in JSON */
	for (int i = 0; i < 31; i++)
		strcat(name, "\\x1b");
	snprintf(title, sizeof(title),
		 "impossible echoes in group %s: it looks like the far end, or the path to it",
		 name);
	for (int i = 0; i < INCIDENTS; i++)
		json_array_append_new(incidents,
				      json_pack("{s:s, s:s, s:s, s:s, s:s}", "group", name,
						"kind", "success", "verdict", "ours",
						"state", "tripped", "title", title));
	for (int i = 0; i < GROUPS; i++)
		json_array_append_new(groups, json_pack("{s:s, s:f}", "name", name,
							"usual_success", 1.0 / 3));
	return json_pack("{s:o, s:o}", "incidents", incidents, "groups", groups);
}

/* Exits with 0 if it was answered as expected */
static void ask_and_exit(const json_t *expected)
{
	char why[128];
	json_t *answer = status_socket_ask(why, sizeof(why));
	int ret = !json_equal(answer, expected);

	json_decref(answer);
	_exit(ret);
}

/* The asker, once it has connected, does not read until the answer is written */
static int answer_while_stopped(int fd, const json_t *status)
{
	struct pollfd asked = { .fd = fd, .events = POLLIN };
	int exited = -1;
	pid_t asker = fork();

	if (!asker)
		ask_and_exit(status);
	poll(&asked, 1, 10000);
	kill(asker, SIGSTOP);
	waitpid(asker, NULL, WUNTRACED);
	status_socket_answer(fd, status);
	kill(asker, SIGCONT);
	waitpid(asker, &exited, 0);
	return exited;
}

TEST(largest_answer_is_whole)
{
	json_t *status = largest_status();
	int fd;

	/* The name belongs to the network namespace, where another may use it */
	if (unshare(CLONE_NEWUSER | CLONE_NEWNET) && unshare(CLONE_NEWNET))
		SKIP(return, "no network namespace");
	fd = status_socket_listen();
	ASSERT_LE(0, fd);
	EXPECT_EQ(0, answer_while_stopped(fd, status));
	close(fd);
	json_decref(status);
}

TEST_HARNESS_MAIN

// SPDX-License-Identifier: GPL-2.0-only
/*
 * The status socket, both its ends: the largest answer comes whole, though nobody reads while
 * it is written.
 */
#include <poll.h>
#include <sched.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
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

/* As status_socket_ask() does, but the caller decides when to read */
static int connect_to_socket(void)
{
	static const char name[] = "tsrewrite-watch";
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	socklen_t len = offsetof(struct sockaddr_un, sun_path) + sizeof(name);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	memcpy(address.sun_path + 1, name, sizeof(name) - 1);
	if (fd < 0 || connect(fd, (struct sockaddr *)&address, len))
		return -1;
	return fd;
}

/* The name belongs to the network namespace, where another may use it */
static int listen_alone(void)
{
	if (unshare(CLONE_NEWUSER | CLONE_NEWNET) && unshare(CLONE_NEWNET))
		return -1;
	return status_socket_listen();
}

/* With one process that connects again and again, the first call would never return */
TEST(crowd_does_not_stall_it)
{
	struct pollfd listening = { .events = POLLIN };
	json_t *status = json_object();
	int asked[65];

	listening.fd = listen_alone();
	if (listening.fd < 0)
		SKIP(return, "no network namespace");
	for (int i = 0; i < 65; i++) {
		asked[i] = connect_to_socket();
		ASSERT_LE(0, asked[i]);
	}
	status_socket_answer(listening.fd, status);
	EXPECT_EQ(1, poll(&listening, 1, 0));
	status_socket_answer(listening.fd, status);
	EXPECT_EQ(0, poll(&listening, 1, 0));
	for (int i = 0; i < 65; i++)
		close(asked[i]);
	json_decref(status);
	close(listening.fd);
}

TEST(who_has_the_name_is_told)
{
	char owner[64], self[64];
	int fd = listen_alone();

	if (fd < 0)
		SKIP(return, "no network namespace");
	EXPECT_EQ(-1, status_socket_listen());
	snprintf(self, sizeof(self), "uid %u, pid %d", geteuid(), getpid());
	EXPECT_STREQ(self, status_socket_owner(owner, sizeof(owner)));
	close(fd);
}

TEST(largest_answer_is_whole)
{
	json_t *status = largest_status(), *answer;
	int fd, asked;

	fd = listen_alone();
	if (fd < 0)
		SKIP(return, "no network namespace");
	asked = connect_to_socket();
	ASSERT_LE(0, asked);
	status_socket_answer(fd, status);
	answer = json_loadfd(asked, 0, NULL);
	EXPECT_TRUE(json_equal(answer, status));
	json_decref(answer);
	json_decref(status);
	close(asked);
	close(fd);
}

TEST_HARNESS_MAIN

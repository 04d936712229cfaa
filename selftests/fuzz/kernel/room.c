// SPDX-License-Identifier: GPL-2.0-only
/*
 * The network namespaces that messages are sent from.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "room.h"

static void fail_at(const char *what)
{
	perror(what);
	exit(2);
}

static void write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		fail_at(path);
	close(fd);
}

static void run_command(const char *command)
{
	if (system(command))
		fail_at(command);
}

static void become_container_root(void)
{
	if (setresgid(65534, 65534, 65534) || setresuid(65534, 65534, 65534))
		fail_at("setresuid");
	prctl(PR_SET_DUMPABLE, 1);
	if (unshare(CLONE_NEWUSER))
		fail_at("unshare");
	write_text("/proc/self/setgroups", "deny");
	write_text("/proc/self/uid_map", "0 65534 1");
	write_text("/proc/self/gid_map", "0 65534 1");
}

/**
 * room_enter - go to a network namespace, and make spare devices there
 * @role: where
 * @netns: file of the one where nothing may break
 */
void room_enter(enum role role, const char *netns)
{
	int fd;

	if (role == GENTLE) {
		fd = open(netns, O_RDONLY);
		if (fd < 0 || setns(fd, CLONE_NEWNET))
			fail_at(netns);
		close(fd);
	} else {
		if (role == USER)
			become_container_root();
		if (unshare(CLONE_NEWNET))
			fail_at("unshare");
		run_command("ip link set lo up");
	}
	for (int i = 0; i < 4; i++) {
		char command[64];

		snprintf(command, sizeof(command), "ip link add spare%d type dummy", i);
		run_command(command);
	}
}

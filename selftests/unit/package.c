// SPDX-License-Identifier: GPL-2.0-only
/* What is told of the logs of dpkg and apt: which packages, when, and by which command */
#include <stdlib.h>
#include <string.h>

#include "kselftest_harness.h"

#include "watch/package.h"

FIXTURE(package) {
	struct package_run run[4];
	size_t count;
	char text[512];
};

FIXTURE_SETUP(package)
{
	setenv("TZ", "UTC", 1);
	tzset();
}

FIXTURE_TEARDOWN(package)
{
}

#define package_data FIXTURE_DATA(package)

#define LINE(time, rest) "2026-11-30 " time " " rest "\n"

/* 30 November 2026, 20:10:00 */
#define AT_20_10 1796069400

static void read_log(package_data *self, const char *log)
{
	self->count = package_runs(log, 0, self->run, 4);
}

static const char *describe_run(package_data *self, size_t i, const char *history)
{
	return package_describe(&self->run[i], history, self->text, sizeof(self->text));
}

static const char nftables[] =
	LINE("20:10:00", "startup archives unpack")
	LINE("20:10:00", "upgrade nftables:amd64 1.0.6-2 1.1.1-1")
	LINE("20:10:00", "status half-configured nftables:amd64 1.0.6-2")
	LINE("20:10:02", "configure nftables:amd64 1.1.1-1 <none>")
	LINE("20:10:02", "status installed nftables:amd64 1.1.1-1");

TEST_F(package, one_is_named)
{
	read_log(self, nftables);
	ASSERT_EQ(1, self->count);
	EXPECT_EQ(AT_20_10, self->run[0].began);
	EXPECT_STREQ("package nftables upgraded 1.0.6-2 -> 1.1.1-1", describe_run(self, 0, NULL));
}

TEST_F(package, installed_and_removed)
{
	read_log(self, LINE("20:10:00", "install keepalived:amd64 <none> 1:2.2.7-1"));
	EXPECT_STREQ("package keepalived installed 1:2.2.7-1", describe_run(self, 0, NULL));
	read_log(self, LINE("20:10:00", "remove iptables:amd64 1.8.9-2 <none>"));
	EXPECT_STREQ("package iptables 1.8.9-2 removed", describe_run(self, 0, NULL));
}

#define NEW_KERNEL " linux-image-6.12.9-amd64 6.12.9-1"

TEST_F(package, many_are_summed_up)
{
	read_log(self,
		 LINE("20:10:00", "upgrade tzdata:all 2025a 2025b")
		 LINE("20:10:01", "upgrade linux-image-amd64:amd64 6.1.119-1 6.12.9-1")
		 LINE("20:10:02", "install linux-image-6.12.9-amd64:amd64 <none> 6.12.9-1")
		 LINE("20:11:00", "upgrade vim:amd64 9.0 9.1")
		 LINE("20:15:59", "remove ufw:all 0.36.2-1 <none>"));
	ASSERT_EQ(1, self->count);
	EXPECT_EQ(AT_20_10, self->run[0].began);
	EXPECT_EQ(AT_20_10 + 359, self->run[0].last);
	EXPECT_STREQ("5 packages changed: linux-image-amd64 6.1.119-1 -> 6.12.9-1,"
		     NEW_KERNEL ", ufw 0.36.2-1 removed and 2 others",
		     describe_run(self, 0, NULL));
}

/* The last change before an incident is to be one that may have caused it */
TEST_F(package, those_that_no_firewall_depends_on_are_left_out)
{
	read_log(self, LINE("20:10:00", "upgrade tzdata:all 2025a 2025b"));
	EXPECT_EQ(0, self->count);
	read_log(self, LINE("20:10:00", "upgrade nftables:amd64 1.0.6-2 1.0.6-2"));
	EXPECT_EQ(0, self->count);
}

TEST_F(package, more_than_there_is_room_for_are_counted)
{
	char log[8192] = "", line[128];

	for (int i = 0; i < 41; i++) {
		snprintf(line, sizeof(line),
			 LINE("20:10:00", "upgrade systemd-%d:amd64 252.%d 253.%d"), i, i, i);
		strcat(log, line);
	}
	read_log(self, log);
	ASSERT_EQ(1, self->count);
	describe_run(self, 0, NULL);
	EXPECT_EQ(0, strncmp("41 packages changed: systemd-0 252.0 -> 253.0, ", self->text, 47));
	EXPECT_NE(NULL, strstr(self->text, " others"));
	EXPECT_GT(400, strlen(self->text));
}

TEST_F(package, another_command_is_another_change)
{
	read_log(self,
		 LINE("20:10:00", "upgrade nftables:amd64 1.0.6-2 1.1.1-1")
		 LINE("20:15:01", "upgrade systemd:amd64 252 253"));
	ASSERT_EQ(2, self->count);
	EXPECT_STREQ("package nftables upgraded 1.0.6-2 -> 1.1.1-1", describe_run(self, 0, NULL));
	EXPECT_STREQ("package systemd upgraded 252 -> 253", describe_run(self, 1, NULL));
}

TEST_F(package, last_ones_and_those_that_are_new)
{
	static const char log[] =
		LINE("10:00:00", "upgrade systemd:amd64 1 2")
		LINE("11:00:00", "upgrade systemd:amd64 2 3")
		LINE("12:00:00", "upgrade systemd:amd64 3 4");

	self->count = package_runs(log, 0, self->run, 2);
	ASSERT_EQ(2, self->count);
	EXPECT_STREQ("package systemd upgraded 3 -> 4", describe_run(self, 1, NULL));
	self->count = package_runs(log, self->run[1].last, self->run, 4);
	ASSERT_EQ(1, self->count);
	EXPECT_STREQ("package systemd upgraded 3 -> 4", describe_run(self, 0, NULL));
	EXPECT_EQ(0, package_runs(log, self->run[0].last + 1, self->run, 4));
}

/* An hour that the clock has twice is no reason to lose anything */
TEST_F(package, times_are_local)
{
	setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
	tzset();
	read_log(self, nftables);
	ASSERT_EQ(1, self->count);
	EXPECT_EQ(AT_20_10 - 3600, self->run[0].began);
	read_log(self,
		 "2026-10-25 02:59:59 upgrade nftables:amd64 1 2\n"
		 "2026-10-25 02:00:01 upgrade systemd:amd64 1 2\n");
	EXPECT_NE(0, self->count);
}

TEST_F(package, log_that_is_damaged)
{
	read_log(self, "");
	EXPECT_EQ(0, self->count);
	read_log(self, NULL);
	EXPECT_EQ(0, self->count);
	read_log(self, "\n\n\nupgrade\n2026-11-30\n2026-11-30 20:10:00 upgrade nftables:amd64 1");
	EXPECT_EQ(0, self->count);
	read_log(self, "5-2\n\n\n2026-13-77 99:99:99 upgrade nftables:amd64 1 2\n"
		 LINE("20:10:00", "upgrade nftables:amd64 1.0.6-2 1.1.1-1"));
	ASSERT_EQ(1, self->count);
	EXPECT_STREQ("package nftables upgraded 1.0.6-2 -> 1.1.1-1", describe_run(self, 0, NULL));
}

#define APT(start, command, end)					\
	"Start-Date: 2026-11-30  " start "\nCommandline: " command "\n"	\
	"Upgrade: nftables:amd64 (1.0.6-2, 1.1.1-1)\n" end "\n"
#define END(time) "End-Date: 2026-11-30  " time "\n"

TEST_F(package, command_of_apt)
{
	read_log(self, nftables);
	EXPECT_STREQ("package nftables upgraded 1.0.6-2 -> 1.1.1-1 by \"apt full-upgrade\"",
		     describe_run(self, 0,
				  APT("20:00:00", "apt install vim", END("20:00:09"))
				  APT("20:09:58", "apt full-upgrade", END("20:10:03"))
				  APT("20:20:00", "apt remove vim", END("20:20:01"))));
	/* While it goes on, or somebody is known to have asked for it */
	EXPECT_STREQ("package nftables upgraded 1.0.6-2 -> 1.1.1-1 by \"apt upgrade\" of x (7)",
		     describe_run(self, 0,
				  APT("20:09:58", "apt upgrade", "Requested-By: x (7)\n")));
}

TEST_F(package, no_command_of_apt)
{
	static const char none[] = "package nftables upgraded 1.0.6-2 -> 1.1.1-1";

	read_log(self, nftables);
	EXPECT_STREQ(none, describe_run(self, 0, ""));
	EXPECT_STREQ(none, describe_run(self, 0, "Start-Date: "));
	EXPECT_STREQ(none, describe_run(self, 0, "Start-Date: 2026-11-30  20:09:58\n"));
	EXPECT_STREQ(none, describe_run(self, 0,
					APT("20:00:00", "apt install vim", END("20:09:59"))));
	EXPECT_STREQ(none, describe_run(self, 0, APT("20:10:01", "apt install vim", "")));
}

TEST_HARNESS_MAIN

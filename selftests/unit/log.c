// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the journal reads, as systemd.exec(5) says: the stream whose device and inode are in
 * JOURNAL_STREAM, and no other.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kselftest_harness.h"

/* The command has its own */
#undef ARRAY_SIZE
#undef __printf

#include "watch/log.h"

/* Puts the device and the inode of @fd into the environment, as systemd does */
static void name_stream(int fd, const char *behind)
{
	char text[64];
	struct stat is;

	fstat(fd, &is);
	snprintf(text, sizeof(text), "%llu:%llu%s", (unsigned long long)is.st_dev,
		 (unsigned long long)is.st_ino, behind);
	setenv("JOURNAL_STREAM", text, 1);
}

TEST(each_stream_by_itself)
{
	int journal[2], other[2];

	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM, 0, journal));
	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM, 0, other));
	unsetenv("JOURNAL_STREAM");
	EXPECT_FALSE(log_is_journal(journal[0]));
	name_stream(journal[0], "");
	EXPECT_TRUE(log_is_journal(journal[0]));
	EXPECT_TRUE(log_is_journal(dup(journal[0])));
	EXPECT_FALSE(log_is_journal(other[0]));
	EXPECT_FALSE(log_is_journal(-1));
	name_stream(journal[0], "0");
	EXPECT_FALSE(log_is_journal(journal[0]));
	setenv("JOURNAL_STREAM", "yes", 1);
	EXPECT_FALSE(log_is_journal(journal[0]));
}

static const char *line_in(FILE *file, char text[128])
{
	memset(text, 0, 128);
	rewind(file);
	fread(text, 1, 127, file);
	rewind(file);
	return text;
}

TEST(level_for_the_journal_and_time_for_others)
{
	FILE *file = tmpfile();
	char text[128];

	ASSERT_NE(NULL, file);
	unsetenv("JOURNAL_STREAM");
	log_line(file, SD_ERR, 1795709810012345678, "%s is\x1b wrong", "it");
	EXPECT_STREQ("2026-11-26T16:16:50.012Z it is\\x1b wrong\n", line_in(file, text));
	ASSERT_EQ(0, ftruncate(fileno(file), 0));
	name_stream(fileno(file), "");
	log_line(file, SD_ERR, 1795709810012345678, "%s is wrong", "it");
	EXPECT_STREQ(SD_ERR "it is wrong\n", line_in(file, text));
	fclose(file);
}

TEST_HARNESS_MAIN

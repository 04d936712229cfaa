// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files that are not what they should be: zeros that a crash has left, no end, a line without
 * end, names that are paths.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "kselftest_harness.h"

/* The command has its own */
#undef ARRAY_SIZE
#undef __printf

#include "../fuzz/kernel.h"
#include "classifier/prefix_list.h"
#include "client/session.h"
#include "cmd/group.h"
#include "text/report.h"
#include "watch/settings_file.h"
#include "watch/store.h"

#define MEBIBYTE 1048576

#define CONTROLS "\\u0001\\u0001\\u0001\\u0001"
#define NOTHING_ELSE ", \"news\": [], \"incidents\": []}"

FIXTURE(files)
{
	char directory[32];
	char path[64];
	char word[72];
	char why[1024];
};

FIXTURE_SETUP(files)
{
	memcpy(self->directory, "/tmp/files.XXXXXX", sizeof("/tmp/files.XXXXXX"));
	ASSERT_NE(NULL, mkdtemp(self->directory));
	snprintf(self->path, sizeof(self->path), "%s/file", self->directory);
	snprintf(self->word, sizeof(self->word), "@%s", self->path);
	kernel_begin(NULL, 0);
}

FIXTURE_TEARDOWN(files)
{
	char command[128];

	report_catch(NULL, 0);
	snprintf(command, sizeof(command), "rm -rf %s", self->directory);
	EXPECT_EQ(0, system(command));
}

/* Writes @text, of @len bytes, @times one after the other */
static void put_file(const char *path, const char *text, size_t len, size_t times)
{
	FILE *file = fopen(path, "w");

	while (file && times--)
		fwrite(text, 1, len, file);
	if (!file || fclose(file))
		abort();
}

static const char *read_prefixes(struct _test_data_files *self)
{
	struct ranges ranges = { 0 };
	int ret = prefix_list_read(self->word, &ranges, self->why, sizeof(self->why));

	free(ranges.range);
	return ret ? self->why + strlen(self->path) : "taken";
}

TEST_F(files, prefixes_and_nothing_behind_a_nul)
{
	put_file(self->path, "10.0.0.0/8\0,192.0.2.1\n", 22, 1);
	EXPECT_STREQ(":1: the file has a NUL character", read_prefixes(self));
	put_file(self->path, "10.0.0.0/8\n\0\0\0\0", 15, 1);
	EXPECT_STREQ(":2: the file has a NUL character", read_prefixes(self));
	put_file(self->path, "# \0\n10.0.0.0/8\n", 15, 1);
	EXPECT_STREQ(":1: the file has a NUL character", read_prefixes(self));
	put_file(self->path, "10.0.0.0/8\n#\n192.0.2.1", 22, 1);
	EXPECT_STREQ("taken", read_prefixes(self));
}

TEST_F(files, prefixes_without_end_of_line)
{
	put_file(self->path, "7", 1, 2000);
	EXPECT_STREQ(":1: the line is longer than 1000 characters", read_prefixes(self));
	put_file(self->path, "10.0.0.0/8 # ", 13, 1000);
	EXPECT_STREQ("taken", read_prefixes(self));
}

TEST_F(files, more_prefixes_than_there_can_be)
{
	put_file(self->path, "# no prefix is in here\n", 23, 3 * MEBIBYTE);
	EXPECT_STREQ(": File too large", read_prefixes(self));
}

static int load_groups(struct _test_data_files *self)
{
	char *words[3] = { "load", self->path };
	const struct call call = { .name = "group", .words = words };

	report_catch(self->why, sizeof(self->why));
	return cmd_group(&call);
}

TEST_F(files, groups_and_nothing_behind_a_nul)
{
	put_file(self->path, "a mode off\n\0\0", 13, 1);
	EXPECT_EQ(EXIT_REFUSED, load_groups(self));
	EXPECT_NE(NULL, strstr(self->why, "the file has a NUL character"));
}

TEST_F(files, more_groups_than_there_can_be)
{
	put_file(self->path, "a mode off\n", 11, 300);
	EXPECT_EQ(EXIT_REFUSED, load_groups(self));
	EXPECT_NE(NULL, strstr(self->why, ":256: more than 255 groups"));
}

TEST_F(files, more_lines_of_groups_than_there_can_be)
{
	put_file(self->path, "\n\n\n\n\n\n\n\n", 8, 9 * MEBIBYTE);
	EXPECT_EQ(EXIT_REFUSED, load_groups(self));
	EXPECT_NE(NULL, strstr(self->why, "File too large"));
}

static void keep_problem(void *why, const char *text)
{
	if (!*(char *)why)
		snprintf(why, 1024, "%s", text);
}

static const char *read_settings(struct _test_data_files *self)
{
	struct settings settings;
	int ret = settings_read(&settings, self->path, NULL, keep_problem, self->why);

	settings_free(&settings);
	return ret ? self->why + strlen(self->path) : "taken";
}

/* A file system that lost power may leave as many zeros as the file had bytes */
TEST_F(files, settings_of_zeros)
{
	static const char zeros[1000];

	put_file(self->path, zeros, sizeof(zeros), 1);
	EXPECT_STREQ(":1: the file has a NUL character", read_settings(self));
	*self->why = '\0';
	put_file(self->path, "quiet = 5\ntrip = off\0\n", 22, 1);
	EXPECT_STREQ(":2: the file has a NUL character", read_settings(self));
}

TEST_F(files, settings_without_end)
{
	struct settings settings;

	*self->why = '\0';
	EXPECT_EQ(-1, settings_read(&settings, "/dev/zero", NULL, keep_problem, self->why));
	EXPECT_STREQ("/dev/zero:1: the file has a NUL character", self->why);
	settings_free(&settings);
}

#define ID "urn:uuid:01234567-89ab-cdef-0123-456789abcdef"

static struct feeds *load_feeds(struct _test_data_files *self, const char *json)
{
	static struct incidents incidents;
	static struct feeds feeds;
	char path[128];

	snprintf(path, sizeof(path), "%s/incidents.json", self->directory);
	put_file(path, json, strlen(json), 1);
	store_load(self->directory, &incidents, &feeds, self->why, sizeof(self->why));
	return &feeds;
}

/* A feed's name is that of its file, and no name stands for the machine's news */
TEST_F(files, feeds_that_are_no_names)
{
	struct feeds *feeds = load_feeds(self, "{\"group_feeds\": {\"\": \"" ID
					 "\", \"../a\": \"" ID
					 "\", \"a=2eb\": \"" ID "\"}}");

	ASSERT_EQ(1, feeds->count);
	EXPECT_STREQ("a=2eb", feeds->group[0].name);
	EXPECT_STREQ(ID, feeds->group[0].id);
}

/* Feeds are XML, which has no control characters */
TEST_F(files, ids_that_are_none)
{
	struct feeds *feeds = load_feeds(self, "{\"feed\": \"urn:uuid:" CONTROLS CONTROLS
					 "-89ab-cdef-0123-456789abcdef\"" NOTHING_ELSE);

	EXPECT_NE('\1', feeds->whole.id[9]);
	EXPECT_EQ(strlen(ID), strlen(feeds->whole.id));
}

static mode_t mode_of(struct _test_data_files *self, const char *file)
{
	struct stat is = { 0 };
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", self->directory, file);
	return stat(path, &is) ? 0 : is.st_mode & 0777;
}

/* Incidents name users and processes; feeds are for all, and name none */
TEST_F(files, incidents_are_not_for_all_to_read)
{
	static const struct publication publication;
	static struct incidents incidents;
	struct feeds *feeds = load_feeds(self, "{\"feed\": \"" ID "\"" NOTHING_ELSE);

	umask(0);
	feeds_follow(feeds, "alpha");
	ASSERT_EQ(0, store_save(self->directory, &incidents, feeds, &publication, self->why,
				sizeof(self->why)));
	EXPECT_EQ(0600, mode_of(self, "incidents.json"));
	EXPECT_EQ(0644, mode_of(self, "incidents.atom"));
	EXPECT_EQ(0644, mode_of(self, "groups/alpha.atom"));
}

#define WEEK (7 * 24 * 3600)

/* The feed of a group that was removed stays for a week; that of one that is there for ever */
TEST_F(files, feeds_of_removed_groups_go)
{
	static const struct publication publication;
	static struct incidents incidents;
	struct feeds *feeds = load_feeds(self, "{\"feed\": \"" ID "\"" NOTHING_ELSE);
	__u64 now = (__u64)time(NULL);

	feeds_follow(feeds, "alpha");
	feeds_follow(feeds, "beta");
	store_save(self->directory, &incidents, feeds, &publication, self->why,
		   sizeof(self->why));
	feeds_leave(feeds, "beta");
	store_tidy(self->directory, feeds, (now + WEEK - 60) * 1000000000);
	EXPECT_NE(0, mode_of(self, "groups/beta.atom"));
	store_tidy(self->directory, feeds, (now + WEEK + 60) * 1000000000);
	EXPECT_EQ(0, mode_of(self, "groups/beta.atom"));
	EXPECT_NE(0, mode_of(self, "groups/alpha.atom"));
}

TEST_HARNESS_MAIN

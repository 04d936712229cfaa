// SPDX-License-Identifier: GPL-2.0-only
/* What the machine runs: how a change of it is told, and what is kept for the next start */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kselftest_harness.h"

/* The command has its own */
#undef ARRAY_SIZE
#undef __printf

#include "watch/host.h"
#include "watch/host_json.h"

FIXTURE(host) {
	struct host host;
	struct host again;
	char text[512];
	char why[1024];
	char directory[32];
	char path[64];
};

static void set_word(char word[HOST_WORD], const char *text)
{
	snprintf(word, HOST_WORD, "%s", text);
}

FIXTURE_SETUP(host)
{
	memcpy(self->directory, "/tmp/host.XXXXXX", sizeof("/tmp/host.XXXXXX"));
	ASSERT_NE(NULL, mkdtemp(self->directory));
	snprintf(self->path, sizeof(self->path), "%s/host.json", self->directory);
	set_word(self->host.boot, "5ac7");
	set_word(self->host.kernel, "6.1.0-57");
	set_word(self->host.version, "1.3");
	set_word(self->host.srcversion, "ABBA");
}

FIXTURE_TEARDOWN(host)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s", self->directory);
	EXPECT_EQ(0, system(command));
}

#define host_data FIXTURE_DATA(host)

TEST_F(host, nothing_has_changed_that_was_not_known)
{
	EXPECT_TRUE(host_differs("a", "b"));
	EXPECT_FALSE(host_differs("a", "a"));
	EXPECT_FALSE(host_differs("", "b"));
	EXPECT_FALSE(host_differs("a", ""));
}

TEST_F(host, boot)
{
	struct host now = self->host;

	EXPECT_STREQ("booted with kernel 6.1.0-57, as before",
		     host_describe_boot(&self->host, &now, self->text, sizeof(self->text)));
	set_word(now.kernel, "6.12.5");
	EXPECT_STREQ("booted with kernel 6.12.5 instead of 6.1.0-57",
		     host_describe_boot(&self->host, &now, self->text, sizeof(self->text)));
}

TEST_F(host, module)
{
	struct host now = self->host;

	set_word(now.srcversion, "BEEF");
	host_describe_module(&self->host, &now, self->text, sizeof(self->text));
	EXPECT_NE(NULL, strstr(self->text, "another build of module nf_tsrewrite 1.3: "));
	EXPECT_NE(NULL, strstr(self->text, "srcversion BEEF instead of ABBA"));
	set_word(now.version, "1.4");
	EXPECT_STREQ("module nf_tsrewrite 1.4 instead of 1.3",
		     host_describe_module(&self->host, &now, self->text, sizeof(self->text)));
}

TEST_F(host, last_changes_are_kept)
{
	for (int i = 0; i < HOST_CHANGES + 3; i++)
		EXPECT_TRUE(host_add(&self->host, 1000 + i, "kind", "text"));
	EXPECT_EQ(HOST_CHANGES, self->host.count);
	EXPECT_EQ(1003, self->host.change[0].time);
	EXPECT_EQ(1000 + HOST_CHANGES + 2, self->host.change[HOST_CHANGES - 1].time);
}

TEST_F(host, change_of_which_more_is_known_is_replaced)
{
	EXPECT_TRUE(host_add(&self->host, 1000, "packages", "one"));
	EXPECT_FALSE(host_add(&self->host, 1000, "packages", "one"));
	EXPECT_TRUE(host_add(&self->host, 1000, "packages", "two"));
	EXPECT_TRUE(host_add(&self->host, 1000, "boot", "three"));
	EXPECT_TRUE(host_add(&self->host, 1001, "packages", "four"));
	ASSERT_EQ(3, self->host.count);
	EXPECT_STREQ("two", self->host.change[0].text);
}

static int load_again(host_data *self)
{
	return host_load(self->directory, &self->again, self->why, sizeof(self->why));
}

TEST_F(host, no_file_is_no_failure)
{
	EXPECT_EQ(0, load_again(self));
	EXPECT_STREQ("", self->again.boot);
}

TEST_F(host, is_loaded_as_it_was_saved)
{
	self->host.packages = 1234567890123456789;
	for (int i = 0; i < HOST_CHANGES + 3; i++)
		host_add(&self->host, 1000 + i, "kind", "some \"text\"");
	ASSERT_EQ(0, host_save(self->directory, &self->host, self->why, sizeof(self->why))) {
		TH_LOG("%s", self->why);
	}
	ASSERT_EQ(0, load_again(self)) {
		TH_LOG("%s", self->why);
	}
	EXPECT_EQ(0, memcmp(&self->host, &self->again, sizeof(self->host)));
}

TEST_F(host, is_not_saved_where_there_is_no_room)
{
	EXPECT_EQ(-1, host_save("/nowhere", &self->host, self->why, sizeof(self->why)));
	EXPECT_STREQ("/nowhere/host.json: No such file or directory", self->why);
}

static const char *complaint_of(host_data *self, const char *text)
{
	FILE *file = fopen(self->path, "w");

	if (!file || fputs(text, file) < 0 || fclose(file))
		abort();
	return load_again(self) ? self->why + strlen(self->path) : NULL;
}

TEST_F(host, bad_file_is_kept_aside)
{
	EXPECT_EQ(NULL, complaint_of(self, "{\"version\": 1}"));
	EXPECT_NE(NULL, strstr(complaint_of(self, "{\"version\": 2, \"kernel\": \"7\"}"),
			       "another version than this program reads (it is kept as"));
	EXPECT_STREQ("", self->again.kernel);
	EXPECT_EQ(0, load_again(self));
	EXPECT_STREQ(": it does not say what the machine ran (it is kept as host.json.bad)",
		     complaint_of(self, "[7]"));
	EXPECT_NE(NULL, strstr(complaint_of(self, "{\"version\": 1,"), "(it is kept"));
	EXPECT_EQ(NULL, complaint_of(self, "{\"version\": 1, \"kernel\": 7, \"packages\": 7}"));
	EXPECT_EQ(NULL, complaint_of(self, "{\"version\": 1, \"changes\": [7, {\"time\": 7}]}"));
	EXPECT_EQ(0, self->again.count);
}

TEST_HARNESS_MAIN

// SPDX-License-Identifier: GPL-2.0-only
/*
 * What `tsrewrite features` tells from files: CHANGES is in its form and begins with the version
 * that is built, and the defaults in the sample of watch.conf are those of the service.
 */
#include <stdio.h>
#include <string.h>

#include "kselftest_harness.h"

#include "text/changes.h"
#include "text/version.h"
#include "text/word.h"
#include "watch/settings_file.h"
#include "watch/settings_value.h"

struct told {
	char text[4096];
	int bugs;
	int changes;
	char newest[32];
};

static void note_entry(void *arg, const char *heading, const char *entry)
{
	struct told *told = arg;
	size_t used = strlen(told->text);

	snprintf(told->text + used, sizeof(told->text) - used, "%s|%s\n", heading, entry);
	if (!strcmp(heading, CHANGES_BUGS)) {
		told->bugs++;
		return;
	}
	if (!told->changes++)
		snprintf(told->newest, sizeof(told->newest), "%s", heading);
}

TEST(entries_have_their_heading)
{
	struct told told = { 0 };

	ASSERT_TRUE(changes_read("# a\n\n"
				 "known bugs:\n- one\n  goes on\n- two\n\n"
				 "1.0:\n- \"three\"\n", note_entry, &told));
	EXPECT_STREQ("known bugs|one goes on\n"
		     "known bugs|two\n1.0|\"three\"\n", told.text);
}

TEST(another_form_is_refused)
{
	static const char *const wrong[] = {
		"- without a heading\n", "1.0:\n  goes on\n", "1.0\n- no colon\n", "1.0:\n-one\n",
		"1.0:\n* one\n", ":\n- one\n", "1.0:\n- one\n\n\ttab\n",
		"a heading that is longer than any version:\n- one\n",
	};
	struct told told = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		EXPECT_FALSE(changes_read(wrong[i], note_entry, &told))
			TH_LOG("%s", wrong[i]);
	}
}

static char *read_text(const char *path)
{
	static char text[65536];
	FILE *file = fopen(path, "r");

	text[file ? fread(text, 1, sizeof(text) - 1, file) : 0] = '\0';
	if (file)
		fclose(file);
	return text;
}

TEST(changes_are_of_this_version)
{
	struct told told = { 0 };

	ASSERT_TRUE(changes_read(read_text(TOP "/CHANGES"), note_entry, &told));
	EXPECT_STREQ(TSREWRITE_VERSION, told.newest);
	EXPECT_LT(0, told.bugs);
}

/* Sets what the sample has behind "#".  Returns how many of them. */
static int set_sample(struct settings *settings, const char *text)
{
	char key[32], value[128];
	int count = 0;

	for (; *text && strncmp(text, "#[", 2); text += strcspn(text, "\n") + 1) {
		if (strncmp(text, "# ", 2) &&
		    sscanf(text, "#%31[a-z-] = %127[^\n]", key, value) == 2 &&
		    !settings_set(settings, word_index(key, settings_words), value))
			count++;
	}
	return count;
}

static void ignore_problem(void *arg, const char *text)
{
}

TEST(sample_has_the_defaults)
{
	struct settings defaults, sample = { 0 };

	ASSERT_EQ(0, settings_read(&defaults, "/dev/null", NULL, ignore_problem, NULL));
	EXPECT_LT(8, set_sample(&sample, read_text(TOP "/tools/watch.conf")));
	EXPECT_EQ(0, memcmp(&defaults.policy.thresholds, &sample.policy.thresholds,
			    sizeof(sample.policy.thresholds)));
	EXPECT_EQ(defaults.policy.trip, sample.policy.trip);
	EXPECT_EQ(defaults.quiet, sample.quiet);
	EXPECT_EQ(defaults.full, sample.full);
	EXPECT_EQ(defaults.asymmetric, sample.asymmetric);
	EXPECT_EQ(defaults.run_timeout, sample.run_timeout);
	EXPECT_STREQ(defaults.state, sample.state);
	settings_free(&defaults);
	settings_free(&sample);
}

TEST_HARNESS_MAIN

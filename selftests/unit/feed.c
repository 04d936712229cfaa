// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the feeds tell, of whom, and what they are called.
 */
#include <stdlib.h>
#include <string.h>

#include "kselftest_harness.h"

/* The command has its own */
#undef ARRAY_SIZE
#undef __printf

#include "watch/feed.h"
#include "watch/feeds.h"

#define SECOND 1000000000ULL
#define NOW (1795709810 * SECOND)

FIXTURE(feeds)
{
	struct feeds *feeds;
	char *text;
};

FIXTURE_SETUP(feeds)
{
	self->feeds = calloc(1, sizeof(*self->feeds));
	ASSERT_NE(NULL, self->feeds);
	incident_new_id(self->feeds->whole.id);
	self->text = NULL;
}

FIXTURE_TEARDOWN(feeds)
{
	free(self->feeds);
	free(self->text);
}

static struct incident incident_of(const char *group)
{
	struct incident incident = {
		.kind = INCIDENT_SUCCESS, .verdict = VERDICT_OURS,
		.text = "figures & <numbers>",
		.change = "group changed by uid 0 pid 7 (/bin/secret)",
		.told = "group changed",
	};

	snprintf(incident.group, sizeof(incident.group), "%s", group);
	return incident;
}

static void tell_of(struct feeds *feeds, const char *group, const char *what, uint64_t time)
{
	struct incident incident = incident_of(group);

	feeds_tell(feeds, &incident, what, time);
}

/* @text becomes what the feed has */
static void write_feed(const struct feeds *feeds, const struct feed *feed, const char *url,
		       char **text)
{
	size_t size;
	FILE *to;

	free(*text);
	to = open_memstream(text, &size);
	feed_write(feed, &feeds->news, url, NOW, to);
	fclose(to);
}

static unsigned int count_of(const char *text, const char *what)
{
	unsigned int count = 0;

	for (; (text = strstr(text, what)); text++)
		count++;
	return count;
}

TEST(names_are_files_and_parts_of_urls)
{
	static const struct {
		const char *group, *name;
	} names[] = {
		{ "carrier-A7", "carrier-A7" },
		{ "..", "=2e=2e" },
		{ "a/b", "a=2fb" },
		{ "a b_c", "a=20b_c" },
		{ "a=2fb", "a=3d2fb" },
		{ "\xc3\xa4\n<&>%", "=c3=a4=0a=3c=26=3e=25" },
		{ ".hidden.atom", "=2ehidden=2eatom" },
	};
	char name[FEED_NAME];

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		EXPECT_STREQ(names[i].name, feed_name(name, names[i].group));
}

/* The longest name fits, whatever its bytes */
TEST(no_two_names_are_the_same)
{
	char a[TSREWRITE_GROUP_NAMSIZ], b[TSREWRITE_GROUP_NAMSIZ];
	char name_a[FEED_NAME], name_b[FEED_NAME];

	for (int i = 1; i < 256; i++) {
		for (int j = 1; j < 256; j++) {
			memset(a, i, sizeof(a));
			memset(b, i, sizeof(b));
			a[sizeof(a) - 1] = '\0';
			b[sizeof(b) - 1] = '\0';
			b[sizeof(b) - 2] = (char)j;
			EXPECT_EQ(i == j, !strcmp(feed_name(name_a, a), feed_name(name_b, b)));
		}
	}
}

/* Openings, trips and ends are each news, which never change */
TEST_F(feeds, each_news_is_an_entry_of_its_own)
{
	feeds_follow(self->feeds, "alpha");
	tell_of(self->feeds, "alpha", "opened", NOW);
	tell_of(self->feeds, "alpha", "tripped", NOW);
	tell_of(self->feeds, "alpha", "closed", NOW + 30 * SECOND);
	write_feed(self->feeds, &self->feeds->whole, NULL, &self->text);
	EXPECT_EQ(3, count_of(self->text, "<entry>"));
	EXPECT_EQ(4, count_of(self->text, "<id>urn:uuid:"));
	EXPECT_NE(NULL, strstr(self->text, "<title>opened: connections of group alpha fail"));
	EXPECT_NE(NULL, strstr(self->text, "<title>tripped: connections of group alpha fail"));
	EXPECT_NE(NULL, strstr(self->text, "<title>closed: connections of group alpha fail"));
	for (size_t i = 0; i < 2; i++) {
		const struct news_item *item = &self->feeds->news.item[i];

		EXPECT_NE(0, strcmp(item[0].id, item[1].id));
		EXPECT_LE(item[0].time + 1000000, item[1].time);
	}
}

/* A clock that was set back is right again at once */
TEST_F(feeds, times_follow_the_clock)
{
	tell_of(self->feeds, "alpha", "opened", NOW + 3600 * SECOND);
	tell_of(self->feeds, "alpha", "closed", NOW);
	EXPECT_EQ(NOW, self->feeds->news.item[1].time);
}

TEST_F(feeds, a_group_reads_nothing_of_others_nor_of_insides)
{
	struct incident rules = {
		.kind = INCIDENT_RULES, .text = "group beta has lost its rules",
	};

	feeds_follow(self->feeds, "alpha");
	feeds_follow(self->feeds, "beta");
	tell_of(self->feeds, "alpha", "opened", NOW);
	tell_of(self->feeds, "beta", "opened", NOW);
	feeds_tell(self->feeds, &rules, "opened", NOW);
	write_feed(self->feeds, &self->feeds->group[0], NULL, &self->text);
	EXPECT_EQ(1, count_of(self->text, "<entry>"));
	EXPECT_EQ(NULL, strstr(self->text, "beta"));
	EXPECT_NE(NULL, strstr(self->text, "nearest change before: group changed\n"));
	write_feed(self->feeds, &self->feeds->whole, NULL, &self->text);
	EXPECT_EQ(3, count_of(self->text, "<entry>"));
	EXPECT_EQ(NULL, strstr(self->text, "secret"));
	EXPECT_EQ(NULL, strstr(self->text, "pid"));
}

TEST_F(feeds, names_are_escaped)
{
	feeds_follow(self->feeds, "<&\"\xff>");
	tell_of(self->feeds, "<&\"\xff>", "opened", NOW);
	write_feed(self->feeds, &self->feeds->group[0], "https://example.net/a&b/", &self->text);
	EXPECT_NE(NULL, strstr(self->text, "group &lt;&amp;&quot;\\xff&gt; fail"));
	EXPECT_NE(NULL, strstr(self->text, "figures &amp; &lt;numbers&gt;"));
	EXPECT_NE(NULL, strstr(self->text, "href=\"https://example.net/a&amp;b/\""));
}

/* A noisy group pushes out its own news, and no others; all that are kept have an end */
TEST_F(feeds, what_is_kept_is_limited)
{
	char group[TSREWRITE_GROUP_NAMSIZ];

	tell_of(self->feeds, "quiet", "opened", NOW);
	for (int i = 0; i < 2 * NEWS; i++)
		tell_of(self->feeds, "noisy", "opened", NOW);
	EXPECT_EQ(1 + NEWS_OF_GROUP, self->feeds->news.count);
	EXPECT_STREQ("quiet", self->feeds->news.item[0].feed);
	for (int i = 0; i < 2 * NEWS; i++) {
		snprintf(group, sizeof(group), "group-%d", i);
		feeds_follow(self->feeds, group);
		tell_of(self->feeds, group, "opened", NOW);
		feeds_leave(self->feeds, group);
	}
	EXPECT_EQ(NEWS, self->feeds->news.count);
	EXPECT_EQ(FEEDS, self->feeds->count);
	EXPECT_FALSE(feeds_has(self->feeds, group));
}

TEST_F(feeds, ids_and_news_come_back_as_they_were)
{
	struct feeds *back = calloc(1, sizeof(*back));
	json_t *json = json_object();

	ASSERT_NE(NULL, back);
	feeds_follow(self->feeds, "alpha");
	tell_of(self->feeds, "alpha", "opened", NOW + 1000001);
	feeds_to_json(self->feeds, json);
	EXPECT_EQ(0, feeds_from_json(json, back));
	EXPECT_EQ(0, memcmp(&self->feeds->news, &back->news, sizeof(back->news)));
	EXPECT_STREQ(self->feeds->whole.id, back->whole.id);
	feeds_follow(back, "alpha");
	EXPECT_STREQ(self->feeds->group[0].id, back->group[0].id);
	EXPECT_EQ(1, back->count);
	json_decref(json);
	free(back);
}

/* What would be no XML, or a path, is not believed */
TEST_F(feeds, broken_news_are_left_out)
{
	static const char *const broken[][2] = {
		{ "id", "urn:uuid:1" }, { "feed", "../x" }, { "feed", "=2e\n" },
		{ "time", "now" }, { "title", "\x01" }, { "text", "\xc3\xa4" }, { "what", NULL },
	};
	json_t *all = json_object(), *item;

	tell_of(self->feeds, "alpha", "opened", NOW);
	for (size_t i = 0; i < sizeof(broken) / sizeof(*broken); i++) {
		feeds_to_json(self->feeds, all);
		item = json_array_get(json_object_get(all, "news"), 0);
		json_object_set_new(item, broken[i][0], broken[i][1] ?
				    json_string(broken[i][1]) : json_null());
		self->feeds->news.count = 0;
		EXPECT_EQ(1, feeds_from_json(all, self->feeds)) {
			TH_LOG("%s was taken", broken[i][0]);
		}
		EXPECT_EQ(0, self->feeds->news.count);
		tell_of(self->feeds, "alpha", "opened", NOW);
	}
	json_decref(all);
}

TEST_HARNESS_MAIN

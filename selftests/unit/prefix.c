// SPDX-License-Identifier: GPL-2.0-only
/*
 * Prefixes and ports of groups: what is taken, and what ranges are in prefixes.
 */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "kselftest_harness.h"

#include "core/serial.h"
#include "classifier/ports.h"
#include "classifier/prefix.h"
#include "classifier/prefix_change.h"

/* FIRST-LAST, or why not */
static const char *read_as(const char *word)
{
	static char text[2 * INET6_ADDRSTRLEN + 1];
	struct range range;
	const char *why = prefix_parse(word, &range);

	if (why)
		return why;
	inet_ntop(range.family, range.first, text, INET6_ADDRSTRLEN);
	strcat(text, "-");
	inet_ntop(range.family, range.last, text + strlen(text),
		  INET6_ADDRSTRLEN);
	return text;
}

TEST(prefixes)
{
	EXPECT_STREQ("10.0.0.0-10.255.255.255", read_as("10.0.0.0/8"));
	EXPECT_STREQ("10.0.0.1-10.0.0.1", read_as("10.0.0.1"));
	EXPECT_STREQ("10.0.0.128-10.0.0.255", read_as("10.0.0.128/25"));
	EXPECT_STREQ("0.0.0.0-255.255.255.255", read_as("0.0.0.0/0"));
	EXPECT_STREQ("2001:db8::-2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
		     read_as("2001:db8::/32"));
	EXPECT_STREQ("::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
		     read_as("::/0"));
}

TEST(prefixes_refused)
{
	static const char *const bad[] = {
		"", "/", "/8", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/8:80",
		"10.0.0.0:80", "[2001:db8::]/32", "2001:db8::/129", "eth0",
		"10.0.0.0/8,", "10.0.0.0 /8",
	};

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		EXPECT_EQ(NULL, strchr(read_as(bad[i]), '-')) {
			TH_LOG("taken: %s", bad[i]);
		}
	}
	EXPECT_STREQ("has bits set beyond its prefix length", read_as("10.0.0.1/8"));
	EXPECT_STREQ("has bits set beyond its prefix length", read_as("2001:db8::1/127"));
}

/* The prefixes of the addresses from @first to @last */
static const char *prefixes_of(u8 family, const char *first, const char *last)
{
	struct range range = { .family = family };
	static char text[1000];
	char one[PREFIX_SIZE];

	inet_pton(family, first, range.first);
	inet_pton(family, last, range.last);
	*text = '\0';
	do {
		strcat(text, prefix_format(one, &range));
		strcat(text, " ");
	} while (range_rest(&range));
	return text;
}

TEST(ranges_in_prefixes)
{
	EXPECT_STREQ("10.0.0.0/8 ",
		     prefixes_of(AF_INET, "10.0.0.0", "10.255.255.255"));
	EXPECT_STREQ("10.0.0.1/32 10.0.0.2/31 10.0.0.4/32 ",
		     prefixes_of(AF_INET, "10.0.0.1", "10.0.0.4"));
	EXPECT_STREQ("0.0.0.0/0 ",
		     prefixes_of(AF_INET, "0.0.0.0", "255.255.255.255"));
	EXPECT_STREQ("255.255.255.255/32 ",
		     prefixes_of(AF_INET, "255.255.255.255", "255.255.255.255"));
	EXPECT_STREQ("::/0 ", prefixes_of(AF_INET6, "::",
					  "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"));
	EXPECT_STREQ("::1/128 ::2/127 ", prefixes_of(AF_INET6, "::1", "::3"));
}

/* A set's elements have where a range begins, and where it has ended */
TEST(ends_of_ranges)
{
	static const char *const words[] = {
		"10.0.0.0/24", "10.0.0.255", "9.255.255.255", "0.0.0.0/1", "::/1",
	};
	struct range range, again;
	u8 end[16];

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		ASSERT_EQ(NULL, prefix_parse(words[i], &range));
		ASSERT_TRUE(range_end(&range, end));
		again = range;
		range_set_end(&again, end);
		EXPECT_EQ(0, memcmp(&range, &again, sizeof(range)));
	}
	ASSERT_EQ(NULL, prefix_parse("128.0.0.0/1", &range));
	EXPECT_FALSE(range_end(&range, end));
	ASSERT_EQ(NULL, prefix_parse("8000::/1", &range));
	EXPECT_FALSE(range_end(&range, end));
}

TEST(overlaps)
{
	struct range all = range_of_all(AF_INET), a, b, c, d;

	prefix_parse("10.0.0.0/8", &a);
	prefix_parse("10.255.255.255", &b);
	prefix_parse("11.0.0.0/8", &c);
	prefix_parse("::/0", &d);
	EXPECT_TRUE(range_overlaps(&a, &b));
	EXPECT_TRUE(range_overlaps(&b, &a));
	EXPECT_FALSE(range_overlaps(&a, &c));
	EXPECT_FALSE(range_overlaps(&c, &a));
	EXPECT_TRUE(range_overlaps(&all, &c));
	EXPECT_FALSE(range_overlaps(&all, &d));
}

TEST(lists_keep_neighbours_and_lose_what_is_within)
{
	static const char *const words[] = {
		"10.0.1.0/24", "2001:db8::/32", "10.0.0.0/24", "10.0.1.128/25",
		"10.0.0.0/24", "10.0.0.0/32", "2001:db8::/64", "0.0.0.0/32",
	};
	static const char *const kept[] = {
		"0.0.0.0/32", "10.0.0.0/24", "10.0.1.0/24", "2001:db8::/32",
	};
	struct ranges ranges = { 0 };
	struct range range;
	char text[PREFIX_SIZE];

	ranges_normalize(&ranges);
	EXPECT_EQ(0, ranges.count);
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		ASSERT_EQ(NULL, prefix_parse(words[i], &range));
		ASSERT_EQ(0, ranges_add(&ranges, &range));
	}
	ranges_normalize(&ranges);
	ASSERT_EQ(ARRAY_SIZE(kept), ranges.count);
	for (size_t i = 0; i < ARRAY_SIZE(kept); i++)
		EXPECT_STREQ(kept[i], prefix_format(text, &ranges.range[i]));
	free(ranges.range);
}

/* Ranges of PREFIX,... */
static struct ranges ranges_of(const char *list)
{
	char text[300], *rest = text, *word;
	struct ranges ranges = { 0 };
	struct range range;

	snprintf(text, sizeof(text), "%s", list);
	while (*list && (word = strsep(&rest, ","))) {
		if (!prefix_parse(word, &range))
			ranges_add(&ranges, &range);
	}
	ranges_normalize(&ranges);
	return ranges;
}

static char *list_of(char out[300], const struct ranges *ranges)
{
	char text[PREFIX_SIZE];

	*out = '\0';
	for (size_t i = 0; i < ranges->count; i++)
		sprintf(out + strlen(out), "%s%s", i ? "," : "",
			prefix_format(text, &ranges->range[i]));
	return out;
}

TEST(prefixes_are_added)
{
	static const struct {
		const char *has, *more, *after;
		int added;
	} cases[] = {
		{ "", "10.0.0.0/8", "10.0.0.0/8", 1 },
		{ "10.0.0.0/8", "", "10.0.0.0/8", 0 },
		{ "10.0.0.0/8", "10.0.0.0/8", "10.0.0.0/8", 0 },
		{ "10.0.0.0/8", "10.0.0.0/9,10.255.255.255", "10.0.0.0/8", 0 },
		{ "10.0.0.0/8", "9.255.255.255,11.0.0.0",
		  "9.255.255.255/32,10.0.0.0/8,11.0.0.0/32", 2 },
		{ "10.1.0.0/16,10.2.0.0/16,11.0.0.0/8", "10.0.0.0/8",
		  "10.0.0.0/8,11.0.0.0/8", 1 },
		{ "10.0.0.0/8,2001:db8::/32", "2001:db8:1::/48,2001:db9::/32,10.1.2.3",
		  "10.0.0.0/8,2001:db8::/32,2001:db9::/32", 1 },
		{ "::/0", "0.0.0.0/0", "0.0.0.0/0,::/0", 1 },
		{ "0.0.0.0/0", "::/0,1.2.3.4", "0.0.0.0/0,::/0", 1 },
		{ "10.0.0.0/16,10.2.0.0/16", "10.1.0.0/16",
		  "10.0.0.0/16,10.1.0.0/16,10.2.0.0/16", 1 },
	};
	char text[300];

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct ranges has = ranges_of(cases[i].has), more = ranges_of(cases[i].more);

		EXPECT_EQ(cases[i].added, ranges_put(&has, &more));
		EXPECT_STREQ(cases[i].after, list_of(text, &has));
		free(has.range);
		free(more.range);
	}
}

TEST(prefixes_are_removed)
{
	static const struct {
		const char *has, *less, *missing, *holding, *after;
	} cases[] = {
		{ "10.0.0.0/8", "10.0.0.0/8", NULL, NULL, "" },
		{ "10.0.0.0/8", "", NULL, NULL, "10.0.0.0/8" },
		{ "8.0.0.0/8,9.0.0.0/8,10.0.0.0/8,::/0", "10.0.0.0/8,8.0.0.0/8", NULL, NULL,
		  "9.0.0.0/8,::/0" },
		{ "8.0.0.0/8,10.0.0.0/8,::/0", "8.0.0.0/8,::/0", NULL, NULL, "10.0.0.0/8" },
		{ "", "10.0.0.0/8", "10.0.0.0/8", NULL, "" },
		{ "8.0.0.0/8,10.0.0.0/8", "8.0.0.0/8,10.1.0.0/16", "10.1.0.0/16", "10.0.0.0/8",
		  "8.0.0.0/8,10.0.0.0/8" },
		{ "10.0.0.0/9", "10.0.0.0/8", "10.0.0.0/8", NULL, "10.0.0.0/9" },
		{ "10.128.0.0/9", "10.0.0.0/8", "10.0.0.0/8", NULL, "10.128.0.0/9" },
		{ "10.0.0.0/8", "10.0.0.0/9", "10.0.0.0/9", "10.0.0.0/8", "10.0.0.0/8" },
		{ "10.0.0.0/8", "11.0.0.0/8,2001:db8::/32", "11.0.0.0/8", NULL, "10.0.0.0/8" },
		{ "::/0", "0.0.0.0/0", "0.0.0.0/0", NULL, "::/0" },
	};
	char text[300];

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct ranges has = ranges_of(cases[i].has), less = ranges_of(cases[i].less);
		const struct range *missing = ranges_take(&has, &less), *holding;

		ASSERT_EQ(!cases[i].missing, !missing);
		if (missing) {
			EXPECT_STREQ(cases[i].missing, prefix_format(text, missing));
			holding = ranges_holding(&has, missing);
			ASSERT_EQ(!cases[i].holding, !holding);
			if (holding)
				EXPECT_STREQ(cases[i].holding, prefix_format(text, holding));
		}
		EXPECT_STREQ(cases[i].after, list_of(text, &has));
		free(has.range);
		free(less.range);
	}
}

static bool have_range(const struct ports *ports, int first, int last)
{
	return ports_have_range(ports, (struct port_range){ first, last });
}

TEST(ports)
{
	struct ports ports, other;
	char text[PORTS_TEXT];

	EXPECT_EQ(NULL, ports_parse("443,80,443", &ports));
	EXPECT_STREQ("80,443", ports_format(text, &ports));
	EXPECT_EQ(80, ports_lowest(&ports));
	EXPECT_TRUE(have_range(&ports, 443, 443));
	EXPECT_FALSE(have_range(&ports, 44, 44));
	EXPECT_FALSE(have_range(&ports, 80, 443));
	EXPECT_EQ(NULL, ports_parse("65535,80", &other));
	EXPECT_EQ(80, ports_shared(&ports, &other));
	EXPECT_FALSE(ports_equal(&ports, &other));
	EXPECT_EQ(NULL, ports_parse("80,443", &other));
	EXPECT_TRUE(ports_equal(&ports, &other));
	EXPECT_EQ(NULL, ports_parse("1", &other));
	EXPECT_EQ(0, ports_shared(&ports, &other));
	EXPECT_EQ(0, ports_lowest(&(struct ports){ 0 }));
}

/* Equal sets have equal texts, however they were given */
TEST(ranges_of_ports_that_touch_are_one)
{
	static const char *const words[][2] = {
		{ "5000-5100", "5000-5100" },
		{ "53,5000-5100", "53,5000-5100" },
		{ "5000-5100,53", "53,5000-5100" },
		{ "80-80", "80" },
		{ "80,81", "80-81" },
		{ "81,80", "80-81" },
		{ "80,82,81", "80-82" },
		{ "80,82", "80,82" },
		{ "5000-5100,5050-5200", "5000-5200" },
		{ "5050-5200,5000-5100", "5000-5200" },
		{ "5000-5100,5101-5200", "5000-5200" },
		{ "5101-5200,5000-5100", "5000-5200" },
		{ "5000-5100,5102-5200", "5000-5100,5102-5200" },
		{ "5000-5100,5010-5020", "5000-5100" },
		{ "5010-5020,5000-5100", "5000-5100" },
		{ "10,20,30,40,15-35", "10,15-35,40" },
		{ "10,20,30,40,1-65535", "1-65535" },
		{ "65535,1,65534", "1,65534-65535" },
	};
	struct ports ports;
	char text[PORTS_TEXT];

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		ASSERT_EQ(NULL, ports_parse(words[i][0], &ports));
		EXPECT_STREQ(words[i][1], ports_format(text, &ports));
	}
}

TEST(ranges_of_ports_that_share_one)
{
	static const struct {
		const char *a, *b;
		int shared;
	} cases[] = {
		{ "5000-5100", "5100", 5100 },
		{ "5000-5100", "5000", 5000 },
		{ "5000-5100", "4999,5101", 0 },
		{ "53,5000-5100", "60-70,5090-5200", 5090 },
		{ "1-65535", "65535", 65535 },
		{ "10-20,30-40", "21-29,41", 0 },
		{ "10-20,30-40", "25-35", 30 },
	};
	struct ports a, b;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		ASSERT_EQ(NULL, ports_parse(cases[i].a, &a));
		ASSERT_EQ(NULL, ports_parse(cases[i].b, &b));
		EXPECT_EQ(cases[i].shared, ports_shared(&a, &b));
		EXPECT_EQ(cases[i].shared, ports_shared(&b, &a));
	}
}

/* @count ports, which do not touch */
static void write_many(char *out, int count)
{
	for (int i = 0; i < count; i++)
		out += sprintf(out, "%s%d", i ? "," : "", 60000 + 2 * i);
}

TEST(ports_refused)
{
	static const char *const bad[] = {
		"", ",", "80,", ",80", "80,,443", "0", "65536", "http", "80 443",
		"00000000000000000000000000080", "-", "-80", "80-", "0-80", "80-65536",
		"80--90", "80-90-100", "80-90,", "+80", "80-+90", "80 -90", "a-b",
		"65535-65536", "80:90",
	};
	static const char *const reversed[] = { "90-80", "1,65535-1", "5001-5000" };
	char many[6 * (PORTS_MAX + 2)] = "", text[PORTS_TEXT];
	struct ports ports;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		const char *why = ports_parse(bad[i], &ports);

		ASSERT_NE(NULL, why) {
			TH_LOG("taken: %s", bad[i]);
		}
		EXPECT_NE(NULL, strstr(why, "is not a list of ports in 1..65535"));
	}
	for (size_t i = 0; i < ARRAY_SIZE(reversed); i++)
		EXPECT_STREQ("has a range that ends before it begins",
			     ports_parse(reversed[i], &ports));
	write_many(many, PORTS_MAX);
	EXPECT_EQ(NULL, ports_parse(many, &ports));
	EXPECT_STREQ(many, ports_format(text, &ports));
	strcat(many, ",60000,60001");
	EXPECT_EQ(NULL, ports_parse(many, &ports));
	EXPECT_EQ(PORTS_MAX - 1, ports.count);
	write_many(many, PORTS_MAX + 1);
	EXPECT_NE(NULL, strstr(ports_parse(many, &ports), "more than 64"));
}

/* The longest text that a set can have */
TEST(text_of_many_ranges_of_ports)
{
	char word[PORTS_TEXT] = "", text[PORTS_TEXT];
	struct ports ports;

	for (int i = 0; i < PORTS_MAX; i++)
		sprintf(word + strlen(word), "%s%d-%d", i ? "," : "", 20000 + 3 * i,
			20001 + 3 * i);
	ASSERT_EQ(NULL, ports_parse(word, &ports));
	EXPECT_EQ(PORTS_MAX, ports.count);
	EXPECT_STREQ(word, ports_format(text, &ports));
}

TEST_HARNESS_MAIN

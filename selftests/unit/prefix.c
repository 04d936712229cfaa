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

TEST(ports)
{
	struct ports ports, other;
	char text[PORTS_TEXT];

	EXPECT_EQ(NULL, ports_parse("443,80,443", &ports));
	EXPECT_STREQ("80,443", ports_format(text, &ports));
	EXPECT_TRUE(ports_have(&ports, 443));
	EXPECT_FALSE(ports_have(&ports, 44));
	EXPECT_EQ(NULL, ports_parse("65535,80", &other));
	EXPECT_EQ(80, ports_shared(&ports, &other));
	EXPECT_FALSE(ports_equal(&ports, &other));
	EXPECT_EQ(NULL, ports_parse("80,443", &other));
	EXPECT_TRUE(ports_equal(&ports, &other));
	EXPECT_EQ(NULL, ports_parse("1", &other));
	EXPECT_EQ(0, ports_shared(&ports, &other));
}

TEST(ports_refused)
{
	static const char *const bad[] = {
		"", ",", "80,", ",80", "80,,443", "0", "65536", "80-90", "http",
		"80 443", "00000000000000000000000000080",
	};
	char many[6 * (PORTS_MAX + 2)] = "";
	struct ports ports;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		EXPECT_NE(NULL, ports_parse(bad[i], &ports)) {
			TH_LOG("taken: %s", bad[i]);
		}
	}
	for (int i = 0; i < PORTS_MAX; i++)
		sprintf(many + strlen(many), "%s%d", i ? "," : "", 1000 + i);
	EXPECT_EQ(NULL, ports_parse(many, &ports));
	strcat(many, ",1000");
	EXPECT_EQ(NULL, ports_parse(many, &ports));
	strcat(many, ",999");
	EXPECT_NE(NULL, ports_parse(many, &ports));
}

TEST_HARNESS_MAIN

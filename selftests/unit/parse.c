// SPDX-License-Identifier: GPL-2.0-only
/*
 * The words of a command line: what is taken, and what is refused.
 */
#include <string.h>
#include <sys/socket.h>

#include "kselftest_harness.h"

#include "core/serial.h"
#include "text/endpoint.h"
#include "text/parse.h"
#include "text/word.h"

static bool duration_is(const char *word, u32 seconds)
{
	u32 got = 0;

	return !parse_duration(word, &got) && got == seconds;
}

TEST(durations)
{
	EXPECT_TRUE(duration_is("0", 0));
	EXPECT_TRUE(duration_is("30", 30));
	EXPECT_TRUE(duration_is("30s", 30));
	EXPECT_TRUE(duration_is("5m", 300));
	EXPECT_TRUE(duration_is("2h", 7200));
	EXPECT_TRUE(duration_is("5d", 432000));
	EXPECT_TRUE(duration_is("4294967295", 4294967295));
}

TEST(durations_refused)
{
	static const char *const bad[] = {
		"", "s", "5x", "5mm", "-1", "+1", " 1", "1 ", "0x10", "1.5",
		"4294967296", "4294967295m", "49711d", "99999999999999999999",
	};
	u32 untouched = 7;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		EXPECT_NE(NULL, parse_duration(bad[i], &untouched)) {
			TH_LOG("taken: %s", bad[i]);
		}
	}
	EXPECT_EQ(7, untouched);
}

TEST(numbers_end_where_their_type_does)
{
	u16 port = 0;
	u8 zone = 0;

	EXPECT_EQ(NULL, parse_zone("255", &zone));
	EXPECT_EQ(255, zone);
	EXPECT_NE(NULL, parse_zone("256", &zone));
	EXPECT_NE(NULL, parse_zone("4294967296", &zone));
	EXPECT_EQ(NULL, parse_port("65535", &port));
	EXPECT_EQ(65535, port);
	EXPECT_NE(NULL, parse_port("65536", &port));
}

TEST(device_names_are_the_kernels)
{
	EXPECT_EQ(NULL, parse_device("eth0"));
	EXPECT_EQ(NULL, parse_device("a23456789012345"));
	EXPECT_NE(NULL, parse_device("a234567890123456"));
	EXPECT_NE(NULL, parse_device(""));
	EXPECT_NE(NULL, parse_device("."));
	EXPECT_NE(NULL, parse_device(".."));
	EXPECT_NE(NULL, parse_device("a/b"));
	EXPECT_NE(NULL, parse_device("a:b"));
	EXPECT_NE(NULL, parse_device("a b"));
}

TEST(namespaces_are_names_not_paths)
{
	EXPECT_EQ(NULL, parse_netns("firewall"));
	EXPECT_NE(NULL, parse_netns(""));
	EXPECT_NE(NULL, parse_netns(".."));
	EXPECT_NE(NULL, parse_netns("../self"));
}

/* @word, with address @b in its family's first or last bytes, and @port */
static bool word_matches(const char *word, u8 family, u8 first, u8 last, u16 port)
{
	struct endpoint_match match;
	u8 addr[16] = { first };

	addr[family == AF_INET ? 3 : 15] = last;
	return !endpoint_parse(word, &match) &&
	       endpoint_matches(&match, family, addr, port);
}

TEST(endpoints)
{
	EXPECT_TRUE(word_matches("10.0.0.1", AF_INET, 10, 1, 80));
	EXPECT_FALSE(word_matches("10.0.0.1", AF_INET, 10, 2, 80));
	EXPECT_TRUE(word_matches("10.0.0.0/8", AF_INET, 10, 200, 80));
	EXPECT_FALSE(word_matches("10.0.0.0/8", AF_INET, 11, 0, 80));
	EXPECT_TRUE(word_matches("10.0.0.128/25", AF_INET, 10, 128, 80));
	EXPECT_FALSE(word_matches("10.0.0.128/25", AF_INET, 10, 127, 80));
	EXPECT_TRUE(word_matches("0.0.0.0/0", AF_INET, 255, 255, 80));
	EXPECT_FALSE(word_matches("0.0.0.0/0", AF_INET6, 0, 0, 80));
	EXPECT_TRUE(word_matches("10.0.0.0/8:80", AF_INET, 10, 3, 80));
	EXPECT_FALSE(word_matches("10.0.0.0/8:80", AF_INET, 10, 3, 81));
	EXPECT_TRUE(word_matches("2000::/16", AF_INET6, 0x20, 9, 80));
	EXPECT_TRUE(word_matches("[2000::]/16:80", AF_INET6, 0x20, 9, 80));
	EXPECT_TRUE(word_matches("[2000::/16]:80", AF_INET6, 0x20, 9, 80));
	EXPECT_FALSE(word_matches("[2000::/16]:81", AF_INET6, 0x20, 9, 80));
}

TEST(endpoints_refused)
{
	static const char *const bad[] = {
		"", ":", "/", "[", "]", "[]", "10.0.0.1/", "10.0.0.1/33",
		"10.0.0.1/-1", "10.0.0.1:", "10.0.0.1:x", "10.0.0.1:65536",
		"[10.0.0.1]:80", "2000::/129", "[2000::", "[2000::]x", "eth0",
		"10.0.0", "10.0.0.1.1",
		"11111111111111111111111111111111111111111111111111111111111111111111111111111111",
	};
	struct endpoint_match match;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		EXPECT_NE(NULL, endpoint_parse(bad[i], &match)) {
			TH_LOG("taken: %s", bad[i]);
		}
	}
}

TEST(the_word_that_was_meant)
{
	EXPECT_STREQ("rewrite", word_nearest("rewrrite", mode_words));
	EXPECT_STREQ("rewrite", word_nearest("rew", mode_words));
	EXPECT_EQ(NULL, word_nearest("zebra", mode_words));
	EXPECT_EQ(1, word_index("rewrite", mode_words));
	EXPECT_EQ(-1, word_index("rewrit", mode_words));
	EXPECT_STREQ("observe", word_nearest("obsreve", mode_words));
	EXPECT_STREQ("strip", word_nearest("stripe", mode_words));
}

TEST(lists_end_where_their_room_does)
{
	char list[8];

	EXPECT_STREQ("off, re", word_list(mode_words, list, sizeof(list)));
}

TEST(keys)
{
	static const char *const wrong[] = {
		"", "0", "0123456789abcdef0123456789abcde", "0123456789abcdef0123456789abcdef0",
		"0123456789abcdef0123456789abcdeg", "0123456789abcdef 123456789abcdef",
		"0x23456789abcdef0123456789abcdef", "-123456789abcdef0123456789abcdef",
	};
	static const uint8_t right[KEY_SIZE] = {
		0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef,
		0xfe, 0xdc, 0xba, 0x98, 0x76, 0x54, 0x32, 0x10,
	};
	uint8_t key[KEY_SIZE];

	EXPECT_EQ(NULL, parse_key("0123456789abcdefFEDCBA9876543210", key));
	EXPECT_EQ(0, memcmp(right, key, sizeof(key)));
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
		EXPECT_NE(NULL, parse_key(wrong[i], key));
}

TEST_HARNESS_MAIN

// SPDX-License-Identifier: GPL-2.0-only
/*
 * The walk over TCP options.  It is given buffers of exactly its length, so
 * that the address sanitizer sees a byte read past them.
 */
#include <stdlib.h>
#include <string.h>

#include "kselftest_harness.h"

#include "core/tcp_option.h"
#include "random.h"

#define OPTIONS_MAX	(TSRW_TCP_HEADER_MAX - TSRW_TCP_HEADER_MIN)

#define EOL	0
#define NOP	1
#define MSS	2
#define WSCALE	3
#define SACK_OK	4
#define SACK	5
#define TS	8
#define MD5	19
#define AO	29

static struct tsrw_tcp_options walk_options(const u8 *bytes, unsigned int len)
{
	/* Whatever was in it before must not matter */
	struct tsrw_tcp_options found;
	u8 *exact = malloc(len ? len : 1);
	u8 *options = len ? exact : exact + 1;

	memset(&found, 0xff, sizeof(found));
	if (len)
		memcpy(options, bytes, len);
	tsrw_tcp_options_walk(options, len, &found);
	free(exact);
	return found;
}

static unsigned int put_option(u8 *bytes, unsigned int at, u8 kind, u8 len)
{
	unsigned int i;

	bytes[at] = kind;
	bytes[at + 1] = len;
	for (i = 2; i < len; i++)
		bytes[at + i] = 0xa0 + i;
	return at + len;
}

TEST(no_options)
{
	struct tsrw_tcp_options found = walk_options(NULL, 0);

	EXPECT_EQ(0, found.ts_count);
	EXPECT_FALSE(found.ao);
	EXPECT_FALSE(found.malformed);
}

TEST(only_nops_at_every_length)
{
	u8 bytes[OPTIONS_MAX];
	unsigned int len;

	memset(bytes, NOP, sizeof(bytes));
	for (len = 0; len <= OPTIONS_MAX; len++) {
		struct tsrw_tcp_options found = walk_options(bytes, len);

		EXPECT_EQ(0, found.ts_count);
		EXPECT_FALSE(found.malformed);
	}
}

TEST(common_layout)
{
	u8 bytes[12] = { NOP, NOP };
	struct tsrw_tcp_options found;

	put_option(bytes, 2, TS, 10);
	found = walk_options(bytes, sizeof(bytes));
	EXPECT_EQ(1, found.ts_count);
	EXPECT_EQ(4, found.ts[0]);
	EXPECT_FALSE(found.ao);
	EXPECT_FALSE(found.malformed);
}

TEST(common_layout_one_byte_off)
{
	static const struct {
		u8 bytes[12];
		u8 ts_count;
		u8 ts;
		bool malformed;
	} cases[] = {
		/* TSopt whose TSval reads like another one's head */
		{ { TS, 10, TS, 10 }, 1, 2, false },
		{ { NOP, TS, 10, 10 }, 1, 3, false },
		{ { SACK_OK, 2, TS, 10 }, 1, 4, false },
		{ { EOL, NOP, TS, 10 }, 0, 0, false },
		{ { NOP, EOL, TS, 10 }, 0, 0, false },
		{ { NOP, MSS, TS, 10 }, 0, 0, false },
		{ { NOP, NOP, TS, 9 }, 0, 0, false },
		{ { NOP, NOP, TS, 11 }, 0, 0, true },
		{ { NOP, NOP, SACK, 10 }, 0, 0, false },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		struct tsrw_tcp_options found = walk_options(cases[i].bytes, 12);

		EXPECT_EQ(cases[i].ts_count, found.ts_count)
			TH_LOG("case %u", i);
		EXPECT_EQ(cases[i].malformed, found.malformed)
			TH_LOG("case %u", i);
		if (cases[i].ts_count)
			EXPECT_EQ(cases[i].ts, found.ts[0])
				TH_LOG("case %u", i);
	}
}

TEST(common_layout_with_more_behind_is_walked_whole)
{
	u8 bytes[OPTIONS_MAX] = { NOP, NOP };
	unsigned int len = put_option(bytes, put_option(bytes, 2, TS, 10), TS, 10);
	struct tsrw_tcp_options found = walk_options(bytes, len);

	EXPECT_EQ(2, found.ts_count);
	EXPECT_EQ(4, found.ts[0]);
	EXPECT_EQ(14, found.ts[1]);
}

TEST(every_offset_even_and_odd)
{
	unsigned int at, len;

	for (at = 0; at + 10 <= OPTIONS_MAX; at++) {
		for (len = at + 10; len <= OPTIONS_MAX; len++) {
			struct tsrw_tcp_options found;
			u8 bytes[OPTIONS_MAX];

			memset(bytes, NOP, sizeof(bytes));
			put_option(bytes, at, TS, 10);
			found = walk_options(bytes, len);
			EXPECT_EQ(1, found.ts_count);
			EXPECT_EQ(at + 2, found.ts[0]);
			EXPECT_FALSE(found.malformed);
		}
	}
}

TEST(cut_short_at_every_byte)
{
	unsigned int at, len;

	for (at = 0; at + 10 <= OPTIONS_MAX; at++) {
		for (len = at + 1; len < at + 10; len++) {
			struct tsrw_tcp_options found;
			u8 bytes[OPTIONS_MAX];

			memset(bytes, NOP, sizeof(bytes));
			put_option(bytes, at, TS, 10);
			found = walk_options(bytes, len);
			EXPECT_EQ(0, found.ts_count);
			EXPECT_TRUE(found.malformed);
		}
	}
}

/* RFC 7323 section 3.2: the length is 10; Linux passes over one of another length */
TEST(tsopt_of_every_length)
{
	unsigned int len;

	for (len = 0; len <= 255; len++) {
		u8 bytes[OPTIONS_MAX] = { TS, len };
		struct tsrw_tcp_options found = walk_options(bytes, OPTIONS_MAX);

		EXPECT_EQ(len == 10, found.ts_count) TH_LOG("length %u", len);
		EXPECT_EQ(len < 2 || len > OPTIONS_MAX, found.malformed)
			TH_LOG("length %u", len);
	}
}

TEST(other_option_of_every_length_and_a_tsopt_behind)
{
	unsigned int len;

	for (len = 0; len <= 255; len++) {
		u8 bytes[OPTIONS_MAX] = { 254, len };
		struct tsrw_tcp_options found;

		if (len >= 2 && len + 10 <= OPTIONS_MAX)
			put_option(bytes, len, TS, 10);
		found = walk_options(bytes, OPTIONS_MAX);
		EXPECT_EQ(len < 2 || len > OPTIONS_MAX, found.malformed)
			TH_LOG("length %u", len);
		if (len >= 2 && len + 10 <= OPTIONS_MAX) {
			EXPECT_EQ(1, found.ts_count) TH_LOG("length %u", len);
			EXPECT_EQ(len + 2, found.ts[0]);
		} else {
			EXPECT_EQ(0, found.ts_count) TH_LOG("length %u", len);
		}
	}
}

TEST(kind_without_a_length_byte)
{
	unsigned int kind;

	for (kind = 2; kind <= 255; kind++) {
		u8 bytes[4] = { NOP, NOP, NOP, kind };
		struct tsrw_tcp_options found = walk_options(bytes, sizeof(bytes));

		EXPECT_EQ(0, found.ts_count);
		EXPECT_TRUE(found.malformed);
		EXPECT_FALSE(found.ao);
	}
}

TEST(eol_ends_the_walk)
{
	unsigned int at;

	for (at = 0; at + 11 <= OPTIONS_MAX; at++) {
		struct tsrw_tcp_options found;
		u8 bytes[OPTIONS_MAX];

		memset(bytes, NOP, sizeof(bytes));
		bytes[at] = EOL;
		put_option(bytes, at + 1, TS, 10);
		found = walk_options(bytes, OPTIONS_MAX);
		EXPECT_EQ(0, found.ts_count);
		EXPECT_FALSE(found.malformed);
	}
}

TEST(what_follows_eol_need_not_be_whole)
{
	u8 bytes[OPTIONS_MAX];
	unsigned int at = put_option(bytes, 0, TS, 10);
	struct tsrw_tcp_options found;

	memset(bytes + at, 0xff, sizeof(bytes) - at);
	bytes[at] = EOL;
	found = walk_options(bytes, OPTIONS_MAX);
	EXPECT_EQ(1, found.ts_count);
	EXPECT_FALSE(found.malformed);
}

TEST(one_to_four_tsopts_at_every_shift)
{
	unsigned int count, shift, i;

	for (count = 1; count <= 4; count++) {
		for (shift = 0; shift + 10 * count <= OPTIONS_MAX; shift++) {
			struct tsrw_tcp_options found;
			u8 bytes[OPTIONS_MAX];

			memset(bytes, NOP, sizeof(bytes));
			for (i = 0; i < count; i++)
				put_option(bytes, shift + 10 * i, TS, 10);
			found = walk_options(bytes, shift + 10 * count);
			ASSERT_EQ(count, found.ts_count);
			EXPECT_FALSE(found.malformed);
			for (i = 0; i < count; i++)
				EXPECT_EQ(shift + 10 * i + 2, found.ts[i]);
		}
	}
}

/* No TCP header holds them, but the walk does not know that */
TEST(fifth_tsopt_is_refused)
{
	struct tsrw_tcp_options found;
	u8 bytes[50];
	unsigned int i;

	for (i = 0; i < 5; i++)
		put_option(bytes, 10 * i, TS, 10);
	found = walk_options(bytes, sizeof(bytes));
	EXPECT_EQ(4, found.ts_count);
	EXPECT_EQ(32, found.ts[3]);
	EXPECT_TRUE(found.malformed);
}

TEST(what_precedes_a_malformed_option_is_valid)
{
	u8 bytes[OPTIONS_MAX] = {};
	unsigned int at = put_option(bytes, 0, TS, 10);
	struct tsrw_tcp_options found;

	bytes[at] = TS;
	bytes[at + 1] = 1;
	found = walk_options(bytes, OPTIONS_MAX);
	EXPECT_EQ(1, found.ts_count);
	EXPECT_EQ(2, found.ts[0]);
	EXPECT_TRUE(found.malformed);

	bytes[at] = MSS;
	bytes[at + 1] = OPTIONS_MAX - at + 1;
	found = walk_options(bytes, OPTIONS_MAX);
	EXPECT_EQ(1, found.ts_count);
	EXPECT_TRUE(found.malformed);
}

TEST(what_follows_a_malformed_option_is_not_looked_at)
{
	u8 bytes[OPTIONS_MAX] = {};
	struct tsrw_tcp_options found;

	bytes[0] = TS;
	bytes[1] = 1;
	put_option(bytes, put_option(bytes, 2, TS, 10), AO, 12);
	found = walk_options(bytes, OPTIONS_MAX);
	EXPECT_EQ(0, found.ts_count);
	EXPECT_FALSE(found.ao);
	EXPECT_TRUE(found.malformed);
}

TEST(body_of_an_option_is_not_walked)
{
	u8 bytes[OPTIONS_MAX] = {};
	struct tsrw_tcp_options found;

	put_option(bytes, 0, SACK, 26);
	put_option(bytes, 2, TS, 10);
	put_option(bytes, 12, AO, 12);
	bytes[24] = EOL;
	put_option(bytes, 26, TS, 10);
	found = walk_options(bytes, 36);
	EXPECT_EQ(1, found.ts_count);
	EXPECT_EQ(28, found.ts[0]);
	EXPECT_FALSE(found.ao);
	EXPECT_FALSE(found.malformed);
}

/* RFC 5925: the MAC covers the options */
TEST(ao_before_behind_and_alone)
{
	u8 bytes[OPTIONS_MAX] = {};
	struct tsrw_tcp_options found;

	put_option(bytes, put_option(bytes, 0, AO, 16), TS, 10);
	found = walk_options(bytes, 26);
	EXPECT_TRUE(found.ao);
	EXPECT_EQ(1, found.ts_count);
	EXPECT_EQ(18, found.ts[0]);

	put_option(bytes, put_option(bytes, 0, TS, 10), AO, 16);
	found = walk_options(bytes, 26);
	EXPECT_TRUE(found.ao);
	EXPECT_EQ(1, found.ts_count);
	EXPECT_FALSE(found.malformed);

	put_option(bytes, 0, AO, 4);
	found = walk_options(bytes, 4);
	EXPECT_TRUE(found.ao);
	EXPECT_EQ(0, found.ts_count);
}

TEST(ao_that_is_not_whole_is_malformed)
{
	u8 bytes[OPTIONS_MAX] = {};
	struct tsrw_tcp_options found;

	put_option(bytes, 0, AO, 16);
	found = walk_options(bytes, 15);
	EXPECT_FALSE(found.ao);
	EXPECT_TRUE(found.malformed);
}

/* RFC 2385: the digest does not cover the options */
TEST(md5_is_no_ao)
{
	u8 bytes[OPTIONS_MAX] = { NOP, NOP };
	struct tsrw_tcp_options found;

	put_option(bytes, put_option(bytes, 2, MD5, 18), TS, 10);
	found = walk_options(bytes, 30);
	EXPECT_FALSE(found.ao);
	EXPECT_EQ(1, found.ts_count);
	EXPECT_EQ(22, found.ts[0]);
	EXPECT_FALSE(found.malformed);
}

TEST(syn_as_linux_sends_it)
{
	static const u8 bytes[20] = {
		MSS, 4, 5, 180, SACK_OK, 2, TS, 10, 1, 2, 3, 4, 0, 0, 0, 0,
		NOP, WSCALE, 3, 7,
	};
	struct tsrw_tcp_options found = walk_options(bytes, sizeof(bytes));

	EXPECT_EQ(1, found.ts_count);
	EXPECT_EQ(8, found.ts[0]);
	EXPECT_FALSE(found.malformed);
}

/* The same clauses once more, as a recursion over what is left */
static void expect_of(const u8 *all, const u8 *rest, unsigned int left,
		      struct tsrw_tcp_options *want)
{
	if (left == 0 || rest[0] == EOL)
		return;
	if (rest[0] == NOP) {
		expect_of(all, rest + 1, left - 1, want);
	} else if (left == 1 || rest[1] < 2 || rest[1] > left) {
		want->malformed = true;
	} else {
		want->ao |= rest[0] == AO;
		if (rest[0] == TS && rest[1] == 10)
			want->ts[want->ts_count++] = rest - all + 2;
		expect_of(all, rest + rest[1], left - rest[1], want);
	}
}

TEST(random_bytes_against_a_second_opinion)
{
	static const u8 likely[] = {
		EOL, NOP, NOP, MSS, WSCALE, SACK_OK, TS, TS, 9, 10, 10, 11, MD5,
		18, AO, 40, 255,
	};
	struct random rng = { 1 };
	unsigned int round, i;

	for (round = 0; round < 200000; round++) {
		unsigned int len = random_below(&rng, OPTIONS_MAX + 1);
		struct tsrw_tcp_options want = {}, found;
		u8 bytes[OPTIONS_MAX];

		for (i = 0; i < len; i++)
			bytes[i] = random_percent(&rng, 90) ?
				likely[random_below(&rng, sizeof(likely))] :
				random_u32(&rng);
		for (i = 0; i + 10 <= len && random_percent(&rng, 60);)
			i = put_option(bytes, i, TS, 10) + random_below(&rng, 3);

		expect_of(bytes, bytes, len, &want);
		found = walk_options(bytes, len);
		ASSERT_EQ(want.ts_count, found.ts_count);
		ASSERT_EQ(0, memcmp(want.ts, found.ts, want.ts_count));
		ASSERT_EQ(want.ao, found.ao);
		ASSERT_EQ(want.malformed, found.malformed);
	}
}

TEST_HARNESS_MAIN

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Points in time, as JSON has them: written, read, and refused.
 */
#include <string.h>

#include "kselftest_harness.h"

#include "text/format.h"
#include "text/parse_time.h"

typedef __typeof__(UINT64_C(0)) u64;

#define SECOND UINT64_C(1000000000)

static const struct {
	const char *text;
	u64 time;
} exact[] = {
	{ "1970-01-01T00:00:00.000000000Z", 0 },
	{ "1970-01-01T00:00:00.000000001Z", 1 },
	{ "1999-12-31T23:59:59.999999999Z", 946684800 * SECOND - 1 },
	{ "2000-02-29T12:00:00.000000000Z", 951825600 * SECOND },
	{ "2026-11-26T16:16:50.012345678Z", 1795709810 * SECOND + 12345678 },
	{ "2038-01-19T03:14:08.000000000Z", (UINT64_C(1) << 31) * SECOND },
	{ "2554-07-21T23:34:33.709551615Z", UINT64_MAX },
};

TEST(no_nanosecond_is_lost)
{
	for (size_t i = 0; i < ARRAY_SIZE(exact); i++) {
		char text[FORMAT_SIZE];
		u64 time = 7;

		EXPECT_STREQ(exact[i].text, format_time_exact(text, exact[i].time));
		EXPECT_EQ(NULL, parse_time(exact[i].text, &time));
		EXPECT_EQ(exact[i].time, time);
	}
}

TEST(milliseconds_for_people)
{
	char text[FORMAT_SIZE];

	EXPECT_STREQ("2026-11-26T16:16:50.012Z",
		     format_time(text, 1795709810 * SECOND + 12999999));
}

static bool fraction_is(const char *word, u64 nanoseconds)
{
	u64 time = 7;

	return !parse_time(word, &time) && time == nanoseconds;
}

TEST(fractions_of_up_to_nine_digits)
{
	EXPECT_TRUE(fraction_is("1970-01-01T00:00:01Z", SECOND));
	EXPECT_TRUE(fraction_is("1970-01-01T00:00:00.5Z", SECOND / 2));
	EXPECT_TRUE(fraction_is("1970-01-01T00:00:00.05Z", SECOND / 20));
	EXPECT_TRUE(fraction_is("1970-01-01T00:00:00.012Z", 12000000));
	EXPECT_TRUE(fraction_is("1970-01-01T00:00:00.12345678Z", 123456780));
	EXPECT_TRUE(fraction_is("1970-01-01T00:00:00.123456789Z", 123456789));
}

TEST(refused)
{
	static const char *const bad[] = {
		/* no time at all */
		"", "Z", "now", "0", "1795709810012345678", "1795709810.5",
		/* fractions */
		"2026-11-26T16:16:50.Z", "2026-11-26T16:16:50.0123456789Z",
		"2026-11-26T16:16:50.0000000000Z", "2026-11-26T16:16:50,5Z",
		"2026-11-26T16:16:50.-5Z", "2026-11-26T16:16:50.5.5Z",
		/* offsets: UTC has one name */
		"2026-11-26T16:16:50", "2026-11-26T16:16:50.5",
		"2026-11-26T16:16:50+00:00", "2026-11-26T16:16:50-00:00",
		"2026-11-26T17:16:50+01:00", "2026-11-26T16:16:50z",
		"2026-11-26T16:16:50ZZ", "2026-11-26T16:16:50Z ",
		/* what stands between */
		"2026-11-26 16:16:50Z", "2026-11-26t16:16:50Z", "2026/11/26T16:16:50Z",
		"20261126T161650Z", " 2026-11-26T16:16:50Z", "2026-11-26",
		"2026-11-26T16:16Z",
		/* digits that are missing, or too many, or none */
		"2026-1-26T16:16:50Z", "2026-11-6T16:16:50Z", "2026-11-26T6:16:50Z",
		"26-11-26T16:16:50Z", "12026-11-26T16:16:50Z", "+026-11-26T16:16:50Z",
		"2026-+1-26T16:16:50Z", "2026-11- 6T16:16:50Z", "2026-11-26T16:16:5xZ",
		/* no such day, hour, minute or second */
		"2026-00-26T16:16:50Z", "2026-13-26T16:16:50Z", "2026-11-00T16:16:50Z",
		"2026-11-31T16:16:50Z", "2026-02-29T16:16:50Z", "2100-02-29T16:16:50Z",
		"2026-11-26T24:00:00Z", "2026-11-26T16:60:50Z", "2026-11-26T16:16:61Z",
		"2026-11-26T16:16:99Z",
		/* leap seconds, real ones and others */
		"2016-12-31T23:59:60Z", "2016-12-31T23:59:60.5Z", "2026-11-26T16:16:60Z",
		/* years that 64 bits of nanoseconds do not have */
		"0000-01-01T00:00:00Z", "1969-12-31T23:59:59Z",
		"1969-12-31T23:59:59.999999999Z", "2554-07-21T23:34:33.709551616Z",
		"2554-07-21T23:34:34Z", "9999-12-31T23:59:59Z",
	};
	u64 untouched = 7;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		EXPECT_NE(NULL, parse_time(bad[i], &untouched)) {
			TH_LOG("taken: %s", bad[i]);
		}
	}
	EXPECT_EQ(7, untouched);
}

TEST_HARNESS_MAIN

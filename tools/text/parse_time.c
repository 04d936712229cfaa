// SPDX-License-Identifier: GPL-2.0-only
#include "parse_time.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>

#define NANOSECONDS 1000000000

/* Reads @count digits, and @end behind them unless it is NUL; moves @word behind both */
static bool read_field(const char **word, int count, char end, int *out)
{
	const char *c = *word;
	int value = 0;

	for (; count; count--, c++) {
		if (!isdigit((unsigned char)*c))
			return false;
		value = value * 10 + (*c - '0');
	}
	if (end && *c++ != end)
		return false;
	*word = c;
	*out = value;
	return true;
}

/* YYYY-MM-DDTHH:MM:SS */
static bool read_date(const char **word, struct tm *tm)
{
	return read_field(word, 4, '-', &tm->tm_year) &&
	       read_field(word, 2, '-', &tm->tm_mon) &&
	       read_field(word, 2, 'T', &tm->tm_mday) &&
	       read_field(word, 2, ':', &tm->tm_hour) &&
	       read_field(word, 2, ':', &tm->tm_min) &&
	       read_field(word, 2, '\0', &tm->tm_sec);
}

/* Reads a period and one to nine digits, or nothing */
static bool read_fraction(const char **word, uint32_t *nanoseconds)
{
	uint32_t unit = NANOSECONDS;
	const char *c = *word;

	*nanoseconds = 0;
	if (*c != '.')
		return true;
	for (c++; isdigit((unsigned char)*c); c++) {
		unit /= 10;
		if (!unit)
			return false;
		*nanoseconds += unit * (uint32_t)(*c - '0');
	}
	*word = c;
	return unit < NANOSECONDS;
}

/* timegm() turns February 30 into a day of March: a date that it changes does not exist */
static bool count_seconds(struct tm *tm, time_t *seconds)
{
	struct tm same;

	tm->tm_year -= 1900;
	tm->tm_mon -= 1;
	same = *tm;
	*seconds = timegm(&same);
	return *seconds >= 0 && same.tm_mon == tm->tm_mon &&
	       same.tm_mday == tm->tm_mday && same.tm_hour == tm->tm_hour &&
	       same.tm_min == tm->tm_min && same.tm_sec == tm->tm_sec;
}

const char *parse_time(const char *word, uint64_t *nanoseconds)
{
	struct tm tm = { 0 };
	uint32_t fraction;
	time_t seconds;
	uint64_t sum;

	if (!read_date(&word, &tm) || !read_fraction(&word, &fraction) ||
	    strcmp(word, "Z"))
		return "is not a time in UTC (as in 2026-11-26T16:16:50.012Z)";
	if (tm.tm_sec == 60)
		return "is a leap second, which no clock here shows";
	if (!count_seconds(&tm, &seconds))
		return "is no time since 1970";
	if (__builtin_mul_overflow((uint64_t)seconds, NANOSECONDS, &sum) ||
	    __builtin_add_overflow(sum, fraction, &sum))
		return "is later than 64 bits of nanoseconds can say (2554)";
	*nanoseconds = sum;
	return NULL;
}

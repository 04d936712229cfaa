// SPDX-License-Identifier: GPL-2.0-only
#include "format.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <time.h>

char *format_safe(char *out, size_t size, const char *text)
{
	size_t used = 0;

	for (; *text && used + 5 <= size; text++) {
		unsigned char c = (unsigned char)*text;

		if (c >= ' ' && c < 0x7f)
			out[used++] = *text;
		else
			used += (size_t)sprintf(out + used, "\\x%02x", c);
	}
	out[used] = '\0';
	return out;
}

const char *format_word(char out[FORMAT_SIZE], const char *const *words,
			uint32_t value)
{
	for (uint32_t i = 0; words[i]; i++) {
		if (i == value)
			return words[i];
	}
	return format_number(out, value);
}

char *format_number(char out[FORMAT_SIZE], uint64_t value)
{
	snprintf(out, FORMAT_SIZE, "%llu", (unsigned long long)value);
	return out;
}

char *format_address(char out[FORMAT_SIZE], const struct address *address)
{
	int family = address->len == 4 ? AF_INET : AF_INET6;

	inet_ntop(family, address->byte, out, FORMAT_SIZE);
	return out;
}

char *format_endpoint(char out[FORMAT_SIZE], const struct address *address,
		      uint16_t port)
{
	char text[FORMAT_SIZE];

	format_address(text, address);
	snprintf(out, FORMAT_SIZE, address->len == 4 ? "%.45s:%u" : "[%.45s]:%u",
		 text, port);
	return out;
}

static const struct {
	char name;
	uint32_t seconds;
} units[] = {
	{ 'd', 24 * 60 * 60 },
	{ 'h', 60 * 60 },
	{ 'm', 60 },
	{ 's', 1 },
};

#define SECONDS 3

char *format_duration(char out[FORMAT_SIZE], uint32_t seconds)
{
	size_t i = seconds ? 0 : SECONDS;

	while (seconds % units[i].seconds)
		i++;
	snprintf(out, FORMAT_SIZE, "%u%c", seconds / units[i].seconds,
		 units[i].name);
	return out;
}

char *format_mask(char out[FORMAT_SIZE], uint32_t mask)
{
	snprintf(out, FORMAT_SIZE, "0x%08x", mask);
	return out;
}

char *format_age(char out[FORMAT_SIZE], uint32_t seconds)
{
	uint32_t rest;
	size_t i = 0;
	int used;

	while (i < SECONDS && seconds < units[i].seconds)
		i++;
	used = snprintf(out, FORMAT_SIZE, "%u%c",
			seconds / units[i].seconds, units[i].name);
	rest = seconds % units[i].seconds;
	if (i < SECONDS && rest >= units[i + 1].seconds)
		snprintf(out + used, FORMAT_SIZE - (size_t)used,
			 "%u%c", rest / units[i + 1].seconds,
			 units[i + 1].name);
	return out;
}

/* UTC, to the second */
static void format_seconds(char out[FORMAT_SIZE], uint64_t nanoseconds)
{
	time_t seconds = (time_t)(nanoseconds / 1000000000);
	struct tm tm;

	gmtime_r(&seconds, &tm);
	strftime(out, FORMAT_SIZE, "%Y-%m-%dT%H:%M:%S", &tm);
}

char *format_time(char out[FORMAT_SIZE], uint64_t nanoseconds)
{
	unsigned int ms = (unsigned int)(nanoseconds / 1000000 % 1000);
	char text[FORMAT_SIZE];

	format_seconds(text, nanoseconds);
	snprintf(out, FORMAT_SIZE, "%.40s.%03uZ", text, ms);
	return out;
}

char *format_time_exact(char out[FORMAT_SIZE], uint64_t nanoseconds)
{
	unsigned int fraction = (unsigned int)(nanoseconds % 1000000000);
	char text[FORMAT_SIZE];

	format_seconds(text, nanoseconds);
	snprintf(out, FORMAT_SIZE, "%.40s.%09uZ", text, fraction);
	return out;
}

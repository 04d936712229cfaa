/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Formats values as text.  Pure functions; each returns @out, but for format_word(), which
 * may return one of @words.
 */
#ifndef TSREWRITE_TEXT_FORMAT_H
#define TSREWRITE_TEXT_FORMAT_H

#include <stddef.h>
#include <stdint.h>

#include "address.h"

#define FORMAT_SIZE 64

/*
 * Copies @text to @out, @size bytes long, and cuts it where it does not fit.  Bytes other
 * than printable ASCII become \xNN, as a terminal might obey them and JSON must not have
 * them.
 */
char *format_safe(char *out, size_t size, const char *text);

/*
 * Returns the word for @value, an index into @words, which ends with NULL; or formats the
 * number into @out if @words has none, as a newer module may send values unknown here.
 */
const char *format_word(char out[FORMAT_SIZE], const char *const *words,
			uint32_t value);

/* A decimal number, and an address as inet_ntop() formats it */
char *format_number(char out[FORMAT_SIZE], uint64_t value);
char *format_address(char out[FORMAT_SIZE], const struct address *address);

/* 192.0.2.1:443 or [2001:db8::1]:443; @port is in host byte order */
char *format_endpoint(char out[FORMAT_SIZE], const struct address *address,
		      uint16_t port);

/* Exact, in the largest unit that divides it, as in 90s or 5m; parse_duration() reads it */
char *format_duration(char out[FORMAT_SIZE], uint32_t seconds);

/* Hexadecimal with eight digits, as in 0xff000000; parse_mask() reads it */
char *format_mask(char out[FORMAT_SIZE], uint32_t mask);

/* Rounded down to the two largest units, as in 4d23h, to be read at a glance */
char *format_age(char out[FORMAT_SIZE], uint32_t seconds);

/* Nanoseconds since the epoch as RFC 3339 in UTC, rounded down to a millisecond, for people */
char *format_time(char out[FORMAT_SIZE], uint64_t nanoseconds);

/* The same with all nine digits, for programs; parse_time() reads it */
char *format_time_exact(char out[FORMAT_SIZE], uint64_t nanoseconds);

#endif /* TSREWRITE_TEXT_FORMAT_H */

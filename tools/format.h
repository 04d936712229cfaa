/* SPDX-License-Identifier: GPL-2.0-only */
/* From values to text.  Pure functions; each returns @out. */
#ifndef TSREWRITE_FORMAT_H
#define TSREWRITE_FORMAT_H

#include <stddef.h>
#include <stdint.h>

#include "attr.h"

#define FORMAT_SIZE 64

/* Bytes that a terminal or JSON could stumble over become \xNN */
char *format_safe(char *out, size_t size, const char *text);

/* A word for @value, or its number where a newer module knows more words */
const char *format_word(char out[FORMAT_SIZE], const char *const *words,
			uint32_t value);

char *format_number(char out[FORMAT_SIZE], uint64_t value);
char *format_address(char out[FORMAT_SIZE], const struct address *address);
char *format_endpoint(char out[FORMAT_SIZE], const struct address *address,
		      uint16_t port);

/* As parse_duration() reads it: exact, in the largest unit that is */
char *format_duration(char out[FORMAT_SIZE], uint32_t seconds);

char *format_mask(char out[FORMAT_SIZE], uint32_t mask);

/* To be read at a glance: the two largest units, as in 4d23h */
char *format_age(char out[FORMAT_SIZE], uint32_t seconds);

/* UTC, RFC 3339, to the millisecond */
char *format_time(char out[FORMAT_SIZE], uint64_t nanoseconds);

#endif /* TSREWRITE_FORMAT_H */

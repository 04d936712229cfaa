/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_TEXT_PARSE_TIME_H
#define TSREWRITE_TEXT_PARSE_TIME_H

#include <stdint.h>

/*
 * Parses RFC 3339 in UTC, as format_time_exact() writes it, or with a shorter fraction or
 * none: 2026-11-26T16:16:50.012345678Z.  Leap seconds are refused, as no clock here shows
 * one.  Returns NULL, with nanoseconds since the epoch in @nanoseconds; or why @word is
 * invalid, to be read after it.
 */
const char *parse_time(const char *word, uint64_t *nanoseconds);

#endif /* TSREWRITE_TEXT_PARSE_TIME_H */

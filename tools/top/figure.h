/* SPDX-License-Identifier: GPL-2.0-only */
/* Formats rates, ratios, names and sparklines for few columns.  Pure; each returns @out. */
#ifndef TSREWRITE_TOP_FIGURE_H
#define TSREWRITE_TOP_FIGURE_H

#include <stdbool.h>
#include <stddef.h>

#define FIGURE_SIZE 16

/* A rate in at most 6 columns, as in 0, 0.3, 120, 12345 or 123k; "-" if it is negative */
char *figure_rate(char out[FIGURE_SIZE], double rate);

/* A ratio in at most 4 columns, rounded down: only all is 100%; "-" if it is negative */
char *figure_ratio(char out[FIGURE_SIZE], double ratio);

/*
 * A name in at most @width columns, at least 4.  What does not fit is left out in the middle,
 * as names often differ at their ends.
 */
char *figure_name(char *out, size_t size, const char *name, size_t width);

/*
 * Draws @count rates in @cells columns, a divisor of @count, each the mean of its share; the
 * highest is the largest in @rates.  0 has a sign of its own, and what is not known is blank.
 * With @utf8 a column is up to 3 bytes long, so @out has room for 3 * @cells + 1.
 */
char *figure_sparkline(char *out, const double *rates, size_t count, size_t cells, bool utf8);

#endif /* TSREWRITE_TOP_FIGURE_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How likely so few are, or so many, by chance.  Pure functions.
 */
#ifndef TSREWRITE_WATCH_TAIL_H
#define TSREWRITE_WATCH_TAIL_H

#include <stdint.h>

/* At most @k successes in @n trials, each of which succeeds with 0 < @p < 1 */
double tail_binomial(uint64_t k, uint64_t n, double p);

/* At most @k where @mean > 0 are expected (Poisson) */
double tail_poisson(uint64_t k, double mean);

#endif /* TSREWRITE_WATCH_TAIL_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* The probability that chance alone leaves so few events, or fewer.  Pure functions. */
#ifndef TSREWRITE_USUAL_TAIL_PROBABILITY_H
#define TSREWRITE_USUAL_TAIL_PROBABILITY_H

#include <stdint.h>

/* Of at most @k successes in @n trials, each of which succeeds with probability 0 < @p < 1 */
double tail_probability_binomial(uint64_t k, uint64_t n, double p);

/* Of at most @k events if @mean > 0 are expected, by Poisson's distribution; 1 if k >= mean */
double tail_probability_poisson(uint64_t k, double mean);

#endif /* TSREWRITE_USUAL_TAIL_PROBABILITY_H */

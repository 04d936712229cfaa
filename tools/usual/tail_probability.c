// SPDX-License-Identifier: GPL-2.0-only
#include "tail_probability.h"

#include <math.h>

/* A term below this part of the sum ends it: those that follow are smaller still */
#define NEGLIGIBLE (1 / 1e6)

/* The logarithm of the binomial coefficient n over k */
static double choose_log(uint64_t k, uint64_t n)
{
	return lgamma((double)n + 1) - lgamma((double)k + 1) -
	       lgamma((double)(n - k) + 1);
}

/* Sums from the last term down, as the terms shrink fast in that direction */
double tail_probability_binomial(uint64_t k, uint64_t n, double p)
{
	double term, sum = 0;

	if (k >= n)
		return 1;
	if ((double)k > p * (double)n)
		return 1 - tail_probability_binomial(n - k - 1, n, 1 - p);
	term = exp(choose_log(k, n) + (double)k * log(p) +
		   (double)(n - k) * log1p(-p));
	for (;; k--) {
		sum += term;
		if (!k || term <= sum * NEGLIGIBLE)
			break;
		term *= (double)k / (double)(n - k + 1) * (1 - p) / p;
	}
	return sum < 1 ? sum : 1;
}

double tail_probability_poisson(uint64_t k, double mean)
{
	double term = exp((double)k * log(mean) - mean -
			  lgamma((double)k + 1));
	double sum = 0;

	if ((double)k >= mean)
		return 1;	/* @k is not low, and its exact probability is not needed */
	for (;; k--) {
		sum += term;
		if (!k || term <= sum * NEGLIGIBLE)
			break;
		term *= (double)k / mean;
	}
	return sum < 1 ? sum : 1;
}

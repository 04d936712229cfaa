// SPDX-License-Identifier: GPL-2.0-only
#include "tail.h"

#include <math.h>

/* What comes after a term of this part of the sum adds nothing that matters */
#define NEGLIGIBLE (1 / 1e6)

static double choose_log(uint64_t k, uint64_t n)
{
	return lgamma((double)n + 1) - lgamma((double)k + 1) -
	       lgamma((double)(n - k) + 1);
}

/* From the last term down, where they shrink fast */
double tail_binomial(uint64_t k, uint64_t n, double p)
{
	double term, sum = 0;

	if (k >= n)
		return 1;
	if ((double)k > p * (double)n)
		return 1 - tail_binomial(n - k - 1, n, 1 - p);
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

double tail_poisson(uint64_t k, double mean)
{
	double term = exp((double)k * log(mean) - mean -
			  lgamma((double)k + 1));
	double sum = 0;

	if ((double)k >= mean)
		return 1;	/* not few: nobody asks how many */
	for (;; k--) {
		sum += term;
		if (!k || term <= sum * NEGLIGIBLE)
			break;
		term *= (double)k / mean;
	}
	return sum < 1 ? sum : 1;
}

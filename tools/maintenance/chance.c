// SPDX-License-Identifier: GPL-2.0-only
#include "chance.h"

#include <math.h>

#include "../usual/tail_probability.h"

/*
 * A share that @yes of @all events had is any p with the density of the beta distribution, whose
 * parameters are @yes + 1 and @all - @yes + 1.  It is summed up in so many steps, over as many
 * standard deviations to either side of its mean: what is beyond weighs less than what is looked
 * for here.
 */
#define STEPS 256
#define DEVIATIONS 10

/* Tail probabilities need 0 < p < 1 */
#define NEARLY_NONE (1 / 1e9)

typedef double (*tail)(uint64_t k, uint64_t n, double p);

static double few_tail(uint64_t k, uint64_t n, double p)
{
	return tail_probability_binomial(k, n, p);
}

static double many_tail(uint64_t k, uint64_t n, double p)
{
	return tail_probability_binomial(n - k, n, 1 - p);
}

static double clamp_between(double low, double p, double high)
{
	return fmax(low, fmin(high, p));
}

static double density_log(double p, const struct learnt *learnt)
{
	return learnt->yes * log(p) + (learnt->all - learnt->yes) * log1p(-p);
}

static double average_tail(tail tail_of, uint64_t k, uint64_t n, const struct learnt *learnt,
			   const struct tolerance *tolerance)
{
	double mean = (learnt->yes + 1) / (learnt->all + 2);
	double deviation = sqrt(mean * (1 - mean) / (learnt->all + 3));
	double low = clamp_between(0, mean - DEVIATIONS * deviation, 1);
	double step = (clamp_between(0, mean + DEVIATIONS * deviation, 1) - low) / STEPS;
	double highest = density_log(mean, learnt), sum = 0, weights = 0;

	for (int i = 0; i < STEPS; i++) {
		double p = clamp_between(NEARLY_NONE, low + (i + 0.5) * step, 1 - NEARLY_NONE);
		double weight = exp(density_log(p, learnt) - highest);

		weights += weight;
		sum += weight * tail_of(k, n, clamp_between(NEARLY_NONE, tolerance->factor * p +
							    tolerance->more, 1 - NEARLY_NONE));
	}
	return sum / weights;
}

double chance_of_so_few(uint64_t k, uint64_t n, const struct learnt *learnt,
			const struct tolerance *tolerance)
{
	return average_tail(few_tail, k, n, learnt, tolerance);
}

double chance_of_so_many(uint64_t k, uint64_t n, const struct learnt *learnt,
			 const struct tolerance *tolerance)
{
	return average_tail(many_tail, k, n, learnt, tolerance);
}

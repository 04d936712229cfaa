// SPDX-License-Identifier: GPL-2.0-only
#include "sample.h"

#include "../usual/tail_probability.h"

bool sample_extend(struct sample *sample)
{
	unsigned int age = sample->seconds++;
	bool anything = false;

	for (int arm = 0; arm < ARMS; arm++) {
		const struct counts *second =
			window_at(&sample->side->window[arm], age);

		anything |= counts_add(&sample->sum.arm[arm], second);
		if (age >= SAMPLE_GRACE)
			counts_add(&sample->older.arm[arm], second);
	}
	return anything;
}

uint64_t sample_came_up(const struct sample *sample, enum arm arm, enum count how)
{
	uint64_t up = arms_count(&sample->sum, arm, how);
	uint64_t attempts = arms_count(&sample->older, arm, COUNT_ATTEMPTS);

	return up < attempts ? up : attempts;
}

bool sample_collapsed(const struct sample *sample, uint64_t good, uint64_t all,
		      double usual)
{
	return all >= sample->thresholds->min_attempts &&
	       (double)good < sample->thresholds->drop * usual * (double)all &&
	       tail_probability_binomial(good, all, usual) < SAMPLE_CHANCE;
}

bool sample_is_fine(const struct sample *sample, uint64_t good, uint64_t all,
		    double usual)
{
	return all >= SAMPLE_FEW &&
	       (double)good >= sample->thresholds->drop * usual * (double)all;
}

enum pace sample_pace(const struct sample *sample)
{
	uint64_t fewest = baseline_fewest_established(&sample->side->baseline);
	double expected = (double)fewest * sample->seconds / SPAN_SECONDS;
	uint64_t up = arms_total(&sample->sum, COUNT_ESTABLISHED);

	if (expected < SAMPLE_FEW)
		return PACE_UNKNOWN;
	return (double)up < sample->thresholds->drop * expected ? PACE_LOST :
								PACE_KEPT;
}

bool sample_is_idle(const struct sample *sample)
{
	double mean = baseline_mean_attempts(&sample->side->baseline);

	return (double)arms_total(&sample->sum, COUNT_ATTEMPTS) <
	       sample->thresholds->drop * mean * sample->seconds / SPAN_SECONDS;
}

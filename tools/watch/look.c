// SPDX-License-Identifier: GPL-2.0-only
#include "look.h"

#include "tail.h"

bool look_further(struct look *look)
{
	unsigned int age = look->seconds++;
	bool anything = false;

	for (int arm = 0; arm < ARMS; arm++) {
		const struct counts *second =
			window_at(&look->side->window[arm], age);

		anything |= counts_add(&look->sum.arm[arm], second);
		if (age >= LOOK_GRACE)
			counts_add(&look->older.arm[arm], second);
	}
	return anything;
}

uint64_t look_count(const struct arms *arms, enum arm arm, enum count what)
{
	return arms->arm[arm].n[what];
}

uint64_t look_both(const struct arms *arms, enum count what)
{
	return look_count(arms, ARM_TREATED, what) +
	       look_count(arms, ARM_CONTROL, what);
}

bool look_collapsed(const struct look *look, uint64_t good, uint64_t all,
		    double usual)
{
	return all >= look->thresholds->min_attempts &&
	       (double)good < look->thresholds->drop * usual * (double)all &&
	       tail_binomial(good, all, usual) < LOOK_CHANCE;
}

bool look_is_fine(const struct look *look, uint64_t good, uint64_t all,
		  double usual)
{
	return all >= LOOK_FEW &&
	       (double)good >= look->thresholds->drop * usual * (double)all;
}

enum pace look_pace(const struct look *look)
{
	uint64_t fewest = baseline_fewest_established(&look->side->baseline);
	double expected = (double)fewest * look->seconds / SPAN_SECONDS;
	uint64_t up = look_both(&look->sum, COUNT_ESTABLISHED);

	if (expected < LOOK_FEW)
		return PACE_UNKNOWN;
	return (double)up < look->thresholds->drop * expected ? PACE_LOST :
								PACE_KEPT;
}

bool look_is_idle(const struct look *look)
{
	double mean = baseline_mean_attempts(&look->side->baseline);

	return (double)look_both(&look->sum, COUNT_ATTEMPTS) <
	       look->thresholds->drop * mean * look->seconds / SPAN_SECONDS;
}

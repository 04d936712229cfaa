// SPDX-License-Identifier: GPL-2.0-only
#include "baseline.h"

#include <math.h>
#include <stddef.h>

/* After so many seconds in which something was learnt, older counts weigh half as much */
#define HALF_LIFE 600

/* What is kept from before weighs as much as learning without an end: 1 + 2^(-1/HALF_LIFE) + ... */
#define KEPT_SECONDS (HALF_LIFE * M_LOG2E)

/* The ratios that are assumed at first, as if they had been seen in so many events */
#define PRIOR_SUCCESS 0.5
#define PRIOR_IMPOSSIBLE 0.001
#define PRIOR_WEIGHT 10

/* Ratios are kept between 1 - SURE and SURE, as tail probabilities need 0 < p < 1 */
#define SURE 0.99

uint64_t counts_rsts(const struct counts *counts)
{
	return counts->n[COUNT_REFUSED_BY_US] + counts->n[COUNT_UNSEEN];
}

/*
 * Refusals are counted by RST, and a retransmitted answer is refused again, so there may be
 * more of them than connections: no more connections can have been refused than were attempted
 * and did not come up.
 */
uint64_t counts_refusals(const struct counts *counts)
{
	uint64_t refused = counts_rsts(counts);
	uint64_t attempts = counts->n[COUNT_ATTEMPTS];
	uint64_t up = counts->n[COUNT_ESTABLISHED];
	uint64_t left = attempts > up ? attempts - up : 0;

	return refused < left ? refused : left;
}

static void ratio_learn(struct ratio *ratio, uint64_t yes, uint64_t all)
{
	double keep = exp2(-1.0 / HALF_LIFE);

	if (!yes && !all)
		return;
	ratio->yes = ratio->yes * keep + (double)yes;
	ratio->all = ratio->all * keep + (double)all;
}

static void span_learn(struct baseline *baseline, const struct counts *second)
{
	baseline->filling.attempts += (uint32_t)second->n[COUNT_ATTEMPTS];
	baseline->filling.established += (uint32_t)second->n[COUNT_ESTABLISHED];
	if (++baseline->filled < SPAN_SECONDS)
		return;
	baseline->span[baseline->next] = baseline->filling;
	baseline->next = (baseline->next + 1) % SPANS;
	if (baseline->spans < SPANS)
		baseline->spans++;
	baseline->filling = (struct span){ 0 };
	baseline->filled = 0;
}

/* Of @usual, counts that are as many as of KEPT_SECONDS at most */
static struct ratio ratio_kept(const struct usual_answer *usual, double yes, double all)
{
	double weight = fmin(1, KEPT_SECONDS / usual->counts.seconds);

	return (struct ratio){ yes * weight, all * weight };
}

void baseline_begin(struct baseline *baseline, const struct usual_answer *usual)
{
	const double *n = usual->counts.n;

	if (!usual->known || !(usual->counts.seconds > 0))
		return;
	baseline->success = ratio_kept(usual, n[USUAL_ESTABLISHED], n[USUAL_ATTEMPTS]);
	baseline->answered = ratio_kept(usual, n[USUAL_ANSWERED], n[USUAL_ATTEMPTS]);
	baseline->accepted = ratio_kept(usual, n[USUAL_ESTABLISHED],
					n[USUAL_ESTABLISHED] + n[USUAL_REFUSED]);
	baseline->impossible = ratio_kept(usual, n[USUAL_IMPOSSIBLE],
					  n[USUAL_IMPOSSIBLE] + n[USUAL_VERIFIED]);
	baseline->kept = usual_per_second(usual, USUAL_ATTEMPTS) * SPAN_SECONDS;
}

static void keep_second(struct usual_counts *learnt, const struct counts *second)
{
	static const enum count counted[USUAL_COUNTS] = {
		[USUAL_ATTEMPTS] = COUNT_ATTEMPTS, [USUAL_ANSWERED] = COUNT_ANSWERED,
		[USUAL_ESTABLISHED] = COUNT_ESTABLISHED,
		[USUAL_REFUSED_BY_US] = COUNT_REFUSED_BY_US,
		[USUAL_VERIFIED] = COUNT_VERIFIED, [USUAL_IMPOSSIBLE] = COUNT_IMPOSSIBLE,
	};

	learnt->seconds++;
	for (int i = 0; i < USUAL_COUNTS; i++)
		learnt->n[i] += (double)(i == USUAL_REFUSED ? counts_refusals(second) :
							      second->n[counted[i]]);
}

struct usual_counts baseline_take(struct baseline *baseline)
{
	struct usual_counts learnt = baseline->learnt;

	baseline->learnt = (struct usual_counts){ 0 };
	return learnt;
}

void baseline_learn(struct baseline *baseline, const struct counts *second)
{
	uint64_t established = second->n[COUNT_ESTABLISHED];
	uint64_t impossible = second->n[COUNT_IMPOSSIBLE];

	ratio_learn(&baseline->success, established, second->n[COUNT_ATTEMPTS]);
	ratio_learn(&baseline->answered, second->n[COUNT_ANSWERED],
		    second->n[COUNT_ATTEMPTS]);
	ratio_learn(&baseline->accepted, established,
		    established + counts_refusals(second));
	ratio_learn(&baseline->impossible, impossible,
		    impossible + second->n[COUNT_VERIFIED]);
	span_learn(baseline, second);
	keep_second(&baseline->learnt, second);
}

static double with_prior(const struct ratio *ratio, double prior)
{
	return (ratio->yes + prior * PRIOR_WEIGHT) / (ratio->all + PRIOR_WEIGHT);
}

double ratio_usual(const struct ratio *ratio)
{
	return fmax(1 - SURE, fmin(SURE, with_prior(ratio, PRIOR_SUCCESS)));
}

double ratio_usually_impossible(const struct ratio *ratio)
{
	return fmin(SURE, with_prior(ratio, PRIOR_IMPOSSIBLE));
}

bool ratio_is_known(const struct ratio *ratio)
{
	return ratio->all >= PRIOR_WEIGHT;
}

/* More may come up in a second than began in it */
double ratio_learnt(const struct ratio *one, const struct ratio *other)
{
	double all = one->all + other->all;

	return all < PRIOR_WEIGHT ? -1 : fmin(1, (one->yes + other->yes) / all);
}

/* The @i-th span before the last complete one, which is number 0 */
static const struct span *span_back(const struct baseline *baseline, unsigned int i)
{
	return &baseline->span[(baseline->next + SPANS - 1 - i) % SPANS];
}

/* The attempts in @count spans in a row, of which span_back() number @i is the newest */
static uint64_t attempts_since(const struct baseline *baseline, unsigned int i,
			       unsigned int count)
{
	uint64_t sum = 0;

	while (count)
		sum += span_back(baseline, i + --count)->attempts;
	return sum;
}

/* If the fewest attempts are less than half of the mean, the load is not steady: returns 0 */
uint64_t baseline_steady_attempts(const struct baseline *baseline,
				  unsigned int count)
{
	uint64_t fewest = UINT64_MAX, all;

	if (baseline->spans < count)
		return 0;
	for (unsigned int i = 0; i + count <= baseline->spans; i++) {
		uint64_t sum = attempts_since(baseline, i, count);

		if (sum < fewest)
			fewest = sum;
	}
	all = attempts_since(baseline, 0, baseline->spans);
	return fewest * baseline->spans * 2 < all * count ? 0 : fewest;
}

double baseline_mean_attempts(const struct baseline *baseline)
{
	if (baseline->spans < SPANS_NEW)
		return baseline->kept;
	return (double)attempts_since(baseline, 0, baseline->spans) /
	       baseline->spans;
}

uint64_t baseline_fewest_established(const struct baseline *baseline)
{
	uint64_t fewest = UINT64_MAX;

	if (!baseline->spans)
		return 0;
	for (unsigned int i = 0; i < baseline->spans; i++) {
		if (span_back(baseline, i)->established < fewest)
			fewest = span_back(baseline, i)->established;
	}
	return fewest;
}

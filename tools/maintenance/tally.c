// SPDX-License-Identifier: GPL-2.0-only
#include "tally.h"

#include <string.h>

void tally_add(struct tally *tally, const uint64_t second[USUAL_COUNTS])
{
	uint64_t failed;

	for (int i = 0; i < USUAL_COUNTS; i++)
		tally->n[i] += second[i];
	memcpy(tally->recent[tally->seconds++ % TALLY_GRACE], second, sizeof(*tally->recent));
	/* A retransmitted answer is refused again */
	failed = tally->n[USUAL_ATTEMPTS] - tally->n[USUAL_ESTABLISHED];
	if (tally->n[USUAL_ATTEMPTS] < tally->n[USUAL_ESTABLISHED])
		failed = 0;
	tally->n[USUAL_REFUSED] = tally->n[USUAL_REFUSED_BY_US];
	if (tally->n[USUAL_REFUSED] > failed)
		tally->n[USUAL_REFUSED] = failed;
}

uint64_t tally_settled(const struct tally *tally, enum usual_count what)
{
	uint64_t settled = tally->n[what];

	for (int i = 0; i < TALLY_GRACE; i++)
		settled -= tally->recent[i][what];
	return settled;
}

static uint64_t of_attempts(const struct tally *tally, uint64_t up)
{
	uint64_t attempts = tally_settled(tally, USUAL_ATTEMPTS);

	return up < attempts ? up : attempts;
}

uint64_t tally_came_up_most(const struct tally *tally)
{
	return of_attempts(tally, tally->n[USUAL_ESTABLISHED]);
}

uint64_t tally_came_up_least(const struct tally *tally)
{
	return of_attempts(tally, tally_settled(tally, USUAL_ESTABLISHED));
}

/* SPDX-License-Identifier: GPL-2.0-only */
/* What was counted, second by second, of a group's connections of one kind and origin.  Pure. */
#ifndef TSREWRITE_MAINTENANCE_TALLY_H
#define TSREWRITE_MAINTENANCE_TALLY_H

#include <stdint.h>

#include "../usual/usual.h"

/* Seconds that a handshake may take, in which SYNs may have to be retransmitted */
#define TALLY_GRACE 5

/* Zeroed, nothing was counted */
struct tally {
	uint64_t seconds;
	uint64_t n[USUAL_COUNTS];
	uint64_t recent[TALLY_GRACE][USUAL_COUNTS];	/* of the last seconds, in any order */
};

/* Adds what was counted in a second; USUAL_REFUSED is found out from the other counts */
void tally_add(struct tally *tally, const uint64_t second[USUAL_COUNTS]);

/* What was counted before the last TALLY_GRACE seconds: attempts that are old enough to be up */
uint64_t tally_settled(const struct tally *tally, enum usual_count what);

/*
 * How many of the settled attempts have come up: at most, if all that did since are of them, and
 * at least, if none is.  In the long run, both are the same share.
 */
uint64_t tally_came_up_most(const struct tally *tally);
uint64_t tally_came_up_least(const struct tally *tally);

#endif /* TSREWRITE_MAINTENANCE_TALLY_H */

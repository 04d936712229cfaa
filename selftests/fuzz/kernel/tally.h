/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_FUZZ_TALLY_H
#define TSRW_FUZZ_TALLY_H

#include <time.h>

#include <linux/tsrewrite.h>

#include "room.h"
#include "spec.h"

#define OPS_MAX		32
#define EVENTS_MAX	(__TSREWRITE_EVENT_MAX + 1)

/* What one process counts, and all others may read */
struct tally {
	unsigned long sent, mutated, answered, unanswered;
	unsigned long refused[OPS_MAX], accepted[OPS_MAX], with[OPS_MAX][SPEC_ATTRS_MAX];
	unsigned long dumps_stopped, dumps_interrupted, connections;
	unsigned long events[EVENTS_MAX], events_lost, events_malformed;
};

void tally_report(const struct tally *tally);
void tally_tell(const struct tally *tally, time_t begun);

#endif /* TSRW_FUZZ_TALLY_H */

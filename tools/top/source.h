/* SPDX-License-Identifier: GPL-2.0-only */
/* Asks the module and the service, once a second, and goes on when one of them is gone */
#ifndef TSREWRITE_TOP_SOURCE_H
#define TSREWRITE_TOP_SOURCE_H

#include "../client/genl.h"
#include "board.h"

#define SOURCE_TEXT 320

struct source {
	struct genl genl;
	bool opened;
	double now;		/* seconds that never run backwards: of the last sample */
	uint64_t time;		/* the same in nanoseconds since the epoch */
	struct board board;
	char module_failure[SOURCE_TEXT];	/* why there is no sample; empty if there is */
	json_t *answer;		/* the service's; NULL if there is none */
	char watch_failure[SOURCE_TEXT];	/* why there is none; empty if there is */
	double patience;	/* the service hung: it is not asked again before this time */
};

/*
 * Takes a sample, and says in @source what failed.  If the module was loaded again, it is
 * found again.  A service that hangs is asked only once in a while, as asking it takes time.
 */
void source_sample(struct source *source);

void source_free(struct source *source);

#endif /* TSREWRITE_TOP_SOURCE_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* A group as it is shown: how its connections fare, and what is wrong.  Pure functions. */
#ifndef TSREWRITE_TOP_ROW_H
#define TSREWRITE_TOP_ROW_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/tsrewrite.h>

#include "answer.h"
#include "history.h"

#define ROW_NAME  (4 * TSREWRITE_GROUP_NAMSIZ)	/* each byte may become \xNN */
#define ROW_WORDS 160

/* Rates and the success ratio are those of so many seconds: one alone has too few events */
#define ROW_SECONDS 10

/* From the least to the worst */
enum trouble {
	TROUBLE_NONE,
	TROUBLE_ECHOES,		/* impossible echoes, and no incident is open */
	TROUBLE_TRIPPED,	/* the service has set the mode */
	TROUBLE_FAILING,	/* few connections come up, or an incident is open */
	TROUBLE_OURS,		/* and it looks like this firewall, or its mode is bug */
};

struct row {
	char name[ROW_NAME];
	uint32_t mode;
	bool tripped;
	double rate[FIGURES];	/* a second; -1 if it is not known yet */
	double minute[HISTORY_SECONDS];	/* successes a second, the oldest first; -1 as above */
	double busy;		/* attempts a second in the last minute, or 0 */
	double ratio;		/* the share that comes up; -1 if there are no attempts */
	double usual;		/* the share that usually does; -1 if it is not known */
	enum trouble trouble;
	char words[ROW_WORDS];	/* what is wrong; empty if nothing is */
};

enum row_order { ROW_WORST, ROW_BUSIEST, ROW_NAMED, ROW_ORDERS };

/* By enum row_order and enum trouble; both end with NULL */
extern const char *const row_order_words[];
extern const char *const trouble_words[];

/* Fills in what @history knows at @now */
void row_measure(struct row *row, const struct history *history, double now);

/* Says what is wrong, by the figures, the mode and an open incident of the group, or NULL */
void row_judge(struct row *row, const struct answer_incident *incident);

/*
 * Which of two comes first, as strcmp() does.  The worst go by how bad it is in coarse steps,
 * then by name, so that they do not change places each second.
 */
int row_compare(const struct row *one, const struct row *other, enum row_order order);

#endif /* TSREWRITE_TOP_ROW_H */

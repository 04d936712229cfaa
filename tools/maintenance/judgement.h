/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How the connections of all groups fare, compared with what was usual of them: a row for each
 * group, origin and kind.  Pure functions.
 */
#ifndef TSREWRITE_MAINTENANCE_JUDGEMENT_H
#define TSREWRITE_MAINTENANCE_JUDGEMENT_H

#include "../client/group.h"
#include "comparison.h"

struct judgement_row {
	char group[ATTR_TEXT];
	uint32_t mode;		/* of the group, when it was begun */
	enum usual_kind kind;
	enum usual_origin origin;
	struct usual_answer before;
	struct tally now;
	enum comparison verdict;
	const char *reason;	/* may be empty */
};

struct judgement {
	size_t count;
	struct judgement_row *row;
	unsigned int seconds;
	struct group *last;	/* the groups with their counters, as they were a second ago */
	size_t groups;
};

/* By enum usual_kind and usual_origin, as JSON has them; each ends with NULL */
extern const char *const judgement_kinds[];
extern const char *const judgement_origins[];

/*
 * Begins, with @groups and their counters as they are at @time, and @usual as it was before.
 * What a group's mode does not count has no row.  Returns 0, or -1 if there is no memory; free
 * it in any case.
 */
int judgement_begin(struct judgement *judgement, const struct groups *groups,
		    const struct usual *usual, uint64_t time);

/*
 * Adds what was counted up to @groups in the last second, or in the last @seconds, and compares
 * again.  Takes @groups->group.
 */
void judgement_add(struct judgement *judgement, struct groups *groups, unsigned int seconds);

/* The verdict on all rows */
enum comparison judgement_verdict(const struct judgement *judgement);

/*
 * How many rows have too few connections to tell, of those that may have enough of them within
 * @wait seconds since the beginning
 */
size_t judgement_waits_for(const struct judgement *judgement, unsigned int wait);

/* Whether there is something to show: what was usual is known, or there were connections */
bool judgement_row_matters(const struct judgement_row *row);

void judgement_free(struct judgement *judgement);

#endif /* TSREWRITE_MAINTENANCE_JUDGEMENT_H */

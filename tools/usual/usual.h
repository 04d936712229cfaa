/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is usual of each group's connections: what was counted of them while nothing was out of
 * line, by the hour of the week in UTC, so that it outlives the service and a reboot.  Older
 * counts weigh less.  Pure functions: times are parameters, in nanoseconds since the epoch.
 */
#ifndef TSREWRITE_USUAL_USUAL_H
#define TSREWRITE_USUAL_USUAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "counts.h"
#include "group.h"

/* Fewer seconds, or connections, of an hour of the week are not enough to tell it from others */
#define USUAL_ENOUGH_SECONDS 600
#define USUAL_ENOUGH 10

/*
 * The answer to what is usual.  Not known: there are fewer than USUAL_ENOUGH attempts, and the
 * counts say nothing.
 */
struct usual_answer {
	bool known;
	bool hourly;		/* of that hour of the week alone; or of all hours together */
	struct usual_counts counts;
};

/*
 * What is usual of the group of that name at @time: of that hour of the week if there is enough
 * of it, or else of all hours.
 */
struct usual_answer usual_at(const struct usual *usual, const char *group, enum usual_kind kind,
			     enum usual_origin origin, uint64_t time);

/* How many of @what there are in a second; 0 if nothing is known */
double usual_per_second(const struct usual_answer *answer, enum usual_count what);

/*
 * The share of @all that is @part, 0 to 1, such as of USUAL_ATTEMPTS that are USUAL_ESTABLISHED;
 * -1 if there were fewer than USUAL_ENOUGH to tell.
 */
double usual_share(const struct usual_answer *answer, enum usual_count part,
		   enum usual_count all);

/*
 * Adds what was counted of connections of both origins in seconds that ended at about @time.
 * Returns 0, or -1 if there is no memory.
 */
int usual_learn(struct usual *usual, const char *group, enum usual_kind kind,
		const struct usual_counts counted[USUAL_ORIGINS], uint64_t time);

/*
 * Groups are forgotten that were not there for so many days in which a service ran: no clock that
 * jumps has any forgotten.  usual_forget() adds @seconds to that time of each group, and
 * usual_stay() says that the group of that name is there, as usual_learn() does.
 */
#define USUAL_FORGET_DAYS 60
void usual_forget(struct usual *usual, double seconds);
void usual_stay(struct usual *usual, const char *group);

void usual_free(struct usual *usual);

#endif /* TSREWRITE_USUAL_USUAL_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reads what tsrewrite watch answers at its status socket.  Pure functions; groups are named
 * as format_safe() writes them.
 */
#ifndef TSREWRITE_TOP_ANSWER_H
#define TSREWRITE_TOP_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

/* An open incident.  The texts belong to the answer; each may be "" */
struct answer_incident {
	const char *kind;
	const char *verdict;
	const char *title;
};

/* Seconds.  The service takes a sample each second, so an older one says that it hangs. */
#define ANSWER_STALE 5

/* Why @answer cannot be relied on at @time, in nanoseconds since the epoch; or NULL */
const char *answer_wrong(const json_t *answer, uint64_t time);

/* The share of a group's connections that usually come up, or -1 if it is not known */
double answer_usual(const json_t *answer, const char *group);

/* How many incidents are open, of groups and of the machine */
size_t answer_incidents(const json_t *answer);

/* Finds the open incident of a group; returns whether there is one */
bool answer_incident(const json_t *answer, const char *group, struct answer_incident *out);

/* Finds the @i-th open incident of the machine; returns whether there is one */
bool answer_machine_incident(const json_t *answer, size_t i, struct answer_incident *out);

#endif /* TSREWRITE_TOP_ANSWER_H */

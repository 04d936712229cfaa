/* SPDX-License-Identifier: GPL-2.0-only */
/* A command of the setting run that is queued, with what it is told of the incident */
#ifndef TSREWRITE_WATCH_JOB_H
#define TSREWRITE_WATCH_JOB_H

#include <stdint.h>

#include <jansson.h>

#include "incident.h"

#define JOB_TIMEOUT_MOST 3600	/* seconds */

struct job {
	const char *command;	/* for the shell */
	uint32_t timeout;	/* seconds after which it is killed */
	const json_t *environment;	/* an object of strings */
	const json_t *input;	/* what it reads from its standard input */
	const char *what;	/* opened, updated, tripped or closed */
	const char *title;	/* of the incident */
};

/* What is told with a command beside the incident */
struct job_context {
	uint64_t time;		/* nanoseconds since the epoch */
	uint32_t timeout;
	const char *netns;	/* the name of the network namespace, or NULL */
	uint64_t lost;		/* how many commands before it could not be queued */
};

/* A new reference, or NULL */
json_t *job_json(const struct incident *incident, const char *what, const char *command,
		 const struct job_context *context);

/*
 * Fills @job in with pointers into @json.  Returns 0, or -1 if it is nothing that job_json()
 * makes.
 */
int job_parse(const json_t *json, struct job *job);

#endif /* TSREWRITE_WATCH_JOB_H */

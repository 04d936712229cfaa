/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Judges whether the firewall works, by what the module says of groups and devices, and by
 * what tsrewrite watch has found out about connections.  Prints nothing.
 */
#ifndef TSREWRITE_CMD_HEALTH_JUDGE_H
#define TSREWRITE_CMD_HEALTH_JUDGE_H

#include <jansson.h>

#include "../client/genl.h"

/* Each is the exit status of tsrewrite health */
enum health { HEALTH_WELL, HEALTH_DEGRADED, HEALTH_FAILING, HEALTH_UNKNOWN };

/* "well", "degraded", "failing" and "unknown", by enum health */
extern const char *const health_words[];

struct health_report {
	enum health health;
	json_t *reasons;	/* strings: why it is not well */
	/*
	 * What the service has answered, or NULL if it does not run, or does not answer.
	 * "time" is when it took its last sample, as RFC 3339; "incidents" has an object for
	 * each open one, with "group" (null if the machine is concerned), "kind", "verdict",
	 * "state", "title", "estimated_onset" and "confirmed_onset".
	 */
	json_t *service;
};

/* Zeroes @report: all is well so far */
void health_begin(struct health_report *report);

/* Adds a reason; the heaviest one decides: failing, then unknown, then degraded */
void health_add(struct health_report *report, enum health health, const char *reason);

/* Asks the module, through an open socket, and the service, and judges their answers */
void health_judge(struct genl *genl, struct health_report *report);

/*
 * Adds what follows from a failure to open the socket, or to read from it, by the error in
 * @genl: degraded if the module is not loaded, or unknown.  @was_on says what is off without the
 * module although it was to be on, or is NULL.
 */
void health_judge_failure(const struct genl *genl, const char *was_on,
			  struct health_report *report);

/* Frees what @report holds */
void health_end(struct health_report *report);

#endif /* TSREWRITE_CMD_HEALTH_JUDGE_H */

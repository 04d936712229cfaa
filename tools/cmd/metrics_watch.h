/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_CMD_METRICS_WATCH_H
#define TSREWRITE_CMD_METRICS_WATCH_H

#include "../client/group.h"
#include "exposition.h"
#include "health_judge.h"

/* Writes a sample for each state of health, of which one is 1 */
void metrics_of_health(struct exposition *to, const struct health_report *report);

/*
 * Writes the families of what tsrewrite watch tells: when it looked last, whether a maintenance
 * is open, and which incidents are.  @service is its answer, or NULL: then they are left out,
 * because nobody knows.
 */
void metrics_of_watch(struct exposition *to, const struct groups *groups,
		      const json_t *service);

#endif /* TSREWRITE_CMD_METRICS_WATCH_H */

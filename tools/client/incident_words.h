/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The words by which the status socket, JSON and metrics know incidents.  Each list ends with
 * NULL, and has the order of an enum of the service: incident_kind, whose first value is none,
 * and verdict.
 */
#ifndef TSREWRITE_CLIENT_INCIDENT_WORDS_H
#define TSREWRITE_CLIENT_INCIDENT_WORDS_H

extern const char *const incident_kinds_of_groups[];
extern const char *const incident_kinds_of_machine[];
extern const char *const incident_verdicts[];

/* All kinds: "none", those of groups, those of the machine */
extern const char *const incident_kinds[];

#endif /* TSREWRITE_CLIENT_INCIDENT_WORDS_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The words by which the status socket, JSON and metrics know incidents.  Each list ends with
 * NULL, and has the order of an enum of the service: incident_kind, whose first value is none,
 * and verdict.
 */
#ifndef TSREWRITE_CLIENT_INCIDENT_WORDS_H
#define TSREWRITE_CLIENT_INCIDENT_WORDS_H

#include <stddef.h>

extern const char *const incident_kinds_of_groups[];
extern const char *const incident_kinds_of_machine[];
extern const char *const incident_verdicts[];

/* All kinds: "none", those of groups, those of the machine */
extern const char *const incident_kinds[];

/*
 * Writes one line that says what is wrong to @out, and returns it, such as "connections of group
 * alpha fail: it looks like this firewall".  @kind and @verdict are indices into the lists of all
 * kinds and of verdicts; @group is empty if the machine is concerned.
 */
char *incident_words_title(char *out, size_t size, int kind, const char *group, int verdict);

#endif /* TSREWRITE_CLIENT_INCIDENT_WORDS_H */

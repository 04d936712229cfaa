/* SPDX-License-Identifier: GPL-2.0-only */
/* What the actions of tsrewrite maintenance share: each reports what fails */
#ifndef TSREWRITE_CMD_MAINTENANCE_RECORD_H
#define TSREWRITE_CMD_MAINTENANCE_RECORD_H

#include <limits.h>

#include "../client/session.h"
#include "../maintenance/record.h"

/* These return EXIT_DONE or EXIT_REFUSED */

/*
 * Enters the network namespace, and writes to @directory where the state of its service is.  To
 * @write there, one has to be root.
 */
int maintenance_find(const struct call *call, char directory[PATH_MAX], bool write);

/* Waits for other commands.  Close @lock. */
int maintenance_lock(const char *directory, int *lock);

int maintenance_load(const char *directory, struct record *record);

/* Writes to the journal that @event, such as "maintenance_begun", happened to @record */
void maintenance_log(const struct call *call, const struct record *record, const char *event,
		     uint64_t now);

#endif /* TSREWRITE_CMD_MAINTENANCE_RECORD_H */

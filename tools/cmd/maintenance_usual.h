/* SPDX-License-Identifier: GPL-2.0-only */
/* What is usual when a maintenance is begun, kept so that its end can judge by it */
#ifndef TSREWRITE_CMD_MAINTENANCE_USUAL_H
#define TSREWRITE_CMD_MAINTENANCE_USUAL_H

#include <stdint.h>
#include <sys/stat.h>

/*
 * What was last saved is copied before the record of the maintenance is written, in
 * case that nothing comes after it.  The service sees the record within a second, and saves
 * what is usual by then; what it saves is copied again.
 */
struct maintenance_usual {
	const char *directory;	/* of the service's state */
	uint64_t now;		/* nanoseconds since the epoch */
	struct stat saved;	/* the file that was copied; zeroed if there was none */
};

/* Before the record is written */
void maintenance_usual_begin(struct maintenance_usual *usual, const char *directory,
			     uint64_t now);

/*
 * After it was: waits some seconds for the service, if one runs.  Warns if the end of the
 * maintenance will not be able to judge, and if the service has not saved anything.
 */
void maintenance_usual_end(const struct maintenance_usual *usual);

#endif /* TSREWRITE_CMD_MAINTENANCE_USUAL_H */

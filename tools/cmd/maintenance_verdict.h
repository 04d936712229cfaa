/* SPDX-License-Identifier: GPL-2.0-only */
/* Says what the end of a maintenance has found, and what is to be done */
#ifndef TSREWRITE_CMD_MAINTENANCE_VERDICT_H
#define TSREWRITE_CMD_MAINTENANCE_VERDICT_H

#include <limits.h>

#include "../client/session.h"
#include "../maintenance/judgement.h"
#include "../maintenance/record.h"
#include "maintenance_progress.h"

/* Besides the exit statuses of any command */
#define EXIT_TOO_FEW 3

struct ending {
	const struct call *call;
	char directory[PATH_MAX];
	struct record record;
	uint32_t wait;		/* seconds, at most */
	char incident[512];	/* the title of one of ours that is open, or empty */
	bool ended;		/* by this command */
	unsigned int worse;	/* the second in which the first row was worse, from 1, or 0 */
	struct judgement judgement;
	struct progress progress;
};

/* Worse also while an incident of ours is open */
enum comparison ending_verdict(const struct ending *ending);

/* Prints all, and returns the exit status of the verdict; or of printing, if that fails */
int ending_print(const struct ending *ending);

#endif /* TSREWRITE_CMD_MAINTENANCE_VERDICT_H */

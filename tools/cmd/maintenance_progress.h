/* SPDX-License-Identifier: GPL-2.0-only */
/* Tells on stderr how far the judgement at the end of a maintenance is */
#ifndef TSREWRITE_CMD_MAINTENANCE_PROGRESS_H
#define TSREWRITE_CMD_MAINTENANCE_PROGRESS_H

#include <stdbool.h>

#include "../maintenance/judgement.h"

/* Zeroed at the beginning */
struct progress {
	bool begun;
	bool terminal;
	size_t waiting;		/* rows, as it was told last */
	size_t worse;
};

/* On a terminal, one line that changes each second; or else a line when a row has its verdict */
void progress_show(struct progress *progress, const struct judgement *judgement,
		   unsigned int wait);

/* Clears the line on a terminal */
void progress_end(const struct progress *progress);

#endif /* TSREWRITE_CMD_MAINTENANCE_PROGRESS_H */

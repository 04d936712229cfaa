/* SPDX-License-Identifier: GPL-2.0-only */
/* Finds what is wrong in what the module told, and says what to do about it */
#ifndef TSREWRITE_CMD_STATUS_ALARMS_H
#define TSREWRITE_CMD_STATUS_ALARMS_H

#include <jansson.h>

#include "../client/config.h"
#include "../client/device.h"
#include "../client/group.h"
#include "../client/key.h"
#include "../client/stats.h"
#include "../maintenance/record.h"
#include "../state/saved.h"

struct status {
	struct config config;
	struct devices devices;
	struct groups groups;
	struct stats stats;
	struct key key;		/* none, if the module is of an older version */
	struct record maintenance;	/* the last one; zeroed if none is known */
	json_t *alarms;		/* strings */
	char saved[PATH_MAX];	/* the path of the saved state, or empty */
	char saved_why[SAVED_TEXT];	/* how the running state differs from it, or empty */
};

/* Appends a string to @status->alarms for each problem; the rest of @status is filled in */
void status_find_alarms(struct genl *genl, struct status *status);

#endif /* TSREWRITE_CMD_STATUS_ALARMS_H */

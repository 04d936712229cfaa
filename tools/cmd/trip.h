/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_CMD_TRIP_H
#define TSREWRITE_CMD_TRIP_H

#include "../client/group.h"

#define TRIP_TEXT 384

/*
 * Says in a sentence that the service has set the mode of a group, what that means for its new
 * connections, and how it ends.  Returns @out.
 */
char *trip_describe(char out[TRIP_TEXT], const struct group *group);

#endif /* TSREWRITE_CMD_TRIP_H */

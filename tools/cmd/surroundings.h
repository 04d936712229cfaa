/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What runs beside us on the attached devices and may bypass us, or undo our work
 */
#ifndef TSREWRITE_CMD_SURROUNDINGS_H
#define TSREWRITE_CMD_SURROUNDINGS_H

#include <jansson.h>

#include "../genl.h"
#include "device.h"

/* Adds a string to @alarms for each; that it cannot be told is one, too */
void surroundings_judge(struct genl *genl, const struct devices *devices,
			json_t *alarms);

#endif /* TSREWRITE_CMD_SURROUNDINGS_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Finds what may carry segments around the module on attached devices, or change them
 * between the module and the wire: flowtables, redirects of tc, and other hooks; and says where no
 * answers are seen, where packets leave in frames that are not read, and which device an
 * attachment could not take hold of.
 */
#ifndef TSREWRITE_CLIENT_BYPASS_H
#define TSREWRITE_CLIENT_BYPASS_H

#include <jansson.h>

#include "device.h"
#include "genl.h"

/*
 * Adds a string to @alarms, a list, for each flowtable, redirect or hook that is found, and for
 * each device without answers, or with frames that are not read; and one with the reason if they
 * cannot be listed.
 */
void bypass_find(struct genl *genl, const struct devices *devices,
		 json_t *alarms);

#endif /* TSREWRITE_CLIENT_BYPASS_H */

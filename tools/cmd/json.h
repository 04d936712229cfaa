/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Makes JSON of what the kernel told.  Attributes that are not present are left out.  The
 * caller owns the returned reference.
 */
#ifndef TSREWRITE_CMD_JSON_H
#define TSREWRITE_CMD_JSON_H

#include <jansson.h>

#include "../client/config.h"
#include "../client/device.h"
#include "../client/event.h"
#include "../client/flow.h"
#include "../client/flow_flush.h"
#include "../client/group.h"
#include "../client/key.h"

json_t *config_json(const struct config *config);
json_t *key_json(const struct key *key);
json_t *device_json(const struct device *device);
json_t *devices_json(const struct devices *devices);

/* A group with its counters, and without them */
json_t *group_json(const struct group *group);
json_t *group_brief_json(const struct group *group);
json_t *groups_json(const struct groups *groups);
json_t *flow_json(const struct flow *flow, const struct groups *groups);
json_t *flow_loaded_json(const struct flow_loaded *loaded);
json_t *flow_flushed_json(const struct flow_flushed *flushed);
json_t *event_json(const struct event *event);

/*
 * The output of a command that changes something: @now, as it is afterwards, under the key
 * @noun, and under "changed" whether it was different before.  Takes the reference to @now.
 */
json_t *change_json(const char *noun, json_t *now, bool changed);

#endif /* TSREWRITE_CMD_JSON_H */

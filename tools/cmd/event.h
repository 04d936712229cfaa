/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the module tells of changes: what, when, and who did it
 */
#ifndef TSREWRITE_CMD_EVENT_H
#define TSREWRITE_CMD_EVENT_H

#include <stdio.h>

#include <jansson.h>

#include "config.h"
#include "device.h"
#include "flow.h"
#include "group.h"

struct event {
	uint64_t present;
	uint32_t type;
	uint64_t time;
	uint32_t uid;
	uint32_t pid;
	char comm[ATTR_TEXT];
	char old_name[ATTR_TEXT];
	struct attrs device_nest;
	struct attrs group_nest;
	struct attrs config_nest;
	struct attrs flow_nest;

	/* decoded from the nests */
	struct device device;
	struct group group;
	struct config config;
	struct flow_flushed flow;
};

int event_decode(struct genl *genl, struct attrs attrs, struct event *event);

/* 2026-11-23T08:00:00.000Z device attached eth0 zone 0 by uid 0 pid 1 (x) */
void event_print(const struct event *event, FILE *to);

json_t *event_json(const struct event *event);

#endif /* TSREWRITE_CMD_EVENT_H */

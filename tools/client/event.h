/* SPDX-License-Identifier: GPL-2.0-only */
/* Events: what was changed, when and by whom, as the module tells its listeners */
#ifndef TSREWRITE_CLIENT_EVENT_H
#define TSREWRITE_CLIENT_EVENT_H

#include <stdio.h>

#include "config.h"
#include "device.h"
#include "flow_flush.h"
#include "flow_saved.h"
#include "group.h"
#include "key.h"

/* @type is of enum tsrewrite_event; @time is in nanoseconds since the epoch */
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
	struct flow_flushed flushed;
	uint32_t loginuid;	/* who had logged in, whoever @uid is */
	struct group before;	/* the settings that changed, as they were */
	struct config config_before;	/* likewise */
	struct key key;
	struct flow_loaded loaded;

	/* decoded from the nests */
	struct device device;
	struct group group;
	struct config config;
};

/* By event->type, such as "device_attached"; ends with NULL */
extern const char *const event_words[];

/* Decodes an event into the zeroed @event.  Returns 0, or -1 with @genl's error filled in. */
int event_decode(struct genl *genl, struct attrs attrs, struct event *event);

/*
 * Prints an event without a newline, such as
 * 2026-11-23T08:00:00.000Z device attached eth0 zone 0 by uid 0 pid 1 (x)
 */
void event_print(const struct event *event, FILE *to);

/* Print as much of it as has no word of who caused it, and as has no name at all */
void event_print_what(const struct event *event, FILE *to);
void event_print_kind(const struct event *event, FILE *to);

/* As event_print_what(), without the time, such as device attached eth0 zone 0 */
void event_print_change(const struct event *event, FILE *to);

#endif /* TSREWRITE_CLIENT_EVENT_H */

/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_EVENT_H
#define TSRW_EVENT_H

#include <linux/notifier.h>
#include <linux/tsrewrite.h>

#include "net.h"

struct tsrw_device;
struct tsrw_flush_count;

/**
 * struct tsrw_event - something happened that an operator wants to know
 * @tn: in which namespace
 * @type: enum tsrewrite_event
 * @device: the attached device, with a device event
 * @flows: how many rewritten flows crossed it, with a detach
 * @old_name: its name before, with a rename
 * @group: the group, with a group event
 * @flush: what it did, with a flush
 */
struct tsrw_event {
	struct tsrw_net *tn;
	enum tsrewrite_event type;
	const struct tsrw_device *device;
	u32 flows;
	const char *old_name;
	const struct tsrw_group *group;
	const struct tsrw_flush_count *flush;
};

void tsrw_event_listen(struct notifier_block *listener);
void tsrw_event_unlisten(struct notifier_block *listener);
void tsrw_event_emit(struct tsrw_event *event);

#endif /* TSRW_EVENT_H */

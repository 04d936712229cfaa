/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_EVENT_H
#define TSRW_EVENT_H

#include <linux/notifier.h>
#include <linux/tsrewrite.h>

#include "net.h"

struct tsrw_config;
struct tsrw_device;
struct tsrw_flush_count;
struct tsrw_key;
struct tsrw_load_count;

/**
 * struct tsrw_event - something that an operator wants to know
 * @tn: state of the network namespace in which it happened
 * @type: enum tsrewrite_event
 * @device: the attachment, with an event of a device
 * @flows: how many rewritten connections crossed the device, with a detach
 * @old_name: name of the device before it was renamed, with a rename
 * @group: the group, with an event of a group
 * @before: settings of the group before they changed, with a change of them
 * @config_before: limits and timeouts before they changed, with a change of them
 * @flush: what the flush did, with a flush
 * @key: the key as it is now, with a change of it
 * @load: what became of flows that were loaded, with a load
 */
struct tsrw_event {
	struct tsrw_net *tn;
	enum tsrewrite_event type;
	const struct tsrw_device *device;
	u32 flows;
	const char *old_name;
	const struct tsrw_group *group;
	const struct tsrw_group_settings *before;
	const struct tsrw_config *config_before;
	const struct tsrw_flush_count *flush;
	const struct tsrw_key *key;
	const struct tsrw_load_count *load;
};

void tsrw_event_listen(struct notifier_block *listener);
void tsrw_event_unlisten(struct notifier_block *listener);
void tsrw_event_emit(struct tsrw_event *event);

#endif /* TSRW_EVENT_H */

// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <linux/tsrewrite.h>

#include "../format.h"
#include "../parse.h"
#include "../print.h"
#include "../report.h"
#include "cmd.h"
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

static const struct attr_field fields[] = {
	[TSREWRITE_A_EVENT_TYPE] = ATTR_FIELD(ATTR_U32, "type", event, type),
	[TSREWRITE_A_EVENT_TIME] = ATTR_FIELD(ATTR_U64, "time", event, time),
	[TSREWRITE_A_EVENT_UID] = ATTR_FIELD(ATTR_U32, "uid", event, uid),
	[TSREWRITE_A_EVENT_PID] = ATTR_FIELD(ATTR_U32, "pid", event, pid),
	[TSREWRITE_A_EVENT_COMM] = ATTR_FIELD(ATTR_STRING, "comm", event, comm),
	[TSREWRITE_A_EVENT_DEVICE] =
		ATTR_FIELD(ATTR_NEST, "device", event, device_nest),
	[TSREWRITE_A_EVENT_GROUP] =
		ATTR_FIELD(ATTR_NEST, "group", event, group_nest),
	[TSREWRITE_A_EVENT_CONFIG] =
		ATTR_FIELD(ATTR_NEST, "config", event, config_nest),
	[TSREWRITE_A_EVENT_OLD_NAME] =
		ATTR_FIELD(ATTR_STRING, "old_name", event, old_name),
	[TSREWRITE_A_EVENT_FLOW] =
		ATTR_FIELD(ATTR_NEST, "flow", event, flow_nest),
};

static const struct attr_table event_table = {
	"event", fields, TSREWRITE_A_EVENT_FLOW,
	ATTR_BIT(TSREWRITE_A_EVENT_TYPE) | ATTR_BIT(TSREWRITE_A_EVENT_TIME),
};

/* JSON's words; text has spaces for the underscores */
static const char *const type_words[] = {
	[TSREWRITE_EVENT_DEVICE_ATTACHED] = "device_attached",
	[TSREWRITE_EVENT_DEVICE_DETACHED] = "device_detached",
	[TSREWRITE_EVENT_DEVICE_GONE]	  = "device_gone",
	[TSREWRITE_EVENT_DEVICE_BACK]	  = "device_back",
	[TSREWRITE_EVENT_DEVICE_RENAMED]  = "device_renamed",
	[TSREWRITE_EVENT_DEVICE_DRAIN]	  = "device_drain",
	[TSREWRITE_EVENT_GROUP_ADDED]	  = "group_added",
	[TSREWRITE_EVENT_GROUP_MODE]	  = "group_mode",
	[TSREWRITE_EVENT_GROUP_REMOVED]	  = "group_removed",
	[TSREWRITE_EVENT_CONFIG]	  = "config",
	[TSREWRITE_EVENT_FLOW_FLUSH]	  = "flow_flush",
	[__TSREWRITE_EVENT_MAX]		  = NULL,
};

static int decode(struct genl *genl, struct attrs attrs, struct event *event)
{
	if (genl_decode(genl, &event_table, attrs, event) < 0)
		return -1;
	if (attr_present(event, TSREWRITE_A_EVENT_DEVICE) &&
	    genl_decode(genl, &device_named_table, event->device_nest,
			&event->device) < 0)
		return -1;
	if (attr_present(event, TSREWRITE_A_EVENT_GROUP) &&
	    genl_decode(genl, &group_named_table, event->group_nest,
			&event->group) < 0)
		return -1;
	if (attr_present(event, TSREWRITE_A_EVENT_CONFIG) &&
	    genl_decode(genl, &config_partial_table, event->config_nest,
			&event->config) < 0)
		return -1;
	if (!attr_present(event, TSREWRITE_A_EVENT_FLOW))
		return 0;
	return genl_decode(genl, &flow_flushed_table, event->flow_nest,
			   &event->flow);
}

static void print_device(const struct device *device, uint32_t type)
{
	char name[FORMAT_SIZE];

	printf(" %s", format_safe(name, sizeof(name), device->name));
	if (attr_present(device, TSREWRITE_A_DEVICE_ZONE))
		printf(" zone %u", device->zone);
	if (attr_present(device, TSREWRITE_A_DEVICE_FLOWS) && device->flows)
		printf(" flows %u", device->flows);
	if (type == TSREWRITE_EVENT_DEVICE_DRAIN)
		fputs(device->drain ? " begun" : " ended", stdout);
}

static void print_old_name(const char *old_name)
{
	char name[2 * FORMAT_SIZE];

	printf(" once %s", format_safe(name, sizeof(name), old_name));
}

static void print_group(const struct group *group)
{
	char name[2 * FORMAT_SIZE];
	char mode[FORMAT_SIZE];

	printf(" %s", format_safe(name, sizeof(name), group->name));
	if (attr_present(group, TSREWRITE_A_GROUP_MODE))
		printf(" %s", format_word(mode, mode_words, group->mode));
}

static void print_author(const struct event *event)
{
	char comm[2 * FORMAT_SIZE];

	if (!attr_present(event, TSREWRITE_A_EVENT_UID) &&
	    !attr_present(event, TSREWRITE_A_EVENT_PID))
		return;
	fputs(" by", stdout);
	if (attr_present(event, TSREWRITE_A_EVENT_UID))
		printf(" uid %u", event->uid);
	if (attr_present(event, TSREWRITE_A_EVENT_PID))
		printf(" pid %u", event->pid);
	if (attr_present(event, TSREWRITE_A_EVENT_COMM))
		printf(" (%s)", format_safe(comm, sizeof(comm), event->comm));
}

static void print_type(uint32_t type)
{
	char number[FORMAT_SIZE];
	const char *word = format_word(number, type_words, type);

	if (word == number)
		fputs("event ", stdout);
	for (; *word; word++)
		putchar(*word == '_' ? ' ' : *word);
}

/* 2026-11-23T08:00:00.000Z device attached eth0 zone 0 by uid 0 pid 1 (x) */
static void print_text(const struct event *event)
{
	char text[FORMAT_SIZE];

	printf("%s ", format_time(text, event->time));
	print_type(event->type);
	if (attr_present(event, TSREWRITE_A_EVENT_DEVICE))
		print_device(&event->device, event->type);
	if (attr_present(event, TSREWRITE_A_EVENT_OLD_NAME))
		print_old_name(event->old_name);
	if (attr_present(event, TSREWRITE_A_EVENT_GROUP))
		print_group(&event->group);
	if (attr_present(event, TSREWRITE_A_EVENT_CONFIG))
		config_print_words(&event->config);
	if (attr_present(event, TSREWRITE_A_EVENT_FLOW))
		printf(" flushed %u broken %u", event->flow.flushed,
		       event->flow.broken);
	print_author(event);
	putchar('\n');
}

static json_t *event_json(const struct event *event)
{
	json_t *json = json_object();
	char text[FORMAT_SIZE];

	json_object_set_new(json, "time", json_u64(event->time));
	json_object_set_new(json, "type",
			    json_text(format_word(text, type_words,
						  event->type)));
	if (attr_present(event, TSREWRITE_A_EVENT_UID))
		json_object_set_new(json, "uid", json_u64(event->uid));
	if (attr_present(event, TSREWRITE_A_EVENT_PID))
		json_object_set_new(json, "pid", json_u64(event->pid));
	if (attr_present(event, TSREWRITE_A_EVENT_COMM))
		json_object_set_new(json, "comm", json_text(event->comm));
	if (attr_present(event, TSREWRITE_A_EVENT_DEVICE))
		json_object_set_new(json, "device",
				    device_json(&event->device));
	if (attr_present(event, TSREWRITE_A_EVENT_OLD_NAME))
		json_object_set_new(json, "old_name",
				    json_text(event->old_name));
	if (attr_present(event, TSREWRITE_A_EVENT_GROUP))
		json_object_set_new(json, "group", group_json(&event->group));
	if (attr_present(event, TSREWRITE_A_EVENT_CONFIG))
		json_object_set_new(json, "config",
				    config_json(&event->config));
	if (attr_present(event, TSREWRITE_A_EVENT_FLOW))
		json_object_set_new(json, "flow",
				    flow_flushed_json(&event->flow));
	return json;
}

static int event_row(struct genl *genl, struct attrs attrs, void *arg)
{
	const struct call *call = arg;
	struct event event = { 0 };

	if (decode(genl, attrs, &event) < 0)
		return -1;
	if (call->json)
		print_json_line(event_json(&event));
	else
		print_text(&event);
	return print_failed() ? genl_fail(genl, 0, "stdout is gone") : 0;
}

/* The kernel does not say how many */
static void print_lost(const struct call *call)
{
	struct timespec now;
	char text[FORMAT_SIZE];
	uint64_t time;

	clock_gettime(CLOCK_REALTIME, &now);
	time = (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
	if (call->json)
		print_json_line(json_pack("{s:o, s:s}", "time", json_u64(time),
					  "type", "events_lost"));
	else
		printf("%s events lost: they came faster than they were read\n",
		       format_time(text, time));
}

static int listen_on(struct genl *genl, const struct call *call, void *unused)
{
	(void)unused;
	if (genl_listen(genl) < 0)
		return report_genl(genl, "hearing events", "monitor");
	for (;;) {
		if (!genl_events(genl, event_row, (void *)call))
			continue;
		if (!print_failed() && genl->error.code != ENOBUFS)
			return report_genl(genl, "hearing events", "monitor");
		print_lost(call);
		if (print_failed())
			return EXIT_REFUSED;
	}
}

int cmd_monitor(const struct call *call)
{
	if (call->words[0])
		return report_surplus("monitor", call->words[0]);
	return session(call, listen_on, NULL);
}

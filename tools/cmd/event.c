// SPDX-License-Identifier: GPL-2.0-only
#include "event.h"

#include <linux/tsrewrite.h>

#include "../format.h"
#include "../parse.h"
#include "../print.h"

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
	[TSREWRITE_EVENT_DEVICE_CONFIRMED] = "device_confirmed",
	[__TSREWRITE_EVENT_MAX]		  = NULL,
};

int event_decode(struct genl *genl, struct attrs attrs, struct event *event)
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

static void print_device(FILE *to, const struct device *device, uint32_t type)
{
	char name[FORMAT_SIZE];

	fprintf(to, " %s", format_safe(name, sizeof(name), device->name));
	if (attr_present(device, TSREWRITE_A_DEVICE_ZONE))
		fprintf(to, " zone %u", device->zone);
	if (attr_present(device, TSREWRITE_A_DEVICE_FLOWS) && device->flows)
		fprintf(to, " flows %u", device->flows);
	if (type == TSREWRITE_EVENT_DEVICE_DRAIN)
		fputs(device->drain ? " begun" : " ended", to);
	if (attr_present(device, TSREWRITE_A_DEVICE_CONFIRMED) &&
	    !device->confirmed)
		fputs(" unconfirmed", to);
}

static void print_old_name(FILE *to, const char *old_name)
{
	char name[2 * FORMAT_SIZE];

	fprintf(to, " once %s", format_safe(name, sizeof(name), old_name));
}

static void print_group(FILE *to, const struct group *group)
{
	char name[2 * FORMAT_SIZE];
	char mode[FORMAT_SIZE];

	fprintf(to, " %s", format_safe(name, sizeof(name), group->name));
	if (attr_present(group, TSREWRITE_A_GROUP_MODE))
		fprintf(to, " %s", format_word(mode, mode_words, group->mode));
}

static void print_author(FILE *to, const struct event *event)
{
	char comm[2 * FORMAT_SIZE];

	if (!attr_present(event, TSREWRITE_A_EVENT_UID) &&
	    !attr_present(event, TSREWRITE_A_EVENT_PID))
		return;
	fputs(" by", to);
	if (attr_present(event, TSREWRITE_A_EVENT_UID))
		fprintf(to, " uid %u", event->uid);
	if (attr_present(event, TSREWRITE_A_EVENT_PID))
		fprintf(to, " pid %u", event->pid);
	if (attr_present(event, TSREWRITE_A_EVENT_COMM))
		fprintf(to, " (%s)", format_safe(comm, sizeof(comm), event->comm));
}

static void print_type(FILE *to, uint32_t type)
{
	char number[FORMAT_SIZE];
	const char *word = format_word(number, type_words, type);

	if (word == number)
		fputs("event ", to);
	for (; *word; word++)
		fputc(*word == '_' ? ' ' : *word, to);
}

void event_print(const struct event *event, FILE *to)
{
	char text[FORMAT_SIZE];

	fprintf(to, "%s ", format_time(text, event->time));
	print_type(to, event->type);
	if (attr_present(event, TSREWRITE_A_EVENT_DEVICE))
		print_device(to, &event->device, event->type);
	if (attr_present(event, TSREWRITE_A_EVENT_OLD_NAME))
		print_old_name(to, event->old_name);
	if (attr_present(event, TSREWRITE_A_EVENT_GROUP))
		print_group(to, &event->group);
	if (attr_present(event, TSREWRITE_A_EVENT_CONFIG))
		config_print_words(to, &event->config);
	if (attr_present(event, TSREWRITE_A_EVENT_FLOW))
		fprintf(to, " flushed %u broken %u", event->flow.flushed,
			event->flow.broken);
	print_author(to, event);
}

json_t *event_json(const struct event *event)
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

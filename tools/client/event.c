// SPDX-License-Identifier: GPL-2.0-only
#include "event.h"

#include <linux/tsrewrite.h>

#include "../text/format.h"
#include "../text/parse.h"

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
	[TSREWRITE_A_EVENT_FLUSHED] =
		ATTR_FIELD_TABLE(&flow_flushed_table, "flushed", event, flushed),
	[TSREWRITE_A_EVENT_BEFORE] =
		ATTR_FIELD_TABLE(&group_settings_table, "before", event, before),
	[TSREWRITE_A_EVENT_LOGINUID] = ATTR_FIELD(ATTR_U32, "loginuid", event, loginuid),
	[TSREWRITE_A_EVENT_CONFIG_BEFORE] =
		ATTR_FIELD_TABLE(&config_partial_table, "config_before", event,
				 config_before),
	[TSREWRITE_A_EVENT_KEY] = ATTR_FIELD_TABLE(&key_table, "key", event, key),
	[TSREWRITE_A_EVENT_LOADED] =
		ATTR_FIELD_TABLE(&flow_loaded_table, "loaded", event, loaded),
};

static const struct attr_table event_table = {
	"event", fields, TSREWRITE_A_EVENT_MAX,
	ATTR_BIT(TSREWRITE_A_EVENT_TYPE) | ATTR_BIT(TSREWRITE_A_EVENT_TIME),
};

/* As JSON has them; in text the underscores become spaces */
const char *const event_words[] = {
	[TSREWRITE_EVENT_DEVICE_ATTACHED] = "device_attached",
	[TSREWRITE_EVENT_DEVICE_DETACHED] = "device_detached",
	[TSREWRITE_EVENT_DEVICE_GONE]	  = "device_gone",
	[TSREWRITE_EVENT_DEVICE_BACK]	  = "device_back",
	[TSREWRITE_EVENT_DEVICE_RENAMED]  = "device_renamed",
	[TSREWRITE_EVENT_DEVICE_DRAIN]	  = "device_drain",
	[TSREWRITE_EVENT_GROUP_ADDED]	  = "group_added",
	[TSREWRITE_EVENT_GROUP_CHANGED]	  = "group_changed",
	[TSREWRITE_EVENT_GROUP_REMOVED]	  = "group_removed",
	[TSREWRITE_EVENT_CONFIG]	  = "config",
	[TSREWRITE_EVENT_FLOW_FLUSH]	  = "flow_flush",
	[TSREWRITE_EVENT_DEVICE_CONFIRMED] = "device_confirmed",
	[TSREWRITE_EVENT_KEY]		  = "key",
	[TSREWRITE_EVENT_FLOW_LOAD]	  = "flow_load",
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
	if (!attr_present(event, TSREWRITE_A_EVENT_CONFIG))
		return 0;
	return genl_decode(genl, &config_partial_table, event->config_nest,
			   &event->config);
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
		fputs(device->drain ? " started" : " ended", to);
	if (attr_present(device, TSREWRITE_A_DEVICE_CONFIRMED) &&
	    !device->confirmed)
		fputs(" unconfirmed", to);
}

static void print_old_name(FILE *to, const char *old_name)
{
	char name[2 * FORMAT_SIZE];

	fprintf(to, " formerly %s", format_safe(name, sizeof(name), old_name));
}

static void print_group(FILE *to, const struct group *group)
{
	char name[2 * FORMAT_SIZE];
	char mode[FORMAT_SIZE];

	fprintf(to, " %s", format_safe(name, sizeof(name), group->name));
	if (attr_present(group, TSREWRITE_A_GROUP_MODE))
		fprintf(to, " mode %s", format_word(mode, mode_words, group->mode));
}

/* Prints the settings that changed: @before has those only, as they were */
static void print_changed_group(FILE *to, const struct group *before,
				const struct group *now)
{
	char name[2 * FORMAT_SIZE];
	char old[FORMAT_SIZE], new[FORMAT_SIZE];
	bool prefixes = attr_present(before, TSREWRITE_A_GROUP_PREFIX_COUNT);

	fprintf(to, " %s", format_safe(name, sizeof(name), now->name));
	if (attr_present(before, TSREWRITE_A_GROUP_MODE))
		fprintf(to, " mode %s -> %s", format_word(old, mode_words, before->mode),
			format_word(new, mode_words, now->mode));
	if (attr_present(before, TSREWRITE_A_GROUP_CANARY))
		fprintf(to, " canary %u -> %u %%", before->canary, now->canary);
	if (prefixes)
		fprintf(to, " prefixes %u -> %u", before->prefix_count,
			now->prefix_count);
	else if (attr_present(before, TSREWRITE_A_GROUP_FINGERPRINT))
		fputs(" prefixes or ports changed", to);
	if (attr_present(before, TSREWRITE_A_GROUP_COUNT))
		fprintf(to, " count %s -> %s", before->count ? "on" : "off",
			now->count ? "on" : "off");
	if (attr_present(before, TSREWRITE_A_GROUP_TRIPPED))
		fputs(now->tripped ? " tripped" : " no longer tripped", to);
}

static void print_key(FILE *to, const struct key *key)
{
	char text[FORMAT_SIZE];

	fprintf(to, " %s loaded", key_format_fingerprint(text, key->fingerprint));
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
	if (attr_present(event, TSREWRITE_A_EVENT_LOGINUID))
		fprintf(to, " loginuid %u", event->loginuid);
	if (attr_present(event, TSREWRITE_A_EVENT_COMM))
		fprintf(to, " (%s)", format_safe(comm, sizeof(comm), event->comm));
}

static void print_type(FILE *to, uint32_t type)
{
	char number[FORMAT_SIZE];
	const char *word = format_word(number, event_words, type);

	if (word == number)
		fputs("event ", to);
	for (; *word; word++)
		fputc(*word == '_' ? ' ' : *word, to);
}

void event_print_kind(const struct event *event, FILE *to)
{
	char text[FORMAT_SIZE];

	fprintf(to, "%s ", format_time(text, event->time));
	print_type(to, event->type);
}

void event_print_change(const struct event *event, FILE *to)
{
	print_type(to, event->type);
	if (attr_present(event, TSREWRITE_A_EVENT_DEVICE))
		print_device(to, &event->device, event->type);
	if (attr_present(event, TSREWRITE_A_EVENT_OLD_NAME))
		print_old_name(to, event->old_name);
	if (attr_present(event, TSREWRITE_A_EVENT_BEFORE))
		print_changed_group(to, &event->before, &event->group);
	else if (attr_present(event, TSREWRITE_A_EVENT_GROUP))
		print_group(to, &event->group);
	if (attr_present(event, TSREWRITE_A_EVENT_CONFIG_BEFORE))
		config_print_changes(to, &event->config_before, &event->config);
	else if (attr_present(event, TSREWRITE_A_EVENT_CONFIG))
		config_print_words(to, &event->config);
	if (attr_present(event, TSREWRITE_A_EVENT_FLUSHED))
		fprintf(to, " flows %u broken %u", event->flushed.flows,
			event->flushed.broken);
	if (attr_present(event, TSREWRITE_A_EVENT_KEY))
		print_key(to, &event->key);
	if (attr_present(event, TSREWRITE_A_EVENT_LOADED))
		fprintf(to, " flows %u existing %u expired %u no_room %u", event->loaded.loaded,
			event->loaded.existing, event->loaded.expired, event->loaded.no_room);
}

void event_print_what(const struct event *event, FILE *to)
{
	char text[FORMAT_SIZE];

	fprintf(to, "%s ", format_time(text, event->time));
	event_print_change(event, to);
}

void event_print(const struct event *event, FILE *to)
{
	event_print_what(event, to);
	print_author(to, event);
}

// SPDX-License-Identifier: GPL-2.0-only
#include "json.h"

#include <linux/tsrewrite.h>

#include "../text/format.h"
#include "../text/parse.h"
#include "../text/print.h"

json_t *config_json(const struct config *config)
{
	json_t *json = json_object();
	char text[FORMAT_SIZE];

	if (attr_present(config, TSREWRITE_A_CONFIG_VERSION))
		json_object_set_new(json, "version",
				    json_text(config->version));
	for (uint16_t attr = 0; attr <= config_table.max; attr++) {
		if (config_table.field[attr].kind == ATTR_U32 && attr_present(config, attr) &&
		    attr != TSREWRITE_A_CONFIG_WHEN_FULL)
			json_object_set_new(json, config_table.field[attr].name,
					    json_u64(config_value(config, attr)));
	}
	if (attr_present(config, TSREWRITE_A_CONFIG_WHEN_FULL))
		json_object_set_new(json, "when_full",
				    json_text(format_word(text, when_full_words,
							  config->when_full)));
	return json;
}

static json_t *fingerprint_json(uint64_t fingerprint)
{
	char text[FORMAT_SIZE];

	return json_string(key_format_fingerprint(text, fingerprint));
}

json_t *key_json(const struct key *key)
{
	json_t *json = json_object();

	json_object_set_new(json, "fingerprint", fingerprint_json(key->fingerprint));
	json_object_set_new(json, "loaded", json_boolean(key->loaded));
	json_object_set_new(json, "time", json_time(key->time));
	if (attr_present(key, TSREWRITE_A_KEY_BEFORE))
		json_object_set_new(json, "before", fingerprint_json(key->before));
	return json;
}

static json_t *unanswered_json(const struct device *device)
{
	json_t *json = json_array();

	if (device->unanswered & DEVICE_IPV4)
		json_array_append_new(json, json_string("ipv4"));
	if (device->unanswered & DEVICE_IPV6)
		json_array_append_new(json, json_string("ipv6"));
	return json;
}

json_t *device_json(const struct device *device)
{
	json_t *json = json_object();

	json_object_set_new(json, "name", json_text(device->name));
	if (attr_present(device, TSREWRITE_A_DEVICE_IFINDEX))
		json_object_set_new(json, "ifindex", json_u64(device->ifindex));
	if (attr_present(device, TSREWRITE_A_DEVICE_ZONE))
		json_object_set_new(json, "zone", json_u64(device->zone));
	if (attr_present(device, TSREWRITE_A_DEVICE_FLOWS))
		json_object_set_new(json, "flows", json_u64(device->flows));
	if (attr_present(device, TSREWRITE_A_DEVICE_DRAIN))
		json_object_set_new(json, "drain", json_boolean(device->drain));
	if (attr_present(device, TSREWRITE_A_DEVICE_CONFIRMED))
		json_object_set_new(json, "confirmed",
				    json_boolean(device->confirmed));
	if (attr_present(device, TSREWRITE_A_DEVICE_UNANSWERED))
		json_object_set_new(json, "unanswered", unanswered_json(device));
	if (attr_present(device, TSREWRITE_A_DEVICE_UNREAD))
		json_object_set_new(json, "unread", json_u64(device->unread));
	return json;
}

json_t *devices_json(const struct devices *devices)
{
	json_t *json = json_array();

	for (size_t i = 0; i < devices->count; i++)
		json_array_append_new(json, device_json(&devices->device[i]));
	return json;
}

static json_t *group_stats_json(const struct group_stats *stats)
{
	json_t *json = json_object();

	for (uint16_t attr = 0; attr <= TSREWRITE_A_GROUP_STATS_MAX; attr++) {
		if (attr_present(stats, attr))
			json_object_set_new(json, group_stats_table.field[attr].name,
					    json_u64(stats->value[attr]));
	}
	return json;
}

static void set_group_settings(json_t *json, const struct group *group)
{
	char mode[FORMAT_SIZE];

	if (attr_present(group, TSREWRITE_A_GROUP_MODE))
		json_object_set_new(json, "mode",
				    json_text(format_word(mode, mode_words,
							  group->mode)));
	if (attr_present(group, TSREWRITE_A_GROUP_CANARY))
		json_object_set_new(json, "canary", json_u64(group->canary));
	if (attr_present(group, TSREWRITE_A_GROUP_PREFIX_COUNT))
		json_object_set_new(json, "prefix_count",
				    json_u64(group->prefix_count));
	if (attr_present(group, TSREWRITE_A_GROUP_FINGERPRINT))
		json_object_set_new(json, "fingerprint", json_u64(group->fingerprint));
	if (attr_present(group, TSREWRITE_A_GROUP_TRIPPED))
		json_object_set_new(json, "tripped", json_boolean(group->tripped));
	if (attr_present(group, TSREWRITE_A_GROUP_COUNT))
		json_object_set_new(json, "count", json_boolean(group->count));
}

static json_t *group_settings_json(const struct group *group)
{
	json_t *json = json_object();

	set_group_settings(json, group);
	return json;
}

json_t *group_brief_json(const struct group *group)
{
	json_t *json = json_object();

	if (attr_present(group, TSREWRITE_A_GROUP_ID))
		json_object_set_new(json, "id", json_u64(group->id));
	json_object_set_new(json, "name", json_text(group->name));
	set_group_settings(json, group);
	return json;
}

json_t *group_json(const struct group *group)
{
	json_t *json = group_brief_json(group);

	if (attr_present(group, TSREWRITE_A_GROUP_TREATED))
		json_object_set_new(json, "treated",
				    group_stats_json(&group->treated));
	if (attr_present(group, TSREWRITE_A_GROUP_CONTROL))
		json_object_set_new(json, "control",
				    group_stats_json(&group->control));
	if (attr_present(group, TSREWRITE_A_GROUP_UNTOUCHED))
		json_object_set_new(json, "untouched",
				    group_stats_json(&group->untouched));
	return json;
}

json_t *groups_json(const struct groups *groups)
{
	json_t *json = json_array();

	for (size_t i = 0; i < groups->count; i++)
		json_array_append_new(json, group_json(&groups->group[i]));
	return json;
}

static void set_u64(json_t *json, const char *key, uint64_t value)
{
	json_object_set_new(json, key, json_u64(value));
}

static void set_text(json_t *json, const char *key, const char *text)
{
	json_object_set_new(json, key, json_text(text));
}

json_t *flow_json(const struct flow *flow, const struct groups *groups)
{
	const struct group *group = groups_by_id(groups, flow->group);
	json_t *json = json_object();
	char text[FORMAT_SIZE];

	set_text(json, "inside_addr", format_address(text, &flow->inside_addr));
	set_u64(json, "inside_port", flow->inside_port);
	set_text(json, "outside_addr",
		 format_address(text, &flow->outside_addr));
	set_u64(json, "outside_port", flow->outside_port);
	set_u64(json, "zone", flow->zone);
	if (attr_present(flow, TSREWRITE_A_FLOW_VLAN))
		set_u64(json, "vlan", flow->vlan);
	if (attr_present(flow, TSREWRITE_A_FLOW_VLAN_INNER))
		set_u64(json, "vlan_inner", flow->vlan_inner);
	set_u64(json, "group", flow->group);
	if (group)
		json_object_set_new(json, "group_name", json_text(group->name));
	set_text(json, "mode", format_word(text, mode_words, flow->mode));
	set_text(json, "state", format_word(text, state_words, flow->state));
	json_object_set_new(json, "inbound", json_boolean(flow->inbound));
	json_object_set_new(json, "asymmetric", json_boolean(flow->asymmetric));
	set_u64(json, "offset", flow->offset);
	set_u64(json, "last", flow->last);
	set_u64(json, "idle", flow->idle);
	set_u64(json, "expires", flow->expires);
	return json;
}

json_t *flow_flushed_json(const struct flow_flushed *flushed)
{
	json_t *json = json_object();

	json_object_set_new(json, "flows", json_u64(flushed->flows));
	json_object_set_new(json, "broken", json_u64(flushed->broken));
	return json;
}

json_t *flow_loaded_json(const struct flow_loaded *loaded)
{
	return json_pack("{s:o, s:o, s:o, s:o}", "loaded", json_u64(loaded->loaded),
			 "existing", json_u64(loaded->existing), "expired",
			 json_u64(loaded->expired), "no_room", json_u64(loaded->no_room));
}

json_t *change_json(const char *noun, json_t *now, bool changed)
{
	json_t *json = json_object();

	json_object_set_new(json, noun, now);
	json_object_set_new(json, "changed", json_boolean(changed));
	return json;
}

json_t *event_json(const struct event *event)
{
	json_t *json = json_object();
	char text[FORMAT_SIZE];

	json_object_set_new(json, "time", json_time(event->time));
	json_object_set_new(json, "type",
			    json_text(format_word(text, event_words,
						  event->type)));
	if (attr_present(event, TSREWRITE_A_EVENT_UID))
		json_object_set_new(json, "uid", json_u64(event->uid));
	if (attr_present(event, TSREWRITE_A_EVENT_PID))
		json_object_set_new(json, "pid", json_u64(event->pid));
	if (attr_present(event, TSREWRITE_A_EVENT_COMM))
		json_object_set_new(json, "comm", json_text(event->comm));
	if (attr_present(event, TSREWRITE_A_EVENT_LOGINUID))
		json_object_set_new(json, "loginuid", json_u64(event->loginuid));
	if (attr_present(event, TSREWRITE_A_EVENT_DEVICE))
		json_object_set_new(json, "device",
				    device_json(&event->device));
	if (attr_present(event, TSREWRITE_A_EVENT_OLD_NAME))
		json_object_set_new(json, "old_name",
				    json_text(event->old_name));
	if (attr_present(event, TSREWRITE_A_EVENT_GROUP))
		json_object_set_new(json, "group",
				    group_brief_json(&event->group));
	if (attr_present(event, TSREWRITE_A_EVENT_CONFIG))
		json_object_set_new(json, "config",
				    config_json(&event->config));
	if (attr_present(event, TSREWRITE_A_EVENT_BEFORE))
		json_object_set_new(json, "before", group_settings_json(&event->before));
	if (attr_present(event, TSREWRITE_A_EVENT_CONFIG_BEFORE))
		json_object_set_new(json, "before", config_json(&event->config_before));
	if (attr_present(event, TSREWRITE_A_EVENT_FLUSHED))
		json_object_set_new(json, "flushed", flow_flushed_json(&event->flushed));
	if (attr_present(event, TSREWRITE_A_EVENT_KEY))
		json_object_set_new(json, "key", key_json(&event->key));
	if (attr_present(event, TSREWRITE_A_EVENT_LOADED))
		json_object_set_new(json, "load", flow_loaded_json(&event->loaded));
	return json;
}

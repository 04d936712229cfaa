// SPDX-License-Identifier: GPL-2.0-only
/* Shows the mode, the devices, how full the tables are, and what is wrong */
#include "status.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../client/config.h"
#include "../client/device.h"
#include "../client/group.h"
#include "../client/report_genl.h"
#include "../client/stats.h"
#include "../client/tick.h"
#include "../maintenance/directory.h"
#include "../state/running.h"
#include "../state/saved.h"
#include "../text/format.h"
#include "../text/parse.h"
#include "../text/print.h"
#include "../text/report.h"
#include "../text/version.h"
#include "json.h"
#include "status_alarms.h"

static unsigned long long counter_of(const struct status *status, uint16_t attr)
{
	return status->stats.value[attr];
}

static int get_status(struct genl *genl, struct status *status)
{
	if (config_get(genl, &status->config) < 0 ||
	    groups_get(genl, &status->groups) < 0 ||
	    devices_get(genl, &status->devices) < 0 ||
	    stats_get(genl, &status->stats) < 0 ||
	    key_get(genl, &status->key) < 0)
		return -1;
	if (groups_default(&status->groups))
		return 0;
	return genl_fail(genl, 0, "the module has no default group");
}

static void print_mode(const struct status *status)
{
	const struct group *group = groups_default(&status->groups);
	char mode[FORMAT_SIZE];

	printf("mode:     %s%s", format_word(mode, mode_words, group->mode),
	       group->tripped ? " (tripped)" : "");
	if (group->mode != TSREWRITE_MODE_OFF && !status->devices.count)
		fputs(", but no device is attached", stdout);
	putchar('\n');
}

/* Prints how many groups, beside the default one, have which mode */
static void print_groups(const struct groups *groups)
{
	const char *between = "groups:   ";

	for (uint32_t mode = 0; mode <= TSREWRITE_MODE_MAX; mode++) {
		size_t count = 0;

		for (size_t i = 0; i < groups->count; i++)
			count += groups->group[i].id &&
				 groups->group[i].mode == mode;
		if (!count)
			continue;
		printf("%s%zu %s", between, count, mode_words[mode]);
		between = ", ";
	}
	if (groups->count > 1)
		puts(" (tsrewrite group shows them)");
}

static void print_flows(const struct config *config)
{
	char text[CONFIG_FLOWS];

	printf("flows:    %s\n", config_format_flows(text, config));
}

static void print_key(const struct key *key)
{
	char text[FORMAT_SIZE];

	if (key->present)
		printf("key:      %s%s\n", key_format_fingerprint(text, key->fingerprint),
		       key->loaded ? "" : " (drawn at random; tsrewrite help key says what for)");
}

static const char *state_of(const struct device *device)
{
	if (device->drain)
		return "draining";
	return device->confirmed ? "attached" : "unconfirmed";
}

static void print_device(struct table *table, const struct device *device)
{
	char ifindex[FORMAT_SIZE] = "absent";
	char zone[FORMAT_SIZE];
	char flows[FORMAT_SIZE];

	if (attr_present(device, TSREWRITE_A_DEVICE_IFINDEX))
		format_number(ifindex, device->ifindex);
	table_row(table, (const char *[]){
		device->name,
		ifindex,
		format_number(zone, device->zone),
		format_number(flows, device->flows),
		state_of(device),
	});
}

static int print_devices(const struct devices *devices)
{
	static const struct column columns[] = {
		{ "DEVICE", ALIGN_LEFT },
		{ "IFINDEX", ALIGN_RIGHT },
		{ "ZONE", ALIGN_RIGHT },
		{ "FLOWS", ALIGN_RIGHT },
		{ "STATE", ALIGN_LEFT },
		{ NULL, ALIGN_LEFT },
	};
	struct table table;

	if (!devices->count) {
		puts("devices:  none attached (tsrewrite attach DEV attaches one)");
		return EXIT_DONE;
	}
	putchar('\n');
	if (table_begin(&table, columns))
		return EXIT_REFUSED;
	for (size_t i = 0; i < devices->count; i++)
		print_device(&table, &devices->device[i]);
	table_end(&table);
	return EXIT_DONE;
}

static void print_echoes(const struct status *status)
{
	unsigned long long future =
		counter_of(status, TSREWRITE_A_STATS_ECHO_FUTURE);
	unsigned long long past = counter_of(status, TSREWRITE_A_STATS_ECHO_PAST);

	printf("echoes:   %llu verified, %llu impossible",
	       counter_of(status, TSREWRITE_A_STATS_ECHO_VERIFIED),
	       counter_of(status, TSREWRITE_A_STATS_ECHO_IMPOSSIBLE));
	if (future || past)
		printf(" (%llu not sent yet, %llu too old)", future, past);
	putchar('\n');
}

static void print_observed(const struct status *status)
{
	unsigned long long egress =
		counter_of(status, TSREWRITE_A_STATS_EGRESS_OBSERVED);
	unsigned long long ingress =
		counter_of(status, TSREWRITE_A_STATS_INGRESS_OBSERVED);

	if (egress || ingress)
		printf("observed: %llu segments would have been rewritten, %llu restored\n",
		       egress, ingress);
}

static void print_alarms(const json_t *alarms)
{
	const json_t *alarm;
	size_t i;

	json_array_foreach(alarms, i, alarm)
		printf("%s%sALARM: %s%s\n", i ? "" : "\n", colour(COLOUR_ALARM),
		       json_string_value(alarm), colour(COLOUR_NONE));
}

static void print_saved(const struct status *status)
{
	char text[SAVED_TEXT];

	if (!*status->saved)
		return;
	printf("saved:    %s\n", *status->saved_why ?
	       format_safe(text, sizeof(text), status->saved_why) : "as it is now");
}

/* Once it is overdue, somebody has to look */
static void print_maintenance(const struct record *record)
{
	uint64_t now = tick_time_now();
	bool overdue = record_is_overdue(record, now);
	char text[RECORD_TEXT];

	if (record_is_open(record))
		printf("%smaintenance: %s%s\n", overdue ? colour(COLOUR_ALARM) : "",
		       record_format(text, record, now), overdue ? colour(COLOUR_NONE) : "");
}

static int print_text(const struct status *status)
{
	char version[2 * FORMAT_SIZE];

	printf("version:  %s (module %s)\n", TSREWRITE_VERSION,
	       format_safe(version, sizeof(version), status->config.version));
	print_maintenance(&status->maintenance);
	print_mode(status);
	print_groups(&status->groups);
	print_flows(&status->config);
	print_echoes(status);
	print_observed(status);
	print_key(&status->key);
	print_saved(status);
	if (print_devices(&status->devices))
		return EXIT_REFUSED;
	print_alarms(status->alarms);
	return EXIT_DONE;
}

static void set_counter(json_t *json, const struct status *status, uint16_t attr)
{
	json_object_set_new(json, stats_table.field[attr].name,
			    json_u64(counter_of(status, attr)));
}

static json_t *saved_json(const struct status *status)
{
	json_t *json = json_pack("{s:o, s:b}", "path", json_text(status->saved), "same",
				 !*status->saved_why);

	if (*status->saved_why)
		json_object_set_new(json, "reason", json_text(status->saved_why));
	return json;
}

static json_t *status_json(const struct status *status)
{
	const struct group *group = groups_default(&status->groups);
	json_t *json = json_object();
	char mode[FORMAT_SIZE];

	json_object_set_new(json, "version", json_string(TSREWRITE_VERSION));
	json_object_set_new(json, "mode",
			    json_text(format_word(mode, mode_words,
						  group->mode)));
	json_object_set_new(json, "devices", devices_json(&status->devices));
	json_object_set_new(json, "groups", groups_json(&status->groups));
	json_object_set_new(json, "config", config_json(&status->config));
	set_counter(json, status, TSREWRITE_A_STATS_ECHO_VERIFIED);
	set_counter(json, status, TSREWRITE_A_STATS_ECHO_IMPOSSIBLE);
	set_counter(json, status, TSREWRITE_A_STATS_ECHO_FUTURE);
	set_counter(json, status, TSREWRITE_A_STATS_ECHO_PAST);
	set_counter(json, status, TSREWRITE_A_STATS_INGRESS_UNRESTORED);
	set_counter(json, status, TSREWRITE_A_STATS_EGRESS_OBSERVED);
	set_counter(json, status, TSREWRITE_A_STATS_INGRESS_OBSERVED);
	set_counter(json, status, TSREWRITE_A_STATS_FLOW_ASYMMETRIC);
	if (status->key.present)
		json_object_set_new(json, "key", key_json(&status->key));
	if (*status->saved)
		json_object_set_new(json, "saved", saved_json(status));
	json_object_set_new(json, "maintenance", record_is_open(&status->maintenance) ?
			    record_json(&status->maintenance, tick_time_now()) : json_null());
	json_object_set(json, "alarms", status->alarms);
	return json;
}

/* Without memory, nothing is said of the saved state */
static void compare_saved(struct status *status, const char *netns)
{
	struct state now;

	if (!saved_path(netns, status->saved))
		*status->saved = '\0';
	else if (!state_fill(&status->config, &status->devices, &status->groups, NULL, &now))
		saved_compare(status->saved, netns, &now, status->saved_why);
	if (*status->saved)
		state_free(&now);
}

/* What cannot be read, tsrewrite maintenance says */
static void find_maintenance(struct status *status, const char *netns)
{
	char directory[PATH_MAX], why[RECORD_WHY];

	if (!directory_find(directory, netns, why, sizeof(why)))
		record_load(directory, &status->maintenance, why);
}

static int show_status(struct genl *genl, const struct call *call, void *unused)
{
	struct status status = { .alarms = json_array() };
	int ret = EXIT_DONE;

	(void)unused;
	if (get_status(genl, &status) < 0) {
		ret = report_genl(genl, "reading the status", "status");
	} else {
		status_find_alarms(genl, &status);
		compare_saved(&status, call->netns);
		find_maintenance(&status, call->netns);
		if (call->json)
			print_json(status_json(&status));
		else
			ret = print_text(&status);
	}
	json_decref(status.alarms);
	free(status.groups.group);
	free(status.devices.device);
	return ret;
}

int cmd_status(const struct call *call)
{
	char text[SAVED_TEXT];
	const char *was_on;
	int ret;

	if (call->words[0])
		return report_surplus("status", call->words[0]);
	ret = session(call, show_status, NULL);
	was_on = ret ? saved_was_on(call->netns, text) : NULL;
	return was_on ? report_refused("status: %s", was_on) : ret;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * OpenMetrics text, version 1.0.0: each family whole, with what it means before it,
 * and an end that shows that nothing is missing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/tsrewrite.h>

#include "../format.h"
#include "../parse.h"
#include "../report.h"
#include "cmd.h"
#include "config.h"
#include "device.h"
#include "group.h"
#include "stats.h"

struct metrics {
	struct config config;
	struct devices devices;
	struct groups groups;
	struct stats stats;
};

static void family(const char *name, const char *type, const char *help)
{
	printf("# TYPE tsrewrite_%s %s\n# HELP tsrewrite_%s %s\n", name, type, name,
	       help);
}

/* As JSON has it, since the text must be UTF-8 and a device's name need not */
static void label(const char *name, const char *value, const char *end)
{
	char safe[4 * ATTR_TEXT + 2];

	printf("%s=\"", name);
	format_safe(safe, sizeof(safe), value);
	for (const char *c = safe; *c; c++) {
		if (*c == '"' || *c == '\\')
			putchar('\\');
		putchar(*c);
	}
	printf("\"%s", end);
}

static void value(uint64_t number)
{
	printf(" %llu\n", (unsigned long long)number);
}

static void print_build(const struct metrics *metrics)
{
	family("build", "info", "The module's version.");
	fputs("tsrewrite_build_info{", stdout);
	label("version", metrics->config.version, "}");
	value(1);
}

/* "egress_no_flow" is direction egress, outcome no_flow */
static void print_packets(const struct metrics *metrics)
{
	family("packets", "counter",
	       "Packets of attached devices, by what became of them; each is counted once.");
	for (uint16_t attr = 0; attr <= TSREWRITE_A_STATS_MAX; attr++) {
		const char *name = stats_name(attr);
		bool egress = name && !strncmp(name, "egress_", 7);

		if (!egress && (!name || strncmp(name, "ingress_", 8)))
			continue;
		fputs("tsrewrite_packets_total{", stdout);
		label("direction", egress ? "egress" : "ingress", ",");
		label("outcome", name + (egress ? 7 : 8), "}");
		value(metrics->stats.value[attr]);
	}
}

static void print_echo(const char *result, uint64_t number)
{
	fputs("tsrewrite_echoes_total{", stdout);
	label("result", result, "}");
	value(number);
}

static void print_echoes(const struct metrics *metrics)
{
	const uint64_t *stats = metrics->stats.value;

	family("echoes", "counter",
	       "TSecr delivered inside, by what the echo check said of them.");
	print_echo("verified", stats[TSREWRITE_A_STATS_ECHO_VERIFIED]);
	print_echo("future", stats[TSREWRITE_A_STATS_ECHO_FUTURE]);
	print_echo("past", stats[TSREWRITE_A_STATS_ECHO_PAST]);
}

static void print_counter(const char *name, const char *help, uint64_t number)
{
	family(name, "counter", help);
	printf("tsrewrite_%s_total", name);
	value(number);
}

static void print_flow_events(const struct metrics *metrics)
{
	family("flow_events", "counter", "What happened to flows.");
	for (uint16_t attr = 0; attr <= TSREWRITE_A_STATS_MAX; attr++) {
		const char *name = stats_name(attr);

		if (!name || strncmp(name, "flow_", 5))
			continue;
		fputs("tsrewrite_flow_events_total{", stdout);
		label("event", name + 5, "}");
		value(metrics->stats.value[attr]);
	}
}

static void print_scoped(const char *name, const char *help, uint32_t machine,
			 uint32_t namespace)
{
	family(name, "gauge", help);
	printf("tsrewrite_%s{scope=\"machine\"} %u\n", name, machine);
	printf("tsrewrite_%s{scope=\"namespace\"} %u\n", name, namespace);
}

static void print_gauge(const char *name, const char *help, uint64_t number)
{
	family(name, "gauge", help);
	printf("tsrewrite_%s", name);
	value(number);
}

static void print_table(const struct metrics *metrics)
{
	const struct config *config = &metrics->config;

	print_scoped("flows", "Flows held.", config->machine_flows, config->flows);
	print_scoped("flows_limit", "Flows that may be held.",
		     config->machine_limit, config->limit);
	print_gauge("inbound_flows",
		    "Flows begun from outside that nothing has confirmed yet.",
		    config->inbound_flows);
	print_gauge("inbound_flows_limit", "Of those, how many may be held.",
		    config->inbound_limit);
}

enum device_value { PRESENT, DRAINING, CONFIRMED, CONNECTIONS };

static uint64_t value_of_device(const struct device *device, enum device_value what)
{
	switch (what) {
	case PRESENT:
		return attr_present(device, TSREWRITE_A_DEVICE_IFINDEX);
	case DRAINING:
		return device->drain;
	case CONFIRMED:
		return device->confirmed;
	default:
		return device->flows;
	}
}

static void print_devices(const struct metrics *metrics)
{
	static const struct {
		const char *name;
		const char *help;
	} families[] = {
		[PRESENT] = { "device_present",
			      "1 while the attached device is there." },
		[DRAINING] = { "device_draining",
			       "1 while new connections pass untouched on it." },
		[CONFIRMED] = { "device_confirmed",
				"0 while they do because its rules may be missing." },
		[CONNECTIONS] = { "device_connections",
				  "Rewritten connections that cross the device." },
	};

	for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
		family(families[i].name, "gauge", families[i].help);
		for (size_t n = 0; n < metrics->devices.count; n++) {
			const struct device *device = &metrics->devices.device[n];
			char zone[FORMAT_SIZE];

			printf("tsrewrite_%s{", families[i].name);
			label("device", device->name, ",");
			label("zone", format_number(zone, device->zone), "}");
			value(value_of_device(device, i));
		}
	}
}

static void print_group_settings(const struct metrics *metrics)
{
	char mode[FORMAT_SIZE];

	family("group_mode", "gauge", "1 for the mode that the group has.");
	for (size_t i = 0; i < metrics->groups.count; i++) {
		const struct group *group = &metrics->groups.group[i];

		fputs("tsrewrite_group_mode{", stdout);
		label("group", group->name, ",");
		label("mode", format_word(mode, mode_words, group->mode), "}");
		value(1);
	}
	family("group_canary_ratio", "gauge",
	       "How many of the group's connections its mode is for.");
	for (size_t i = 0; i < metrics->groups.count; i++) {
		const struct group *group = &metrics->groups.group[i];

		fputs("tsrewrite_group_canary_ratio{", stdout);
		label("group", group->name, "}");
		printf(" %u.%02u\n", group->canary / 100, group->canary % 100);
	}
}

/* Of connections begun from inside; those from outside are as far behind */
struct counted {
	uint16_t attr;
	const char *word;
};

static const struct counted fates[] = {
	{ TSREWRITE_A_GROUP_STATS_ATTEMPTS, "begun" },
	{ TSREWRITE_A_GROUP_STATS_RETRANSMITTED, "sent_again" },
	{ TSREWRITE_A_GROUP_STATS_ANSWERED, "answered" },
	{ TSREWRITE_A_GROUP_STATS_ESTABLISHED, "established" },
	{ TSREWRITE_A_GROUP_STATS_REFUSED_BY_PEER, "refused_by_peer" },
	{ TSREWRITE_A_GROUP_STATS_REFUSED_BY_US, "refused_by_us" },
	{ TSREWRITE_A_GROUP_STATS_TIMED_OUT, "no_answer" },
};

static const struct counted results[] = {
	{ TSREWRITE_A_GROUP_STATS_ECHO_VERIFIED, "verified" },
	{ TSREWRITE_A_GROUP_STATS_ECHO_ZERO, "zero" },
	{ TSREWRITE_A_GROUP_STATS_ECHO_IMPOSSIBLE, "impossible" },
};

#define INBOUND (TSREWRITE_A_GROUP_STATS_INBOUND_ATTEMPTS - \
		 TSREWRITE_A_GROUP_STATS_ATTEMPTS)

/* Both sides of the trial, both origins: four samples for each word */
static void print_counted(const struct group *group, const char *name,
			  const char *key, const struct counted *counted)
{
	for (int i = 0; i < 4; i++) {
		const struct group_stats *stats =
			i & 1 ? &group->control : &group->treated;
		uint16_t attr = counted->attr + (i & 2 ? INBOUND : 0);

		printf("tsrewrite_%s_total{", name);
		label("group", group->name, ",");
		label("arm", i & 1 ? "control" : "treated", ",");
		label("origin", i & 2 ? "outside" : "inside", ",");
		label(key, counted->word, "}");
		value(stats->value[attr]);
	}
}

static void print_group_counters(const struct metrics *metrics)
{
	family("group_connections", "counter",
	       "How the group's connections fared that began.");
	for (size_t i = 0; i < metrics->groups.count; i++) {
		for (size_t n = 0; n < ARRAY_SIZE(fates); n++)
			print_counted(&metrics->groups.group[i],
				      "group_connections", "fate", &fates[n]);
	}
	family("group_echoes", "counter", "TSecr of the group's connections.");
	for (size_t i = 0; i < metrics->groups.count; i++) {
		for (size_t n = 0; n < ARRAY_SIZE(results); n++)
			print_counted(&metrics->groups.group[i], "group_echoes",
				      "result", &results[n]);
	}
}

static void print(const struct metrics *metrics)
{
	const uint64_t *stats = metrics->stats.value;

	print_build(metrics);
	print_packets(metrics);
	print_echoes(metrics);
	print_counter("duplicate_tsopt", "Segments with more than one TSopt.",
		      stats[TSREWRITE_A_STATS_DUPLICATE_TSOPT]);
	print_counter("syn_retransmitted", "SYN and SYN-ACK sent again by inside.",
		      stats[TSREWRITE_A_STATS_SYN_RETRANSMITTED]);
	print_flow_events(metrics);
	print_table(metrics);
	print_devices(metrics);
	print_group_settings(metrics);
	print_group_counters(metrics);
	puts("# EOF");
}

static int collect(struct genl *genl, struct metrics *metrics)
{
	if (config_get(genl, &metrics->config) < 0 ||
	    stats_get(genl, &metrics->stats) < 0 ||
	    devices_get(genl, &metrics->devices) < 0 ||
	    groups_get(genl, &metrics->groups) < 0)
		return -1;
	return 0;
}

/* Nothing is printed before all is known */
static int show(struct genl *genl, const struct call *call, void *unused)
{
	struct metrics metrics = { 0 };
	int ret = EXIT_DONE;

	(void)call;
	(void)unused;
	if (collect(genl, &metrics) < 0)
		ret = report_genl(genl, "reading metrics", "metrics");
	else
		print(&metrics);
	free(metrics.devices.device);
	free(metrics.groups.group);
	return ret;
}

int cmd_metrics(const struct call *call)
{
	if (call->words[0])
		return report_surplus("metrics", call->words[0]);
	if (call->json)
		return report_usage("metrics: OpenMetrics is its only format (JSON: stats, group)");
	return session(call, show, NULL);
}

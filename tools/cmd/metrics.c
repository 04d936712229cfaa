// SPDX-License-Identifier: GPL-2.0-only
/* Prints all metrics, in Prometheus's text format or as JSON, or nothing if it fails */
#include "metrics.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <linux/tsrewrite.h>

#include "../client/config.h"
#include "../client/device.h"
#include "../client/family.h"
#include "../client/group.h"
#include "../client/key.h"
#include "../client/report_genl.h"
#include "../client/stats.h"
#include "../text/format.h"
#include "../text/report.h"
#include "health_judge.h"
#include "metrics_group.h"
#include "metrics_watch.h"

struct metrics {
	struct config config;
	struct devices devices;
	struct groups groups;
	struct stats stats;
	struct key key;
	struct health_report health;
};

static void write_up(struct exposition *to, bool up)
{
	exposition_family(to, "up", "gauge",
			  "1 if the module answers, 0 if it is not loaded.");
	exposition_sample(to, NULL, up);
}

static void write_build(struct exposition *to, const struct metrics *metrics)
{
	exposition_family(to, "build", "info", "The module's version.");
	exposition_sample(to, EXPOSITION_LABELS({ "version", metrics->config.version }),
			  1);
}

/* An older module has none */
static void write_key(struct exposition *to, const struct key *key)
{
	char fingerprint[FORMAT_SIZE];

	if (!key->present)
		return;
	key_format_fingerprint(fingerprint, key->fingerprint);
	exposition_family(to, "key", "info",
			  "The key's fingerprint, and whether it was loaded or drawn at random.");
	exposition_sample(to, EXPOSITION_LABELS({ "fingerprint", fingerprint },
						{ "origin", key->loaded ? "loaded" : "random" }),
			  1);
}

static void write_packet(struct exposition *to, const char *direction,
			 const char *outcome, uint64_t number)
{
	const struct exposition_label labels[] = {
		{ "direction", direction }, { "outcome", outcome }, { NULL, NULL },
	};

	exposition_sample(to, labels, number);
}

/* The counter "egress_no_flow" becomes direction "egress", outcome "no_flow" */
static void write_packets(struct exposition *to, const struct metrics *metrics)
{
	exposition_family(to, "packets", "counter",
			  "Packets on attached devices, by direction and outcome; each packet is counted once.");
	for (uint16_t attr = 0; attr <= TSREWRITE_A_STATS_MAX; attr++) {
		const char *name = stats_name(attr);
		bool egress = name && !strncmp(name, "egress_", 7);

		if (!egress && (!name || strncmp(name, "ingress_", 8)))
			continue;
		write_packet(to, egress ? "egress" : "ingress",
			     name + (egress ? 7 : 8), metrics->stats.value[attr]);
	}
}

static void write_echoes(struct exposition *to, const struct metrics *metrics)
{
	static const struct {
		const char *result;
		uint16_t attr;
	} echoes[] = {
		{ "verified", TSREWRITE_A_STATS_ECHO_VERIFIED },
		{ "future", TSREWRITE_A_STATS_ECHO_FUTURE },
		{ "past", TSREWRITE_A_STATS_ECHO_PAST },
	};

	exposition_family(to, "echoes", "counter",
			  "TSecr values delivered inside, by the result of the echo check.");
	for (size_t i = 0; i < ARRAY_SIZE(echoes); i++)
		exposition_sample(to, EXPOSITION_LABELS({ "result", echoes[i].result }),
				  metrics->stats.value[echoes[i].attr]);
}

static void write_flow_events(struct exposition *to, const struct metrics *metrics)
{
	exposition_family(to, "flow_events", "counter",
			  "Events of flows, such as created, established and expired.");
	for (uint16_t attr = 0; attr <= TSREWRITE_A_STATS_MAX; attr++) {
		const char *name = stats_name(attr);

		if (!name || strncmp(name, "flow_", 5))
			continue;
		exposition_sample(to, EXPOSITION_LABELS({ "event", name + 5 }),
				  metrics->stats.value[attr]);
	}
}

/* Writes a family with one sample */
static void write_one(struct exposition *to, const char *name, const char *type,
		      const char *help, uint64_t number)
{
	exposition_family(to, name, type, help);
	exposition_sample(to, NULL, number);
}

/* How many flows there are, or may be */
struct scoped {
	uint32_t machine;
	uint32_t namespace;
	uint32_t user;
	bool has_user;
};

static void write_scoped(struct exposition *to, const char *name, const char *help,
			 struct scoped flows)
{
	exposition_family(to, name, "gauge", help);
	exposition_sample(to, EXPOSITION_LABELS({ "scope", "machine" }), flows.machine);
	exposition_sample(to, EXPOSITION_LABELS({ "scope", "namespace" }), flows.namespace);
	if (flows.has_user)
		exposition_sample(to, EXPOSITION_LABELS({ "scope", "user" }), flows.user);
}

static void write_table(struct exposition *to, const struct metrics *metrics)
{
	const struct config *config = &metrics->config;

	bool has_user = config_has_user(config);

	write_scoped(to, "flows",
		     "Flows that the machine, the network namespace or all of its user hold.",
		     (struct scoped){ config->machine_flows, config->flows,
				      config->user_flows, has_user });
	write_scoped(to, "flows_limit",
		     "Flows that the machine, the network namespace or all of its user may hold.",
		     (struct scoped){ config->machine_limit, config->limit,
				      config->user_limit, has_user });
	write_one(to, "inbound_flows", "gauge",
		  "Flows that began from outside and are not confirmed yet.",
		  config->inbound_flows);
	write_one(to, "inbound_flows_limit", "gauge",
		  "The limit of flows that began from outside and are not confirmed yet.",
		  config->inbound_limit);
}

enum device_value { PRESENT, DRAINING, CONFIRMED, UNANSWERED, UNREAD, CONNECTIONS };

static uint64_t value_of_device(const struct device *device, enum device_value what)
{
	switch (what) {
	case PRESENT:
		return attr_present(device, TSREWRITE_A_DEVICE_IFINDEX);
	case DRAINING:
		return device->drain;
	case CONFIRMED:
		return device->confirmed;
	case UNANSWERED:
		return device->unanswered != 0;
	case UNREAD:
		return attr_present(device, TSREWRITE_A_DEVICE_UNREAD);
	default:
		return device->flows;
	}
}

static void write_device(struct exposition *to, const struct device *device,
			 enum device_value what)
{
	char zone[FORMAT_SIZE];
	const struct exposition_label labels[] = {
		{ "device", device->name },
		{ "zone", format_number(zone, device->zone) },
		{ NULL, NULL },
	};

	exposition_sample(to, labels, value_of_device(device, what));
}

static void write_devices(struct exposition *to, const struct metrics *metrics)
{
	static const struct {
		const char *name;
		const char *help;
	} families[] = {
		[PRESENT] = { "device_present",
			      "1 while the attached device exists, 0 while it does not." },
		[DRAINING] = { "device_draining",
			       "1 while the device drains: new connections pass untouched." },
		[CONFIRMED] = { "device_confirmed",
				"0 if rules may be missing: new connections may lose TSopt." },
		[UNANSWERED] = { "device_unanswered",
				 "1 while no answers are seen: new connections lose their TSopt." },
		[UNREAD] = { "device_unread",
			     "1 if packets left in frames that are not read (PPPoE, MPLS ...)." },
		[CONNECTIONS] = { "device_connections",
				  "Rewritten connections that cross the device." },
	};

	for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
		exposition_family(to, families[i].name, "gauge", families[i].help);
		for (size_t n = 0; n < metrics->devices.count; n++)
			write_device(to, &metrics->devices.device[n], i);
	}
}

static void write_metrics(struct exposition *to, const struct metrics *metrics)
{
	const uint64_t *stats = metrics->stats.value;

	write_up(to, true);
	write_build(to, metrics);
	write_key(to, &metrics->key);
	write_packets(to, metrics);
	write_echoes(to, metrics);
	write_one(to, "duplicate_tsopt", "counter", "Segments with more than one TSopt.",
		  stats[TSREWRITE_A_STATS_DUPLICATE_TSOPT]);
	write_one(to, "syn_retransmitted", "counter",
		  "SYN and SYN-ACK segments that inside hosts retransmitted.",
		  stats[TSREWRITE_A_STATS_SYN_RETRANSMITTED]);
	write_flow_events(to, metrics);
	write_table(to, metrics);
	write_devices(to, metrics);
	metrics_of_groups(to, &metrics->groups);
	metrics_of_health(to, &metrics->health);
	metrics_of_watch(to, &metrics->groups, metrics->health.service);
	exposition_end(to);
}

static int collect_metrics(struct genl *genl, struct metrics *metrics)
{
	if (config_get(genl, &metrics->config) < 0 ||
	    stats_get(genl, &metrics->stats) < 0 ||
	    devices_get(genl, &metrics->devices) < 0 ||
	    groups_get(genl, &metrics->groups) < 0 ||
	    key_get(genl, &metrics->key) < 0)
		return -1;
	health_judge(genl, &metrics->health);
	return 0;
}

/* Nothing is printed until everything is read, so that the output is complete or empty */
static int show_metrics(struct genl *genl, struct exposition *to)
{
	struct metrics metrics = { 0 };
	int ret = EXIT_DONE;

	health_begin(&metrics.health);
	if (collect_metrics(genl, &metrics) < 0)
		ret = report_genl(genl, "reading metrics", "metrics");
	else
		write_metrics(to, &metrics);
	health_end(&metrics.health);
	free(metrics.devices.device);
	free(metrics.groups.group);
	return ret;
}

/* That the module is not loaded is something to export, and not a failure to do so */
static int show_absence(const struct genl *genl, struct exposition *to)
{
	struct health_report health;

	if (genl->error.code != ENOENT)
		return report_genl(genl, "generic netlink", "metrics");
	health_begin(&health);
	health_judge_failure(genl, NULL, &health);
	write_up(to, false);
	metrics_of_health(to, &health);
	exposition_end(to);
	health_end(&health);
	return EXIT_DONE;
}

int cmd_metrics(const struct call *call)
{
	struct exposition to = { .netns = call->netns };
	struct genl genl;
	int ret;

	if (call->words[0])
		return report_surplus("metrics", call->words[0]);
	ret = session_enter(call);
	if (ret)
		return ret;
	to.families = call->json ? json_array() : NULL;
	if (genl_open(&genl) < 0) {
		ret = show_absence(&genl, &to);
	} else {
		ret = show_metrics(&genl, &to);
		genl_close(&genl);
	}
	json_decref(to.families);
	return ret;
}

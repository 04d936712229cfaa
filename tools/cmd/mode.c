// SPDX-License-Identifier: GPL-2.0-only
/* Sets the mode of the default group */
#include "mode.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include <linux/tsrewrite.h>

#include "../client/device.h"
#include "../client/group.h"
#include "../client/report_genl.h"
#include "../client/witness.h"
#include "../text/format.h"
#include "../text/parse.h"
#include "../text/print.h"
#include "../text/report.h"
#include "../text/word.h"
#include "json.h"

/* Says why the mode does not apply to new connections on the device */
static const char *remark_on(const struct device *device)
{
	if (!attr_present(device, TSREWRITE_A_DEVICE_IFINDEX))
		return " (absent)";
	return device->drain ? " (draining)" : "";
}

/* Prints the devices, as in " on eth0, ppp0 (absent)" */
static void print_on(const struct devices *devices)
{
	for (size_t i = 0; i < devices->count; i++) {
		const struct device *device = &devices->device[i];
		char name[FORMAT_SIZE];

		printf("%s%s%s", i ? ", " : " on ",
		       format_safe(name, sizeof(name), device->name),
		       remark_on(device));
	}
}

static uint64_t flows_of(const struct devices *devices)
{
	uint64_t flows = 0;

	for (size_t i = 0; i < devices->count; i++)
		flows += devices->device[i].flows;
	return flows;
}

static void print_off(const struct devices *devices)
{
	uint64_t flows = flows_of(devices);

	fputs("new connections pass untouched", stdout);
	if (flows)
		printf("; %llu rewritten connection%s",
		       (unsigned long long)flows,
		       flows == 1 ? " goes on until it ends" : "s go on until they end");
	putchar('\n');
}

/* @what is printed before the devices, and @rest after them */
static const struct {
	const char *what;
	const char *rest;
} mode_texts[] = {
	[TSREWRITE_MODE_REWRITE] = { "rewriting new connections", "" },
	[TSREWRITE_MODE_BUG] = {
		"breaking new connections on purpose (TSecr is not restored)",
		"",
	},
	[TSREWRITE_MODE_OBSERVE] = {
		"observing new connections", " (no packet is changed)",
	},
	[TSREWRITE_MODE_STRIP] = {
		"removing TSopt from SYN and SYN-ACK of new connections", "",
	},
};

static_assert(ARRAY_SIZE(mode_texts) == __TSREWRITE_MODE_MAX,
	      "a mode lacks its text");

static void print_text(uint32_t mode, const struct devices *devices, bool changed)
{
	bool more = mode == TSREWRITE_MODE_OFF || devices->count;

	if (!changed)
		printf("mode is %s already%s", mode_words[mode], more ? ": " : "\n");
	if (mode == TSREWRITE_MODE_OFF) {
		print_off(devices);
		return;
	}
	if (!devices->count)
		return;
	fputs(mode_texts[mode].what, stdout);
	print_on(devices);
	puts(mode_texts[mode].rest);
}

static json_t *mode_json(uint32_t mode, const struct devices *devices, bool changed)
{
	json_t *json = change_json("mode", json_string(mode_words[mode]), changed);

	json_object_set_new(json, "devices", devices_json(devices));
	return json;
}

/* Nothing is read before the mode is set: off must not depend on it */
static int set_mode(struct genl *genl, const struct call *call, void *arg)
{
	struct devices devices = { 0 };
	uint32_t mode = *(int *)arg;
	struct witness witness;
	bool changed;

	witness_begin(&witness, genl, TSREWRITE_EVENT_GROUP_CHANGED);
	if (group_set_mode(genl, TSREWRITE_GROUP_DEFAULT, mode) < 0)
		return report_genl(genl, "changing the mode", "%s", call->name);
	changed = witness_saw_change(&witness);
	if (devices_get(genl, &devices) < 0)
		return report_genl(genl, "listing devices",
				   "%s: the mode was set, but the devices could not be read",
				   call->name);
	if (mode != TSREWRITE_MODE_OFF && !devices.count)
		report_warning("%s: the mode is %s, but no device is attached: all connections pass untouched (tsrewrite attach DEV attaches one)",
			       call->name, mode_words[mode]);
	if (call->json)
		print_json(mode_json(mode, &devices, changed));
	else
		print_text(mode, &devices, changed);
	free(devices.device);
	return EXIT_DONE;
}

static int set_mode_alone(const struct call *call, int mode)
{
	if (call->words[0])
		return report_surplus(call->name, call->words[0]);
	return session(call, set_mode, &mode);
}

int cmd_on(const struct call *call)
{
	return set_mode_alone(call, TSREWRITE_MODE_REWRITE);
}

int cmd_off(const struct call *call)
{
	return set_mode_alone(call, TSREWRITE_MODE_OFF);
}

int cmd_mode(const struct call *call)
{
	char list[FORMAT_SIZE];
	int mode;

	if (!call->words[0])
		return report_usage("mode: name a mode, one of: %s",
				    word_list(mode_words, list, sizeof(list)));
	mode = word_index(call->words[0], mode_words);
	if (mode < 0)
		return report_unknown_word("mode", "mode", call->words[0], mode_words);
	if (call->words[1])
		return report_surplus("mode", call->words[1]);
	return session(call, set_mode, &mode);
}

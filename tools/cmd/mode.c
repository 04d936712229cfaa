// SPDX-License-Identifier: GPL-2.0-only
/* The default group's mode */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include <linux/tsrewrite.h>

#include "../format.h"
#include "../parse.h"
#include "../print.h"
#include "../report.h"
#include "cmd.h"
#include "device.h"

/* "absent" and "draining" are worth a word */
static const char *remark(const struct device *device)
{
	if (!attr_present(device, TSREWRITE_A_DEVICE_IFINDEX))
		return " (absent)";
	return device->drain ? " (draining)" : "";
}

/* "on eth0, ppp0 (absent)" */
static void print_on(const struct devices *devices)
{
	for (size_t i = 0; i < devices->count; i++) {
		const struct device *device = &devices->device[i];
		char name[FORMAT_SIZE];

		printf("%s%s%s", i ? ", " : " on ",
		       format_safe(name, sizeof(name), device->name),
		       remark(device));
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
		printf("; %llu rewritten ones go on to their end",
		       (unsigned long long)flows);
	putchar('\n');
}

/* What is done, and what follows where */
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
		"observing new connections", " (nothing is written)",
	},
	[TSREWRITE_MODE_STRIP] = {
		"taking TSopt out of new connections' SYNs", "",
	},
};

static_assert(ARRAY_SIZE(mode_texts) == __TSREWRITE_MODE_MAX,
	      "a mode lacks its text");

static void print_text(uint32_t mode, const struct devices *devices)
{
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

static json_t *mode_json(uint32_t mode, const struct devices *devices)
{
	json_t *json = json_object();

	json_object_set_new(json, "mode", json_string(mode_words[mode]));
	json_object_set_new(json, "devices", devices_json(devices));
	return json;
}

static int set_mode(struct genl *genl, const struct call *call, void *arg)
{
	struct nlmsghdr *nlh = genl_request(genl, TSREWRITE_CMD_GROUP_SET);
	struct devices devices = { 0 };
	uint32_t mode = *(int *)arg;

	mnl_attr_put_strz(nlh, TSREWRITE_A_GROUP_NAME, TSREWRITE_GROUP_DEFAULT);
	mnl_attr_put_u32(nlh, TSREWRITE_A_GROUP_MODE, mode);
	if (genl_do(genl, NULL, NULL) < 0)
		return report_genl(genl, "changing the mode", "mode %s",
				   mode_words[mode]);
	if (devices_get(genl, &devices) < 0)
		return report_genl(genl, "listing devices",
				   "mode is %s now; devices", mode_words[mode]);
	if (mode != TSREWRITE_MODE_OFF && !devices.count)
		report_warning("mode is %s, but no device is attached: nothing is rewritten (tsrewrite attach DEV)",
			       mode_words[mode]);
	if (call->json)
		print_json(mode_json(mode, &devices));
	else
		print_text(mode, &devices);
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
		return report_usage("mode: unknown mode \"%s\"; use one of: %s",
				    call->words[0],
				    word_list(mode_words, list, sizeof(list)));
	if (call->words[1])
		return report_surplus("mode", call->words[1]);
	return session(call, set_mode, &mode);
}

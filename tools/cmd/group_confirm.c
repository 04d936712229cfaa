// SPDX-License-Identifier: GPL-2.0-only
/* Confirms a device that came back, after writing its rules for groups */
#include "group_confirm.h"

#include <stdio.h>

#include "../classifier/group_rules.h"
#include "../client/report_genl.h"
#include "../text/format.h"
#include "../text/parse.h"
#include "../text/print.h"
#include "../text/report.h"
#include "json.h"

static int print_confirmed(struct genl *genl, const struct device *before, bool written)
{
	struct device now = { 0 };

	if (device_get(genl, before->name, &now) < 0)
		return report_genl(genl, "listing devices",
				   "group confirm %s: the device was confirmed, but could not be read back",
				   before->name);
	print_json(change_json("device", device_json(&now), written || !before->confirmed));
	return EXIT_DONE;
}

static int confirm_device(struct genl *genl, const struct call *call, void *arg)
{
	struct device before = { 0 };
	char text[FORMAT_SIZE];
	const char *name = arg;
	int written;

	if (device_get(genl, name, &before) < 0)
		return report_genl(genl, "confirming a device", "group confirm %s", name);
	written = group_rules_confirm(genl, before.name);
	if (written < 0)
		return report_genl(genl, "confirming a device", "group confirm %s", name);
	if (call->json)
		return print_confirmed(genl, &before, written);
	if (!written && before.confirmed)
		printf("%s is confirmed already\n",
		       format_safe(text, sizeof(text), before.name));
	return EXIT_DONE;
}

int group_confirm(const struct call *call)
{
	char *name = call->words[1];
	const char *why;

	if (!name)
		return report_usage("group confirm: name a device");
	why = parse_device(name);
	if (why)
		return report_usage("group confirm: \"%s\" %s", name, why);
	if (call->words[2])
		return report_surplus("group confirm", call->words[2]);
	return session(call, confirm_device, name);
}

// SPDX-License-Identifier: GPL-2.0-only
/* A device that came back: its rules, and then its connections' groups */
#include "../parse.h"
#include "../report.h"
#include "group.h"
#include "group_rules.h"

static int confirm(struct genl *genl, const struct call *call, void *device)
{
	(void)call;
	if (!group_rules_confirm(genl, device))
		return EXIT_DONE;
	return report_genl(genl, "confirming a device", "group confirm %s",
			   (const char *)device);
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
	return session(call, confirm, name);
}

// SPDX-License-Identifier: GPL-2.0-only
#include "top.h"

#include "../text/report.h"
#include "../top/live.h"

static int run_top(struct genl *genl, const struct call *call, void *unused)
{
	(void)genl;
	(void)unused;
	return live_run(call->netns);
}

int cmd_top(const struct call *call)
{
	if (call->words[0])
		return report_surplus("top", call->words[0]);
	if (call->json)
		return report_usage("top: it prints no JSON (tsrewrite -j group -w does)");
	return session(call, run_top, NULL);
}

// SPDX-License-Identifier: GPL-2.0-only
#include "group_watch.h"

#include "../text/report.h"
#include "../top/lines.h"

static int run_lines(struct genl *genl, const struct call *call, void *unused)
{
	(void)genl;
	(void)unused;
	return lines_run(call->json);
}

int group_watch(const struct call *call)
{
	if (call->words[0] && call->words[1])
		return report_surplus("group --watch", call->words[1]);
	return session(call, run_lines, NULL);
}

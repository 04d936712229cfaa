// SPDX-License-Identifier: GPL-2.0-only
#include "../report.h"
#include "../watch/service.h"
#include "cmd.h"

int cmd_watch(const struct call *call)
{
	if (call->words[0] && call->words[1])
		return report_surplus("watch", call->words[1]);
	return session(call, service_run, call->words[0]);
}

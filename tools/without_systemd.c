// SPDX-License-Identifier: GPL-2.0-only
/* What stands in a build without libsystemd for what needs it: see Makefile, SYSTEMD */
#include "cmd/journal.h"
#include "cmd/journal_send.h"
#include "text/report.h"
#include "watch/service.h"

static int refuse_without(const char *command)
{
	return report_refused("%s: this build has no libsystemd (make SYSTEMD=no), which it needs",
			      command);
}

int service_command(const struct call *call)
{
	(void)call;
	return refuse_without("watch");
}

int journal_run(const struct call *call)
{
	(void)call;
	return refuse_without("monitor --journal");
}

/* Nobody would read it there */
int journal_send(const struct iovec *field, size_t count)
{
	(void)field;
	(void)count;
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-only
#include "applying.h"

#include <errno.h>
#include <string.h>

#include "../client/report_genl.h"
#include "../text/report.h"

int applying_stuck(const struct applying *applying, const char *what, const char *name)
{
	report_genl(applying->genl, APPLYING_PRIVILEGED,
		    "restore: undoing what was done before: %s%s", what, name);
	return -1;
}

int applying_out_of_memory(void)
{
	return report_refused("restore: %s", strerror(ENOMEM));
}

/* SPDX-License-Identifier: GPL-2.0-only */
/* Reports why an exchange with the kernel failed, from genl->error, by text/report */
#ifndef TSREWRITE_CLIENT_REPORT_GENL_H
#define TSREWRITE_CLIENT_REPORT_GENL_H

#include <stdbool.h>

#include "../text/macros.h"
#include "../text/report.h"
#include "genl.h"

/*
 * Says why an exchange failed, in @out or elsewhere.  @privileged says what needs
 * CAP_NET_ADMIN, for the case that it is missing.
 */
const char *report_genl_reason(const struct genl *genl, const char *privileged,
			       char *out, size_t size);

/*
 * Reports that @action, a format, failed, and why.  @privileged says what needs
 * CAP_NET_ADMIN, for the case that it is missing.  Returns EXIT_REFUSED.
 */
int report_genl(const struct genl *genl, const char *privileged,
		const char *action, ...) __printf(3, 4);

/*
 * The same for a request that --force makes the kernel grant although connections break:
 * unless @forced, the report mentions it if the reason is EBUSY.
 */
int report_breaking(const struct genl *genl, bool forced,
		    const char *privileged, const char *action, ...)
	__printf(4, 5);

#endif /* TSREWRITE_CLIENT_REPORT_GENL_H */

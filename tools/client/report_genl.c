// SPDX-License-Identifier: GPL-2.0-only
#include "report_genl.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *report_genl_reason(const struct genl *genl, const char *privileged,
			       char *out, size_t size)
{
	const struct genl_error *error = &genl->error;

	if (*error->text)
		return error->text;
	if (error->code == ENOENT)
		return "it does not exist, or module nf_tsrewrite was unloaded meanwhile";
	if (error->code != EPERM)
		return strerror(error->code);
	snprintf(out, size, "%s needs CAP_NET_ADMIN (run as root)", privileged);
	return out;
}

static __printf(4, 0) int report_failure(const struct genl *genl,
					 const char *privileged,
					 const char *hint, const char *action,
					 va_list args)
{
	char text[128], why[128];

	vsnprintf(text, sizeof(text), action, args);
	return report_refused("%s: %s%s", text,
			      report_genl_reason(genl, privileged, why, sizeof(why)), hint);
}

int report_genl(const struct genl *genl, const char *privileged,
		const char *action, ...)
{
	va_list args;
	int ret;

	va_start(args, action);
	ret = report_failure(genl, privileged, "", action, args);
	va_end(args);
	return ret;
}

int report_breaking(const struct genl *genl, bool forced,
		    const char *privileged, const char *action, ...)
{
	bool helps = genl->error.code == EBUSY && !forced;
	va_list args;
	int ret;

	va_start(args, action);
	ret = report_failure(genl, privileged,
			     helps ? " (--force breaks them)" : "", action,
			     args);
	va_end(args);
	return ret;
}

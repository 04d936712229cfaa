// SPDX-License-Identifier: GPL-2.0-only
#include "report.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "format.h"
#include "parse.h"

static __printf(2, 0) void report(const char *kind, const char *format, va_list args)
{
	char text[512];
	char safe[1024];

	vsnprintf(text, sizeof(text), format, args);
	fprintf(stderr, "tsrewrite: %s%s\n", kind,
		format_safe(safe, sizeof(safe), text));
}

int report_refused(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	report("", format, args);
	va_end(args);
	return EXIT_REFUSED;
}

int report_usage(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	report("", format, args);
	va_end(args);
	return EXIT_USAGE;
}

void report_warning(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	report("warning: ", format, args);
	va_end(args);
}

int report_word(const char *what, const char *word, const char *const *words)
{
	const char *nearest = word_nearest(word, words);
	char list[200];

	if (nearest)
		return report_usage("unknown %s \"%s\"; did you mean \"%s\"?",
				    what, word, nearest);
	return report_usage("unknown %s \"%s\"; use one of: %s", what, word,
			    word_list(words, list, sizeof(list)));
}

int report_surplus(const char *command, const char *word)
{
	return report_usage("%s: \"%s\" is one word too many (tsrewrite help %s)",
			    command, word, command);
}

static const char *reason(const struct genl *genl, const char *privileged,
			  char *out, size_t size)
{
	const struct genl_error *error = &genl->error;

	if (*error->text)
		return error->text;
	if (error->code == ENOENT)
		return "no such thing, or the module nf_tsrewrite was unloaded meanwhile";
	if (error->code != EPERM)
		return strerror(error->code);
	snprintf(out, size, "%s needs CAP_NET_ADMIN (be root)", privileged);
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
			      reason(genl, privileged, why, sizeof(why)), hint);
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

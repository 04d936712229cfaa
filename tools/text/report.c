// SPDX-License-Identifier: GPL-2.0-only
#include "report.h"

#include <stdarg.h>
#include <stdio.h>

#include "format.h"
#include "word.h"

static char *caught;
static size_t caught_size;

void report_catch(char *out, size_t size)
{
	caught = out;
	caught_size = size;
	if (out)
		*out = '\0';
}

static __printf(2, 0) void print_report(const char *kind, const char *format,
				      va_list args)
{
	char text[512];
	char safe[1024];

	vsnprintf(text, sizeof(text), format, args);
	if (caught) {
		if (!*caught)
			snprintf(caught, caught_size, "%s", text);
		return;
	}
	fprintf(stderr, "tsrewrite: %s%s\n", kind,
		format_safe(safe, sizeof(safe), text));
}

int report_refused(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print_report("", format, args);
	va_end(args);
	return EXIT_REFUSED;
}

int report_usage(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print_report("", format, args);
	va_end(args);
	return EXIT_USAGE;
}

void report_warning(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print_report("warning: ", format, args);
	va_end(args);
}

int report_unknown_word(const char *command, const char *what, const char *word,
			const char *const *words)
{
	const char *nearest = word_nearest(word, words);
	char list[200];

	if (nearest)
		return report_usage("%s: unknown %s \"%s\"; did you mean \"%s\"?",
				    command, what, word, nearest);
	return report_usage("%s: unknown %s \"%s\"; use one of: %s", command, what, word,
			    word_list(words, list, sizeof(list)));
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
	return report_usage("%s: unexpected word \"%s\" (tsrewrite help %s)",
			    command, word, command);
}

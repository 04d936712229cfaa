// SPDX-License-Identifier: GPL-2.0-only
#include "log.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../text/format.h"
#include "../text/report.h"

#define LINE 4096

bool log_is_journal(int fd)
{
	const char *stream = getenv("JOURNAL_STREAM");
	unsigned long long device, inode;
	struct stat is;
	char more;

	return stream && sscanf(stream, "%llu:%llu%c", &device, &inode, &more) == 2 &&
	       !fstat(fd, &is) && is.st_dev == device && is.st_ino == inode;
}

void log_vline(FILE *to, const char *level, uint64_t time, const char *format,
	       va_list args)
{
	char text[LINE], safe[LINE], when[FORMAT_SIZE];

	vsnprintf(text, sizeof(text), format, args);
	format_safe(safe, sizeof(safe), text);
	if (log_is_journal(fileno(to)))
		fprintf(to, "%s%s\n", level, safe);
	else
		fprintf(to, "%s %s\n", format_time(when, time), safe);
	fflush(to);
}

void log_line(FILE *to, const char *level, uint64_t time, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	log_vline(to, level, time, format, args);
	va_end(args);
}

/* Returns false if whoever reads it wants it as other commands report */
static __printf(2, 0) bool told_the_journal(const char *level, const char *format, va_list args)
{
	if (!log_is_journal(STDERR_FILENO))
		return false;
	log_vline(stderr, level, 0, format, args);
	return true;
}

int log_refused(const char *format, ...)
{
	char text[LINE];
	va_list args;

	va_start(args, format);
	if (!told_the_journal(SD_ERR, format, args)) {
		vsnprintf(text, sizeof(text), format, args);
		report_refused("watch: %s", text);
	}
	va_end(args);
	return EXIT_REFUSED;
}

void log_warning(const char *format, ...)
{
	char text[LINE];
	va_list args;

	va_start(args, format);
	if (!told_the_journal(SD_WARNING, format, args)) {
		vsnprintf(text, sizeof(text), format, args);
		report_warning("watch: %s", text);
	}
	va_end(args);
}

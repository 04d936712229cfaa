/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Lines about what the service does.  One that the journal reads begins with its level, as in
 * sd-daemon(3), since the journal adds the time; any other begins with the time.
 */
#ifndef TSREWRITE_WATCH_LOG_H
#define TSREWRITE_WATCH_LOG_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <systemd/sd-daemon.h>

#include "../text/macros.h"

/* Prints a line to @to; @time is in nanoseconds since the epoch, @level is one of sd-daemon.h */
void log_line(FILE *to, const char *level, uint64_t time, const char *format, ...)
	__printf(4, 5);
void log_vline(FILE *to, const char *level, uint64_t time, const char *format,
	       va_list args) __printf(4, 0);

/*
 * Whether the journal reads what is written to @fd: systemd sets JOURNAL_STREAM to the device
 * and the inode of the stream that it opened, and whoever calls this command may have put
 * something else in its place.
 */
bool log_is_journal(int fd);

/*
 * Reports why the command watch ends, or what is wrong with its settings: as any command does,
 * by report_refused() and report_warning(), but with its level if the journal reads stderr.
 * log_refused() returns EXIT_REFUSED.
 */
int log_refused(const char *format, ...) __printf(1, 2);
void log_warning(const char *format, ...) __printf(1, 2);

#endif /* TSREWRITE_WATCH_LOG_H */

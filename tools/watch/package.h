/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Packages that dpkg has installed, upgraded or removed, as its log and that of apt tell.  Pure
 * functions, but for the time zone: both logs have local time.
 */
#ifndef TSREWRITE_WATCH_PACKAGE_H
#define TSREWRITE_WATCH_PACKAGE_H

#include <stddef.h>
#include <stdint.h>
#include <time.h>

#define PACKAGE_TEXT 320

/*
 * Changes of packages, one soon after the other: as a rule, all that one command has done.  Only
 * packages that a firewall depends on are named: the kernel, its tools, the system's manager ...
 */
struct package_run {
	time_t began;			/* when the first one was changed */
	time_t last;			/* and the last one */
	unsigned int count;		/* of all packages */
	unsigned int named;		/* of those that are named */
	char names[PACKAGE_TEXT];	/* "nftables 1.0.6-2 -> 1.1.1-1, ..." */
	const char *only;		/* what was done, if there is but one: "upgraded" ... */
};

/*
 * Finds the runs in @log, the text of dpkg's log, that went on at @since or later.  Runs in which
 * nothing is named are left out.  Stores the last @max of them, the oldest first, and returns how
 * many these are.
 */
size_t package_runs(const char *log, time_t since, struct package_run *runs, size_t max);

/*
 * Writes what was done to @out, such as
 *	package nftables upgraded 1.0.6-2 -> 1.1.1-1 by "apt install nftables"
 * The command is that of @history, the text of apt's log, which may be NULL.  Returns @out.
 */
char *package_describe(const struct package_run *run, const char *history, char *out,
		       size_t size);

#endif /* TSREWRITE_WATCH_PACKAGE_H */

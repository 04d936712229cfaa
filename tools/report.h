/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What went wrong: one line on stderr each, saying what to do.  The functions
 * return the exit status that goes with it.
 */
#ifndef TSREWRITE_REPORT_H
#define TSREWRITE_REPORT_H

#include "genl.h"

enum { EXIT_DONE = 0, EXIT_REFUSED = 1, EXIT_USAGE = 2 };

int report_refused(const char *format, ...) __printf(1, 2);
int report_usage(const char *format, ...) __printf(1, 2);
void report_warning(const char *format, ...) __printf(1, 2);

/* unknown @what "@word"; which of @words may have been meant */
int report_word(const char *what, const char *word, const char *const *words);

/* @word follows where @command takes none */
int report_surplus(const char *command, const char *word);

/* @action failed; without CAP_NET_ADMIN, @privileged is what needs it */
int report_genl(const struct genl *genl, const char *privileged,
		const char *action, ...) __printf(3, 4);

/* The same, of what --force would do although connections break */
int report_breaking(const struct genl *genl, bool forced,
		    const char *privileged, const char *action, ...)
	__printf(4, 5);

#endif /* TSREWRITE_REPORT_H */

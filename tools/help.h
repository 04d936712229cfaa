/* SPDX-License-Identifier: GPL-2.0-only */
/* Shows the commands and the version, as text or as JSON */
#ifndef TSREWRITE_HELP_H
#define TSREWRITE_HELP_H

#include <stdbool.h>
#include <stdio.h>

#include "client/session.h"

struct command {
	const char *name;
	int (*run)(const struct call *call);
	const char *options;	/* letters of the options it takes, beside the global ones */
	const char *synopsis;
	const char *help;
};

/* @commands end with a name of NULL; the usage is text, to @to */
void help_usage(const struct command *commands, FILE *to);
void help_all(const struct command *commands, bool json);
void help_one(const struct command *command, bool json);
void help_version(bool json);

#endif /* TSREWRITE_HELP_H */

/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_CMD_OPTIONS_H
#define TSREWRITE_CMD_OPTIONS_H

#include <stdbool.h>

#include "../client/session.h"

/* Options may stand anywhere before "--" */
struct options {
	struct call call;
	bool help;
	bool version;
	char **words;	/* call.words points into it; the caller frees it */
};

/* Both functions return EXIT_DONE, or the exit status after reporting what is wrong */
int options_read(int argc, char **argv, struct options *options);

/* Refuses options that are neither global nor among the letters @allowed, such as "wa" */
int options_check(const struct options *options, const char *allowed);

#endif /* TSREWRITE_CMD_OPTIONS_H */

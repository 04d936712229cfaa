/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_OPTIONS_H
#define TSREWRITE_OPTIONS_H

#include <stdbool.h>

#include "session.h"

/* Options may stand anywhere before "--" */
struct options {
	struct call call;
	bool help;
	bool version;
	char **words;	/* the memory behind call.words: the caller's to free */
};

/* Each returns 0, or the exit status after it told what is wrong */
int options_read(int argc, char **argv, struct options *options);

/* Refuses options that are neither global nor in @allowed, as in "wa" */
int options_check(const struct options *options, const char *allowed);

#endif /* TSREWRITE_OPTIONS_H */

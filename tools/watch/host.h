/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the machine runs: since when it is up, its kernel, our module; and how that has changed
 * since it was looked at before.  Pure functions.
 */
#ifndef TSREWRITE_WATCH_HOST_H
#define TSREWRITE_WATCH_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "change.h"

#define HOST_WORD    128
#define HOST_CHANGES 16

/* A change that was found; times are nanoseconds since the epoch */
struct host_change {
	uint64_t time;
	char text[CHANGE_TEXT];
	char kind[64];		/* the same without any name, for those outside to read */
};

/* Texts are empty while nothing is known */
struct host {
	char boot[HOST_WORD];		/* the id of the boot */
	char kernel[HOST_WORD];		/* its release */
	char version[HOST_WORD];	/* of the module, when it was loaded last */
	char srcversion[HOST_WORD];
	uint64_t packages;		/* changes of packages before that are known */
	size_t count;
	struct host_change change[HOST_CHANGES];	/* the last ones */
};

/* A new kernel, or only a boot; writes what it is to @out, and returns it */
char *host_describe_boot(const struct host *before, const struct host *now, char *out,
			 size_t size);

/* The same of the module, whose version, or sources, are others */
char *host_describe_module(const struct host *before, const struct host *now, char *out,
			   size_t size);

/*
 * Keeps a change, without the oldest one if there is no room.  One of the same time and kind, of
 * which more is known by now, is replaced.  Returns whether anything is new.
 */
bool host_add(struct host *host, uint64_t time, const char *kind, const char *text);

/* Whether both are known, and are not the same */
bool host_differs(const char *before, const char *now);

#endif /* TSREWRITE_WATCH_HOST_H */

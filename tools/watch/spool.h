/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A queue of JSON objects in a directory: a file each, NUMBER.json, taken in the order of
 * their numbers.  One process adds, another takes.  What is queued survives both, and a
 * reboot.  An object that was begun is called NUMBER.running, so that it is not begun twice.
 */
#ifndef TSREWRITE_WATCH_SPOOL_H
#define TSREWRITE_WATCH_SPOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

/* As many as may wait */
#define SPOOL_MOST 1000

/* What is in the directory; times are seconds since the epoch */
struct spool_state {
	size_t waiting;
	uint64_t first;		/* the lowest number that waits, if any does */
	uint64_t last;		/* the highest one there is, or 0 */
	int64_t since;		/* when the first one was queued */
	bool begun;		/* one is called NUMBER.running */
	uint64_t running;	/* its number */
	char strange[256];	/* the name of a file that does not belong there, or empty */
};

/*
 * Opens the directory, which is made if it is not there.  Returns a descriptor, or -1 with the
 * reason in @why: whoever may write there has commands run, so it must be the caller's own.
 */
int spool_open(const char *directory, char *why, size_t size);

/* All functions below return 0, or -1 with errno */

int spool_read_state(int spool, struct spool_state *state);

/*
 * Adds @json behind all others; it is there whole, or not at all.  Only after spool_sync() is
 * it sure to be there after a power failure, too.
 */
int spool_add(int spool, const json_t *json);
int spool_sync(int spool);

/* Renames NUMBER.json to NUMBER.running, on the disk as well */
int spool_begin(int spool, uint64_t number);

/* Removes NUMBER.running */
int spool_remove(int spool, uint64_t number);

/* Renames a file that does not belong there to .@name, which nobody looks at any more */
int spool_hide(int spool, const char *name);

/* What NUMBER.running has: a new reference, or NULL if that is no JSON */
json_t *spool_load(int spool, uint64_t number);

#endif /* TSREWRITE_WATCH_SPOOL_H */

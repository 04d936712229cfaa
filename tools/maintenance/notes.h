/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Operators' notes on incidents.  They are a file of their own, which commands write one after
 * the other, and the service never does: so neither loses what the other has written.
 */
#ifndef TSREWRITE_MAINTENANCE_NOTES_H
#define TSREWRITE_MAINTENANCE_NOTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "actor.h"

#define NOTES_FILE "notes.json"
#define NOTES	   2000		/* the last ones are kept */
#define NOTES_TEXT 2048		/* the longest, with its NUL */

/*
 * Returns an array of all, the oldest first: each has "incident", an id, "time", "by" and "text".
 * Empty if there is no file; NULL with the reason in @why if it cannot be read.
 */
json_t *notes_read(const char *directory, char *why, size_t size);

/* Of all, those on the incident of that id; a new reference */
json_t *notes_on(const json_t *notes, const char *id);

/* Whether any of these says @text */
bool notes_say(const json_t *notes, const char *text);

/*
 * Adds a note to @notes, all that there are, and removes the oldest if they are too many.
 * Returns it, borrowed; or NULL if there is no memory.
 */
json_t *notes_add(json_t *notes, const char *id, const char *text, const struct actor *by,
		  uint64_t time);

/* Replaces the file.  Returns 0, or -1 with the reason in @why. */
int notes_save(const char *directory, json_t *notes, char *why, size_t size);

#endif /* TSREWRITE_MAINTENANCE_NOTES_H */

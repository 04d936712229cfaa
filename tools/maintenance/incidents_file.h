/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reads the incidents that the service keeps in the directory of its state: whether it runs or
 * not, its file is as it was last, and whole.
 */
#ifndef TSREWRITE_MAINTENANCE_INCIDENTS_FILE_H
#define TSREWRITE_MAINTENANCE_INCIDENTS_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#define INCIDENTS_FILE "incidents.json"
#define INCIDENTS_SHORT 9	/* the first digits of an id, with their NUL */

/*
 * Returns an array of objects, the newest first, which is empty if there is no file; or NULL with
 * the reason in @why.
 */
json_t *incidents_file_read(const char *directory, char *why, size_t size);

/*
 * Returns, of the array, the one whose id begins with @word, which need not have "urn:uuid:"; or
 * NULL with the reason in @why, to be read after the word in quotes.
 */
const json_t *incidents_file_find(const json_t *incidents, const char *word, const char **why);

/* The first digits of its id */
const char *incidents_file_short(char out[INCIDENTS_SHORT], const json_t *incident);

/* Writes one line to @out that says what is wrong, and returns it */
char *incidents_file_title(const json_t *incident, char *out, size_t size);

/* Whether it is open, and looks like the fault of this firewall */
bool incidents_file_is_ours(const json_t *incident);

#endif /* TSREWRITE_MAINTENANCE_INCIDENTS_FILE_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The record of a maintenance: who began it, when, why, and from which versions.  It is a file
 * that commands write and the service reads, and that outlives the reboot which it is there for.
 * The last one stays when it is ended.
 */
#ifndef TSREWRITE_MAINTENANCE_RECORD_H
#define TSREWRITE_MAINTENANCE_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "actor.h"
#include "versions.h"

#define RECORD_FILE "maintenance.json"
#define RECORD_WORDS 512	/* the operator's, with their NUL */
#define RECORD_WHY   512	/* why a file cannot be read or written */

/* Times are nanoseconds since the epoch.  Zeroed, there is none. */
struct record {
	char words[RECORD_WORDS];	/* why */
	struct actor by;
	uint64_t begun;
	uint64_t due;		/* when it was to be over, or 0 if that was not said */
	uint64_t ended;		/* 0 while it is open */
	struct actor ended_by;
	char outcome[16];	/* of the comparison at its end, by comparison_names */
	struct versions from;
};

/* Whether there is one that was not ended */
bool record_is_open(const struct record *record);

/* Whether it is open at @now, although it was to be over */
bool record_is_overdue(const struct record *record, uint64_t now);

/*
 * What is wrong with an operator's words, to be read after them in quotes, or NULL.  They are
 * one line of UTF-8 of at most @size bytes with their NUL.
 */
const char *record_check_words(const char *words, size_t size);

/* For people: the words, since when, by whom, and until when.  Returns @out. */
#define RECORD_TEXT (RECORD_WORDS + ACTOR_TEXT + 256)
char *record_format(char out[RECORD_TEXT], const struct record *record, uint64_t now);

/* A new reference, with "overdue" as of @now */
json_t *record_json(const struct record *record, uint64_t now);

/* Returns 0, or -1 if @json is not what record_json() makes */
int record_parse(const json_t *json, struct record *record);

/*
 * Reads the record in that directory, which is zeroed if there is none.  Returns 0, or -1 with
 * the reason in @why.
 */
int record_load(const char *directory, struct record *record, char why[RECORD_WHY]);

/* Writes it, and returns once it is on the disk: 0, or -1 with the reason in @why */
int record_save(const char *directory, const struct record *record, char why[RECORD_WHY]);

#endif /* TSREWRITE_MAINTENANCE_RECORD_H */

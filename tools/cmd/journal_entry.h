/* SPDX-License-Identifier: GPL-2.0-only */
/* An entry of systemd's journal */
#ifndef TSREWRITE_CMD_JOURNAL_ENTRY_H
#define TSREWRITE_CMD_JOURNAL_ENTRY_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/uio.h>

#include <jansson.h>

#include "../text/macros.h"

#define JOURNAL_FIELDS 128

/* Zeroed, it has no fields.  A field is KEY=value, and may hold any bytes. */
struct journal_entry {
	struct iovec field[JOURNAL_FIELDS];
	size_t count;
};

/* Adds a field, as by printf("%s=" format) */
void journal_entry_add(struct journal_entry *entry, const char *key, const char *format, ...)
	__printf(3, 4);

/*
 * Adds what @json, an object, has as fields: "limit": 5 of "config" becomes
 * TSREWRITE_CONFIG_LIMIT=5 if @key is TSREWRITE.  "type" is called EVENT, "before" OLD, and a
 * "name" goes by the object's key alone.
 */
void journal_entry_add_json(struct journal_entry *entry, const char *key, const json_t *json);

/*
 * Sends @entry as one of tsrewrite with @message, at @priority of syslog.h, and empties it.
 * Returns 0 or a negative errno.
 */
int journal_entry_send(struct journal_entry *entry, int priority, const char *message);

#endif /* TSREWRITE_CMD_JOURNAL_ENTRY_H */

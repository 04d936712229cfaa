// SPDX-License-Identifier: GPL-2.0-only
#include "journal_entry.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "journal_send.h"

#define IDENTIFIER "tsrewrite"
#define KEY_SIZE   64	/* of the journal's longest key */

/* What cannot be allocated is left out: better an entry without it than none */
static void add_text(struct journal_entry *entry, char *text)
{
	if (text && entry->count < JOURNAL_FIELDS)
		entry->field[entry->count++] =
			(struct iovec){ .iov_base = text, .iov_len = strlen(text) };
	else
		free(text);
}

void journal_entry_add(struct journal_entry *entry, const char *key, const char *format, ...)
{
	char *value = NULL, *text = NULL;
	va_list args;

	va_start(args, format);
	if (vasprintf(&value, format, args) < 0)
		value = NULL;
	va_end(args);
	if (value && asprintf(&text, "%s=%s", key, value) < 0)
		text = NULL;
	free(value);
	add_text(entry, text);
}

/* Makes the key of what @object has under @name */
static void join_key(char out[KEY_SIZE], const char *object, const char *name)
{
	if (!strcmp(name, "type"))
		name = "event";
	else if (!strcmp(name, "before"))
		name = "old";
	if (!strcmp(name, "name"))
		snprintf(out, KEY_SIZE, "%s", object);
	else
		snprintf(out, KEY_SIZE, "%s_%s", object, name);
	for (char *c = out; *c; c++)
		*c = (char)toupper((unsigned char)*c);
}

static void add_value(struct journal_entry *entry, const char *key, const json_t *value)
{
	if (json_is_object(value))
		journal_entry_add_json(entry, key, value);
	else if (json_is_string(value))
		journal_entry_add(entry, key, "%s", json_string_value(value));
	else if (json_is_integer(value))
		journal_entry_add(entry, key, "%" JSON_INTEGER_FORMAT,
				  json_integer_value(value));
	else if (json_is_boolean(value))
		journal_entry_add(entry, key, "%s",
				  json_is_true(value) ? "true" : "false");
}

void journal_entry_add_json(struct journal_entry *entry, const char *key, const json_t *json)
{
	char joined[KEY_SIZE];
	const char *name;
	json_t *value;

	json_object_foreach((json_t *)json, name, value) {
		join_key(joined, key, name);
		add_value(entry, joined, value);
	}
}

int journal_entry_send(struct journal_entry *entry, int priority, const char *message)
{
	int ret;

	journal_entry_add(entry, "SYSLOG_IDENTIFIER", "%s", IDENTIFIER);
	journal_entry_add(entry, "PRIORITY", "%d", priority);
	journal_entry_add(entry, "MESSAGE", "%s", message);
	ret = journal_send(entry->field, entry->count);
	for (size_t i = 0; i < entry->count; i++)
		free(entry->field[i].iov_base);
	entry->count = 0;
	return ret;
}

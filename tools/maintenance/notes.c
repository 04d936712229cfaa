// SPDX-License-Identifier: GPL-2.0-only
#include "notes.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "../text/json_file.h"
#include "../text/new_file.h"
#include "../text/print.h"

static const char *text_of(const json_t *note, const char *key)
{
	const char *text = json_string_value(json_object_get(note, key));

	return text ? text : "";
}

/* Whether it is as notes_add() makes it */
static bool is_note(const json_t *note)
{
	struct actor by;

	return *text_of(note, "incident") && *text_of(note, "time") && *text_of(note, "text") &&
	       !actor_parse(json_object_get(note, "by"), &by);
}

/* NULL if anything in it is no note: nothing is to be lost when the file is replaced */
static json_t *take_notes(const json_t *json)
{
	json_t *array = json_object_get(json, "notes");
	const json_t *note;
	size_t i;

	json_array_foreach(array, i, note) {
		if (!is_note(note))
			return NULL;
	}
	return json_is_array(array) ? json_incref(array) : NULL;
}

json_t *notes_read(const char *directory, char *why, size_t size)
{
	json_t *json = json_file_read(directory, NOTES_FILE, why, size);
	json_t *notes;

	if (!json)
		return *why ? NULL : json_array();
	notes = take_notes(json);
	if (!notes)
		snprintf(why, size, "%s/" NOTES_FILE ": it is not as this version writes it",
			 directory);
	json_decref(json);
	return notes;
}

json_t *notes_on(const json_t *notes, const char *id)
{
	json_t *on = json_array();
	json_t *note;
	size_t i;

	json_array_foreach(notes, i, note) {
		if (!strcmp(text_of(note, "incident"), id))
			json_array_append(on, note);
	}
	return on;
}

bool notes_say(const json_t *notes, const char *text)
{
	const json_t *note;
	size_t i;

	json_array_foreach(notes, i, note) {
		if (!strcmp(text_of(note, "text"), text))
			return true;
	}
	return false;
}

json_t *notes_add(json_t *notes, const char *id, const char *text, const struct actor *by,
		  uint64_t time)
{
	json_t *note = json_pack("{s:s, s:o, s:o, s:s}", "incident", id, "time", json_time(time),
				 "by", actor_json(by), "text", text);

	if (!note || json_array_append_new(notes, note))
		return NULL;
	while (json_array_size(notes) > NOTES)
		json_array_remove(notes, 0);
	return note;
}

/* As the file of incidents: it has names of users */
int notes_save(const char *directory, json_t *notes, char *why, size_t size)
{
	if (!new_file_json(directory, NOTES_FILE, 0600, json_pack("{s:i, s:O}", "version", 1,
								  "notes", notes)))
		return 0;
	snprintf(why, size, "%s/" NOTES_FILE ": %s", directory, strerror(errno));
	return -1;
}

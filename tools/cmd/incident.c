// SPDX-License-Identifier: GPL-2.0-only
/* Lists incidents, shows one with all that a ticket needs, and takes notes on it */
#include "incident.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "../client/tick.h"
#include "../maintenance/directory.h"
#include "../maintenance/incidents_file.h"
#include "../maintenance/notes.h"
#include "../maintenance/record.h"
#include "../text/format.h"
#include "../text/print.h"
#include "../text/report.h"
#include "incident_show.h"
#include "journal_entry.h"
#include "json.h"

static int find_directory(const struct call *call, char directory[PATH_MAX])
{
	char why[RECORD_WHY];
	int ret = session_enter(call);

	if (!ret && directory_find(directory, call->netns, why, sizeof(why)))
		ret = report_refused("incident: %s", why);
	return ret;
}

static int read_all(const char *directory, json_t **incidents, json_t **notes)
{
	char why[RECORD_WHY];

	*notes = NULL;
	*incidents = incidents_file_read(directory, why, sizeof(why));
	if (*incidents)
		*notes = notes_read(directory, why, sizeof(why));
	return *notes ? EXIT_DONE : report_refused("incident: %s%s", why,
						   geteuid() ? " (root may read it)" : "");
}

static int find_one(const json_t *incidents, const char *word, const json_t **one)
{
	const char *why;

	*one = incidents_file_find(incidents, word, &why);
	return *one ? EXIT_DONE : report_refused("incident: \"%s\" %s", word, why);
}

static int show_incidents(const struct call *call)
{
	json_t *incidents = NULL, *notes = NULL;
	const char *word = call->words[0];
	char directory[PATH_MAX];
	const json_t *one;
	int ret;

	if (word && call->words[1])
		return report_surplus("incident", call->words[1]);
	ret = find_directory(call, directory);
	if (!ret)
		ret = read_all(directory, &incidents, &notes);
	if (!ret && word)
		ret = find_one(incidents, word, &one);
	if (!ret)
		ret = word ? incident_show(one, notes, call->json) :
			     incident_list(incidents, notes, call->json);
	json_decref(incidents);
	json_decref(notes);
	return ret;
}

static void log_note(const struct call *call, const json_t *incident, const json_t *note)
{
	struct journal_entry entry = { 0 };
	char title[512], message[NOTES_TEXT + 600];
	const char *text = json_string_value(json_object_get(note, "text"));
	int ret;

	snprintf(message, sizeof(message), "note on incident \"%s\": %s",
		 incidents_file_title(incident, title, sizeof(title)), text);
	journal_entry_add(&entry, "TSREWRITE_EVENT", "incident_note");
	journal_entry_add_json(&entry, "TSREWRITE_NOTE", note);
	if (call->netns)
		journal_entry_add(&entry, "TSREWRITE_NETNS", "%s", call->netns);
	ret = journal_entry_send(&entry, LOG_NOTICE, message);
	if (ret < 0)
		report_warning("incident: this could not be written to the journal: %s",
			       strerror(-ret));
}

static int add_note(const struct call *call, const char *directory, const json_t *incident,
		    json_t *notes)
{
	const char *id = json_string_value(json_object_get(incident, "id"));
	const char *text = call->words[2];
	struct actor by;
	json_t *on = notes_on(notes, id), *note = NULL;
	bool changed = !notes_say(on, text);
	char why[RECORD_WHY];
	int ret = EXIT_DONE;

	json_decref(on);
	actor_self(&by);
	if (changed)
		note = notes_add(notes, id, text, &by, tick_time_now());
	if (changed && !note)
		ret = report_refused("incident note: %s", strerror(ENOMEM));
	else if (changed && notes_save(directory, notes, why, sizeof(why)))
		ret = report_refused("incident note: %s", why);
	if (ret)
		return ret;
	if (changed)
		log_note(call, incident, note);
	if (call->json)
		print_json(change_json("incident", incident_json_noted(incident, notes), changed));
	else if (!changed)
		puts("this note is there already");
	return EXIT_DONE;
}

/* While others wait for the lock, so that none loses what another has written */
static int note_locked(const struct call *call, const char *directory)
{
	json_t *incidents = NULL, *notes = NULL;
	const json_t *one;
	int ret = read_all(directory, &incidents, &notes);

	if (!ret)
		ret = find_one(incidents, call->words[1], &one);
	if (!ret)
		ret = add_note(call, directory, one, notes);
	json_decref(incidents);
	json_decref(notes);
	return ret;
}

static int check_note(const struct call *call)
{
	const char *id = call->words[1], *text = id ? call->words[2] : NULL;
	const char *wrong;

	if (!text)
		return report_usage("incident note: give an incident's ID, and the note in quotes");
	wrong = record_check_words(text, NOTES_TEXT);
	if (wrong)
		return report_usage("incident note: \"%s\" %s", text, wrong);
	if (call->words[3])
		return report_surplus("incident note", call->words[3]);
	return geteuid() ? report_refused("incident note: this needs root") : EXIT_DONE;
}

static int note_incident(const struct call *call)
{
	char directory[PATH_MAX];
	int lock, ret = check_note(call);

	if (!ret)
		ret = find_directory(call, directory);
	if (ret)
		return ret;
	lock = directory_lock(directory);
	if (lock < 0)
		return report_refused("incident note: %s: %s", directory, strerror(errno));
	ret = note_locked(call, directory);
	close(lock);
	return ret;
}

int cmd_incident(const struct call *call)
{
	const char *word = call->words[0];

	return word && !strcmp(word, "note") ? note_incident(call) : show_incidents(call);
}

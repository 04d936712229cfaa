// SPDX-License-Identifier: GPL-2.0-only
#include "incident_show.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../maintenance/actor.h"
#include "../maintenance/incidents_file.h"
#include "../maintenance/notes.h"
#include "../maintenance/running_versions.h"
#include "../text/format.h"
#include "../text/parse_time.h"
#include "../text/print.h"
#include "../text/report.h"

static const char *text_of(const json_t *json, const char *key)
{
	const char *text = json_string_value(json_object_get(json, key));

	return text ? text : "";
}

json_t *incident_json_noted(const json_t *incident, const json_t *notes)
{
	json_t *json = json_copy((json_t *)incident);
	char title[512];

	json_object_set_new(json, "title",
			    json_text(incidents_file_title(incident, title, sizeof(title))));
	json_object_set_new(json, "notes", notes_on(notes, text_of(incident, "id")));
	return json;
}

/* To the second, or "-" if it has not come yet */
static const char *print_time(char out[FORMAT_SIZE], const json_t *incident, const char *key)
{
	const char *text = text_of(incident, key);

	snprintf(out, FORMAT_SIZE, "%.19s%s", *text ? text : "-", *text ? "Z" : "");
	return out;
}

static void print_row(struct table *table, const json_t *incident, const json_t *notes)
{
	char id[INCIDENTS_SHORT], onset[FORMAT_SIZE], closed[FORMAT_SIZE], count[FORMAT_SIZE];
	char group[4 * FORMAT_SIZE];
	json_t *on = notes_on(notes, text_of(incident, "id"));

	table_row(table, (const char *[]){
		incidents_file_short(id, incident), text_of(incident, "state"),
		text_of(incident, "kind"),
		format_safe(group, sizeof(group), *text_of(incident, "group") ?
			    text_of(incident, "group") : "-"),
		text_of(incident, "verdict"), print_time(onset, incident, "estimated_onset"),
		print_time(closed, incident, "closed"),
		*text_of(incident, "maintenance") ? "yes" : "-",
		format_number(count, json_array_size(on)),
	});
	json_decref(on);
}

static int print_list(const json_t *incidents, const json_t *notes)
{
	static const struct column columns[] = {
		{ "ID", ALIGN_LEFT }, { "STATE", ALIGN_LEFT }, { "KIND", ALIGN_LEFT },
		{ "GROUP", ALIGN_LEFT }, { "VERDICT", ALIGN_LEFT },
		{ "ESTIMATED ONSET", ALIGN_LEFT }, { "CLOSED", ALIGN_LEFT },
		{ "MAINTENANCE", ALIGN_LEFT }, { "NOTES", ALIGN_RIGHT }, { NULL, ALIGN_LEFT },
	};
	const json_t *incident;
	struct table table;
	size_t i;

	if (!json_array_size(incidents)) {
		puts("no incident is known");
		return EXIT_DONE;
	}
	if (table_begin(&table, columns))
		return EXIT_REFUSED;
	json_array_foreach(incidents, i, incident)
		print_row(&table, incident, notes);
	table_end(&table);
	return EXIT_DONE;
}

int incident_list(const json_t *incidents, const json_t *notes, bool json)
{
	json_t *list;
	const json_t *incident;
	size_t i;

	if (!json)
		return print_list(incidents, notes);
	list = json_array();
	json_array_foreach(incidents, i, incident)
		json_array_append_new(list, incident_json_noted(incident, notes));
	print_json(list);
	return EXIT_DONE;
}

/* Whatever an incident has not, is left out */
static void print_line(const char *name, const char *text)
{
	char safe[4096];

	if (*text)
		printf("%-18s %s\n", name, format_safe(safe, sizeof(safe), text));
}

static void print_note(const json_t *note)
{
	char by[ACTOR_TEXT];
	struct actor actor;

	if (!actor_parse(json_object_get(note, "by"), &actor))
		printf("  %.19sZ %s: %s\n", text_of(note, "time"), actor_format(by, &actor),
		       text_of(note, "text"));
}

static void print_notes(const json_t *notes, const char *id)
{
	json_t *on = notes_on(notes, id);
	const json_t *note;
	size_t i;

	if (json_array_size(on))
		puts("notes:");
	json_array_foreach(on, i, note)
		print_note(note);
	json_decref(on);
}

/* Of this machine as it is now: who reads a ticket wants to know what it is about */
static void print_machine(void)
{
	char host[256] = "", text[VERSIONS * 4 * VERSION_TEXT];
	struct versions running;

	gethostname(host, sizeof(host) - 1);
	print_line("firewall:", host);
	running_versions(&running);
	print_line("runs now:", versions_format(text, sizeof(text), &running));
}

static void print_one(const json_t *incident)
{
	char title[512];

	print_line("incident:", text_of(incident, "id"));
	print_line("what:", incidents_file_title(incident, title, sizeof(title)));
	print_line("state:", text_of(incident, "state"));
	print_line("estimated onset:", text_of(incident, "estimated_onset"));
	print_line("confirmed onset:", text_of(incident, "confirmed_onset"));
	print_line("updated:", text_of(incident, "updated"));
	print_line("closed:", text_of(incident, "closed"));
	print_line("because:", text_of(incident, "end"));
	print_line("figures:", text_of(incident, "figures"));
	print_line("change before:", text_of(incident, "change_before"));
	print_line("maintenance:", text_of(incident, "maintenance"));
	print_line("tripped to:", text_of(incident, "tripped_to"));
}

static json_t *ticket_json(const json_t *incident, const json_t *notes)
{
	char host[256] = "";
	struct versions running;

	gethostname(host, sizeof(host) - 1);
	running_versions(&running);
	return json_pack("{s:o, s:o, s:o}", "incident", incident_json_noted(incident, notes),
			 "firewall", json_text(host), "now", versions_json(&running));
}

int incident_show(const json_t *incident, const json_t *notes, bool json)
{
	if (json) {
		print_json(ticket_json(incident, notes));
		return EXIT_DONE;
	}
	print_one(incident);
	print_machine();
	print_notes(notes, text_of(incident, "id"));
	return EXIT_DONE;
}

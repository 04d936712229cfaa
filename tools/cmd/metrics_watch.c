// SPDX-License-Identifier: GPL-2.0-only
#include "metrics_watch.h"

#include <string.h>

#include "../client/incident_words.h"
#include "../text/parse_time.h"
#include "../text/word.h"

/* What the machine is to blame for is not judged */
static const char *const no_verdict[] = { "unclear", NULL };

/* What tells incidents that are open at the same time apart; @group is "" of the machine */
struct which {
	const char *group;
	const char *kind;
	const char *verdict;
};

static void write_incidents(struct exposition *to, const struct which *which,
			    uint64_t number)
{
	exposition_sample(to, EXPOSITION_LABELS({ "group", which->group },
						{ "kind", which->kind },
						{ "verdict", which->verdict }), number);
}

static const char *text_of(const json_t *incident, const char *key)
{
	const char *text = json_string_value(json_object_get(incident, key));

	return text ? text : "";
}

static struct which which_is(const json_t *incident)
{
	return (struct which){ text_of(incident, "group"), text_of(incident, "kind"),
			       text_of(incident, "verdict") };
}

static bool is_same(const struct which *one, const struct which *other)
{
	return !strcmp(one->group, other->group) && !strcmp(one->kind, other->kind) &&
	       !strcmp(one->verdict, other->verdict);
}

static uint64_t count_incidents(const json_t *incidents, const struct which *which)
{
	const json_t *incident;
	uint64_t number = 0;
	size_t i;

	json_array_foreach(incidents, i, incident) {
		struct which other = which_is(incident);

		number += is_same(which, &other);
	}
	return number;
}

/* Writes a sample for each kind and verdict, of which most are 0 */
static void write_counts(struct exposition *to, const json_t *incidents, const char *group,
			 const char *const *kind, const char *const *of_verdicts)
{
	for (; *kind; kind++) {
		for (const char *const *verdict = of_verdicts; *verdict; verdict++) {
			const struct which which = { group, *kind, *verdict };

			write_incidents(to, &which, count_incidents(incidents, &which));
		}
	}
}

/* Whether write_counts() was asked for it: not if its group was removed a moment ago */
static bool is_counted(const struct groups *groups, const struct which *which)
{
	if (!*which->group)
		return word_index(which->kind, incident_kinds_of_machine) >= 0 &&
		       word_index(which->verdict, no_verdict) >= 0;
	return groups_find(groups, which->group) &&
	       word_index(which->kind, incident_kinds_of_groups) >= 0 &&
	       word_index(which->verdict, incident_verdicts) >= 0;
}

/* Series that are 0 while all is well, so that an alert can tell that from not knowing */
static void write_open(struct exposition *to, const struct groups *groups,
		       const json_t *incidents)
{
	const json_t *incident;
	size_t i;

	exposition_family(to, "incidents_open", "gauge",
			  "Open incidents by kind and verdict; those without a group concern the machine.");
	write_counts(to, incidents, "", incident_kinds_of_machine, no_verdict);
	for (i = 0; i < groups->count; i++)
		write_counts(to, incidents, groups->group[i].name, incident_kinds_of_groups,
			     incident_verdicts);
	json_array_foreach(incidents, i, incident) {
		struct which which = which_is(incident);

		if (!is_counted(groups, &which))
			write_incidents(to, &which, 1);
	}
}

static void write_onsets(struct exposition *to, const json_t *incidents, const char *key,
			 const char *name, const char *help)
{
	const json_t *incident;
	size_t i;

	if (!json_array_size(incidents))
		return;
	exposition_family(to, name, "gauge", help);
	json_array_foreach(incidents, i, incident) {
		struct which which = which_is(incident);
		uint64_t onset;

		if (!parse_time(text_of(incident, key), &onset))
			exposition_time(to, EXPOSITION_LABELS({ "group", which.group },
							      { "kind", which.kind },
							      { "verdict", which.verdict }),
					onset);
	}
}

void metrics_of_health(struct exposition *to, const struct health_report *report)
{
	exposition_family(to, "health", "gauge",
			  "1 for what tsrewrite health says, 0 for the rest.");
	for (enum health i = HEALTH_WELL; i <= HEALTH_UNKNOWN; i++)
		exposition_sample(to, EXPOSITION_LABELS({ "state", health_words[i] }),
				  i == report->health);
}

/* A family with one sample, if there is such a time in @json */
static void write_time(struct exposition *to, const json_t *json, const char *key,
		       const char *name, const char *help)
{
	const char *text = json_string_value(json_object_get(json, key));
	uint64_t time;

	if (!text || parse_time(text, &time))
		return;
	exposition_family(to, name, "gauge", help);
	exposition_time(to, NULL, time);
}

static void write_maintenance(struct exposition *to, const json_t *maintenance)
{
	exposition_family(to, "maintenance_open", "gauge",
			  "1 while a maintenance is open, 0 while none is.");
	exposition_sample(to, NULL, json_is_object(maintenance));
	write_time(to, maintenance, "begun", "maintenance_begun_timestamp_seconds",
		   "When the maintenance that is open was begun.");
	write_time(to, maintenance, "due", "maintenance_due_timestamp_seconds",
		   "When the maintenance that is open is to end, if that was said.");
}

void metrics_of_watch(struct exposition *to, const struct groups *groups,
		      const json_t *service)
{
	const json_t *incidents = json_object_get(service, "incidents");

	exposition_family(to, "watch_up", "gauge", "1 if tsrewrite watch answers, 0 if not.");
	exposition_sample(to, NULL, service ? 1 : 0);
	if (!service)
		return;
	write_time(to, service, "time", "watch_last_sample_timestamp_seconds",
		   "When tsrewrite watch last looked at all groups; it does so each second.");
	write_maintenance(to, json_object_get(service, "maintenance"));
	write_open(to, groups, incidents);
	write_onsets(to, incidents, "estimated_onset", "incident_estimated_onset_timestamp_seconds",
		     "When the first second out of line began, of each open incident.");
	write_onsets(to, incidents, "confirmed_onset", "incident_confirmed_onset_timestamp_seconds",
		     "When it was beyond doubt, of each open incident.");
}

// SPDX-License-Identifier: GPL-2.0-only
#include "action.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <linux/tsrewrite.h>

#include "../client/group.h"
#include "../text/format.h"
#include "../text/parse.h"
#include "../text/print.h"
#include "command.h"
#include "incident_json.h"
#include "log.h"

void action_note(const struct watcher *watcher, const char *format, ...)
{
	va_list args;

	if (watcher->json)
		return;
	va_start(args, format);
	log_vline(stdout, SD_INFO, watcher->time, format, args);
	va_end(args);
}

void action_complain(const struct watcher *watcher, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	log_vline(stderr, SD_ERR, watcher->time, format, args);
	va_end(args);
}

void action_warn(const struct watcher *watcher, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	log_vline(stderr, SD_WARNING, watcher->time, format, args);
	va_end(args);
}

static const char *level_of(const struct incident *incident)
{
	if (incident->closed)
		return SD_NOTICE;
	return incident->verdict == VERDICT_OURS ? SD_ALERT : SD_WARNING;
}

static void print_incident(const struct watcher *watcher,
			   const struct incident *incident, const char *what)
{
	char title[INCIDENT_TEXT], estimated[FORMAT_SIZE], confirmed[FORMAT_SIZE];

	incident_title(incident, title, sizeof(title));
	if (incident->closed) {
		log_line(stdout, level_of(incident), watcher->time, "%s: %s: %s", what,
			 title, incident->end);
		return;
	}
	log_line(stdout, level_of(incident), watcher->time,
		 "%s: %s (%s); estimated onset %s, confirmed %s; change before: %s%s%s",
		 what, title, incident->text,
		 format_time(estimated, incident->estimated),
		 format_time(confirmed, incident->confirmed),
		 *incident->change ? incident->change : "none is known",
		 *incident->maintenance ? "; during the maintenance " : "",
		 incident->maintenance);
}

void action_tell(struct watcher *watcher, const struct incident *incident,
		 const char *what)
{
	struct policy policy = settings_policy(&watcher->settings,
					       incident->group);

	if (watcher->json) {
		print_json_line(incident_json_told(incident, what, watcher->time));
		fflush(stdout);
	} else {
		print_incident(watcher, incident, what);
	}
	if (policy.run)
		command_queue(watcher, incident, what, policy.run);
}

static const uint32_t modes[] = {
	[TRIP_OFF] = TSREWRITE_MODE_OFF, [TRIP_OBSERVE] = TSREWRITE_MODE_OBSERVE,
	[TRIP_STRIP] = TSREWRITE_MODE_STRIP,
};

/*
 * Answers that go past the attached devices break no connection in mode strip, which hides it
 * still.  So whoever could make them seem to does not switch hiding off.
 */
static uint32_t mode_to_trip_to(const struct policy *policy, const struct finding *finding)
{
	const struct counts *treated = &finding->counted.arm[ARM_TREATED];
	uint64_t unseen = treated->n[COUNT_UNSEEN];

	if (finding->bypassed || (unseen && unseen * 2 >= counts_rsts(treated)))
		return TSREWRITE_MODE_STRIP;
	return modes[policy->trip];
}

/*
 * Whether a trip would add nothing: the group was tripped before this incident, or somebody has
 * just set the mode that it would be tripped to, who is to be asked before it is changed again
 */
static bool is_mode_settled(struct watcher *watcher, const char *name, uint32_t mode)
{
	struct group group;

	if (group_get(watcher->genl, name, &group) < 0)
		return false;
	return group.tripped || group.mode == mode;
}

const char *action_trip(struct watcher *watcher, const struct incident *incident)
{
	struct policy policy = settings_policy(&watcher->settings,
					       incident->group);
	uint32_t mode = mode_to_trip_to(&policy, &incident->finding);

	if (policy.trip == TRIP_NO || incident->verdict != VERDICT_OURS ||
	    incident_is_machines(incident->kind) || *incident->tripped ||
	    is_mode_settled(watcher, incident->group, mode))
		return NULL;
	if (!group_trip(watcher->genl, incident->group, mode))
		return mode_words[mode];
	action_complain(watcher, "group %s could not be set to mode %s: %s",
			incident->group, mode_words[mode],
			*watcher->genl->error.text ?
			watcher->genl->error.text :
			strerror(watcher->genl->error.code));
	return NULL;
}

void action_tell_trip(struct watcher *watcher, const struct incident *incident)
{
	struct policy policy = settings_policy(&watcher->settings,
					       incident->group);

	action_note(watcher, "tripped: group %s was set to mode %s for new connections",
		    incident->group, incident->tripped);
	if (watcher->json)
		print_json_line(incident_json_told(incident, "tripped", watcher->time));
	if (policy.run)
		command_queue(watcher, incident, "tripped", policy.run);
}

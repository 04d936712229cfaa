// SPDX-License-Identifier: GPL-2.0-only
#include "group.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/tsrewrite.h>

#include "../client/group.h"
#include "../text/format.h"
#include "../text/print.h"
#include "action.h"
#include "describe.h"
#include "judges.h"
#include "lifecycle.h"
#include "recall.h"

#define SECOND 1000000000ULL
#define HOUR 3600

struct watched_group {
	char name[ATTR_TEXT];
	bool seen;		/* the module listed it in this second */
	bool recalled;		/* its judges know what was usual before */
	bool known;		/* @before is filled in */
	struct group before;	/* as it was a second ago, with its counters */
	struct judges judges;
	uint64_t since;		/* the first second in which it was seen */
	uint64_t found;		/* the last second in which something was found */
	uint64_t off;		/* since which second its mode is off; 0 if it is not */
	bool doubted;		/* it was told that connections fail in spite of the trip */
};

/*
 * Takes up an incident that was open when the service ended: the file has the group's name as
 * it can be printed, and nothing of what the incident was found in.
 */
static void adopt_incident(struct incidents *incidents, const char *group)
{
	char safe[4 * ATTR_TEXT];
	struct incident *open;

	open = incident_open(incidents, format_safe(safe, sizeof(safe), group), INCIDENT_SUCCESS);
	if (!open)
		return;
	snprintf(open->group, sizeof(open->group), "%s", group);
	open->finding.kind = (enum finding_kind)open->kind;
}

/*
 * Returns what is known of @group, new if it was not seen before; NULL if there is no memory.
 * If its id was that of a group with another name, that one is forgotten.
 */
static struct watched_group *recognize_group(struct watcher *watcher,
					     const struct group *group)
{
	struct watched_group *known = watcher->group[group->id];

	if (known && strcmp(known->name, group->name)) {
		feeds_leave(&watcher->feeds, known->name);
		free(known);
		known = NULL;
	}
	if (!known) {
		known = calloc(1, sizeof(*known));
		if (!known)
			return NULL;
		snprintf(known->name, sizeof(known->name), "%s", group->name);
		known->since = watcher->now;
		adopt_incident(&watcher->incidents, known->name);
		feeds_follow(&watcher->feeds, known->name);
		watcher->unsaved = true;
	}
	watcher->group[group->id] = known;
	known->seen = true;
	return known;
}

/*
 * Adds what the counters of one arm have counted since @before.  A counter that is lower than
 * before belongs to a new group of the same name and id, and is not added.
 */
static void count_up(const struct group_stats *now, const struct group_stats *before,
		     enum arm arm, struct arms counted[ORIGINS])
{
	for (int origin = 0; origin < ORIGINS; origin++) {
		uint16_t attr = TSREWRITE_A_GROUP_STATS_ATTEMPTS +
				(uint16_t)origin * COUNTS;

		for (int i = 0; i < COUNTS; i++, attr++) {
			if (now->value[attr] >= before->value[attr])
				counted[origin].arm[arm].n[i] =
					now->value[attr] - before->value[attr];
		}
	}
}

/* Stores in @counted what the group's counters have counted since the last call */
static void count_events(struct watched_group *known, const struct group *group,
			 struct judged_counts *counted)
{
	const struct group *before = &known->before;

	if (known->known) {
		count_up(&group->treated, &before->treated, ARM_TREATED, counted->trial);
		count_up(&group->control, &before->control, ARM_CONTROL, counted->trial);
		count_up(&group->untouched, &before->untouched, ARM_CONTROL,
			 counted->untouched);
	}
	known->before = *group;
	known->known = true;
}

static void note_mode(const struct watcher *watcher, struct watched_group *known,
		      const struct group *group)
{
	bool off = group->mode == TSREWRITE_MODE_OFF;

	if (!off)
		known->off = 0;
	else if (!known->off)
		known->off = watcher->now;
	if (!group->tripped)
		known->doubted = false;
	judges_set_mode(&known->judges, off, !off || group->tripped || group->count);
}

static void fill_incident(const struct watcher *watcher, const struct finding *finding,
			  struct incident *incident)
{
	incident->kind = (enum incident_kind)finding->kind;
	incident->verdict = finding->verdict;
	incident->finding = *finding;
	/* Second watcher->now ended at watcher->time; a second began when the one before ended */
	incident->estimated = watcher->time -
			      (watcher->now - finding->onset + 1) * SECOND;
	describe_finding(finding, incident->text, sizeof(incident->text));
}

static bool is_heavier(const struct finding *finding,
		       const struct incident *incident)
{
	if ((enum incident_kind)finding->kind != incident->kind)
		return (enum incident_kind)finding->kind > incident->kind;
	return finding->verdict > incident->verdict;
}

static void handle_finding(struct watcher *watcher, struct watched_group *known,
			   struct incident *open, const struct finding *finding)
{
	struct incident new = { 0 };

	known->found = watcher->now;
	if (!open) {
		snprintf(new.group, sizeof(new.group), "%s", known->name);
		fill_incident(watcher, finding, &new);
		lifecycle_open(watcher, &new);
	} else if (!is_heavier(finding, open)) {
		/* One that was adopted: where to look whether it is over */
		if (!open->finding.seconds && (enum incident_kind)finding->kind == open->kind)
			open->finding = *finding;
	} else {
		uint64_t estimated = open->estimated;

		fill_incident(watcher, finding, open);
		if (estimated < open->estimated)
			open->estimated = estimated;
		lifecycle_update(watcher, open);
	}
}

/* What is known of the group in this second may have been read before it was tripped */
static bool is_trip_over(const struct watcher *watcher, const struct watched_group *known,
			 const struct incident *open)
{
	return *open->tripped && open->updated < watcher->time &&
	       attr_present(&known->before, TSREWRITE_A_GROUP_TRIPPED) &&
	       !known->before.tripped;
}

/*
 * Says why an open incident is to be closed, or returns NULL: connections were well for the
 * time that the settings have for quiet, or there was no sign of it for an hour.
 */
static const char *reason_to_close(const struct watcher *watcher,
				   const struct watched_group *known,
				   const struct incident *open,
				   const struct thresholds *thresholds)
{
	uint32_t quiet = watcher->settings.quiet;

	if (is_trip_over(watcher, known, open))
		return "the mode was set again: connections are judged anew";
	if (judges_are_blind(&known->judges))
		return watcher->now - known->off < quiet ? NULL :
		       "mode off: new connections pass untouched and are not watched";
	if (watcher->time - open->confirmed < quiet * SECOND ||
	    watcher->now - known->since < quiet)
		return NULL;
	if (judges_are_well(&known->judges, &open->finding, quiet, thresholds))
		return known->off ? "in mode off, connections come up" :
				    "connections are as usual again";
	if (open->kind == INCIDENT_ATTEMPTS &&
	    watcher->time - open->confirmed >= HOUR * SECOND)
		return "it lasted an hour: so few attempts count as usual from now on";
	if (watcher->now - known->found >= HOUR)
		return "there was no sign of it for an hour";
	return NULL;
}

static void close_if_over(struct watcher *watcher, struct watched_group *known,
			  struct incident *open,
			  const struct thresholds *thresholds)
{
	const char *end = reason_to_close(watcher, known, open, thresholds);

	if (!end)
		return;
	judges_begin_anew(&known->judges);
	if (open->kind == INCIDENT_ATTEMPTS)
		memset(&known->judges, 0, sizeof(known->judges));
	lifecycle_close(watcher, open, end);
}

/* Tells once that the trip has not helped, so that somebody looks for another cause */
static void doubt_trip(struct watcher *watcher, struct watched_group *known,
		       const struct thresholds *thresholds)
{
	uint32_t quiet = watcher->settings.quiet;

	if (!known->off || !known->before.tripped || known->doubted ||
	    watcher->now - known->off < quiet ||
	    !judges_untouched_fail(&known->judges, quiet, thresholds))
		return;
	known->doubted = true;
	action_note(watcher,
		    "group %s was tripped, and most of its connections fail in mode off as well: this firewall does not look like the cause",
		    known->name);
}

static int judge_group(struct watcher *watcher, const struct group *group)
{
	struct policy policy = settings_policy(&watcher->settings, group->name);
	struct watched_group *known = recognize_group(watcher, group);
	struct judged_counts counted = { 0 };
	struct finding finding;
	struct incident *open;

	if (!known)
		return genl_fail(watcher->genl, 0, "out of memory");
	open = incident_open(&watcher->incidents, group->name, INCIDENT_SUCCESS);
	count_events(known, group, &counted);
	note_mode(watcher, known, group);
	if (!known->recalled)
		recall_usual(&watcher->usual, known->name, watcher->time, &known->judges);
	known->recalled = true;
	finding = judges_second(&known->judges, watcher->now, &counted, !open,
				&policy.thresholds);
	doubt_trip(watcher, known, &policy.thresholds);
	if (finding.kind)
		handle_finding(watcher, known, open, &finding);
	if (open)
		close_if_over(watcher, known, open, &policy.thresholds);
	return 0;
}

/* Forgets a group that was removed */
static void forget_group(struct watcher *watcher, unsigned int id)
{
	feeds_leave(&watcher->feeds, watcher->group[id]->name);
	free(watcher->group[id]);
	watcher->group[id] = NULL;
}

static bool is_known(const struct watcher *watcher, const char *name)
{
	for (unsigned int id = 0; id < WATCHER_GROUPS; id++) {
		if (watcher->group[id] && !strcmp(watcher->group[id]->name, name))
			return true;
	}
	return false;
}

/* Closes the incidents of groups that were removed, maybe while the service did not run */
static void close_of_removed(struct watcher *watcher)
{
	for (size_t i = 0; i < watcher->incidents.count; i++) {
		struct incident *incident = &watcher->incidents.incident[i];

		if (!incident->closed && !incident_is_machines(incident->kind) &&
		    !is_known(watcher, incident->group))
			lifecycle_close(watcher, incident, "the group was removed");
	}
}

/* Groups may have changed their ids, so that the feed of one that is there was left */
static void follow_known(struct watcher *watcher)
{
	for (unsigned int id = 0; id < WATCHER_GROUPS; id++) {
		const struct watched_group *known = watcher->group[id];
		char name[FEED_NAME];

		if (known && !feeds_has(&watcher->feeds, feed_name(name, known->name)))
			feeds_follow(&watcher->feeds, known->name);
	}
}

static void forget_unseen(struct watcher *watcher)
{
	for (unsigned int id = 0; id < WATCHER_GROUPS; id++) {
		if (!watcher->group[id])
			continue;
		if (!watcher->group[id]->seen)
			forget_group(watcher, id);
		else
			watcher->group[id]->seen = false;
	}
}

int watched_groups_judge(struct watcher *watcher)
{
	struct groups groups = { 0 };
	int ret = 0;

	if (groups_get(watcher->genl, &groups) < 0)
		return -1;
	for (size_t i = 0; i < groups.count && !ret; i++)
		ret = judge_group(watcher, &groups.group[i]);
	free(groups.group);
	if (ret)
		return ret;
	forget_unseen(watcher);
	follow_known(watcher);
	close_of_removed(watcher);
	return 0;
}

unsigned int watched_groups_learn(struct watcher *watcher)
{
	unsigned int count = 0;

	for (unsigned int id = 0; id < WATCHER_GROUPS; id++) {
		struct watched_group *known = watcher->group[id];

		if (!known)
			continue;
		count++;
		usual_stay(&watcher->usual, known->name);
		/* Without memory, a minute is not kept: that is harmless */
		recall_learn(&watcher->usual, known->name, watcher->time, &known->judges);
	}
	return count;
}

json_t *watched_groups_json(const struct watcher *watcher)
{
	json_t *json = json_array();

	for (unsigned int id = 0; id < WATCHER_GROUPS; id++) {
		const struct watched_group *known = watcher->group[id];
		double usual;

		if (!known)
			continue;
		usual = judges_usual_success(&known->judges);
		json_array_append_new(json, json_pack("{s:o, s:o}",
						      "name", json_text(known->name),
						      "usual_success", usual < 0 ?
						      json_null() : json_real(usual)));
	}
	return json;
}

void watched_groups_forget(struct watcher *watcher)
{
	for (unsigned int id = 0; id < WATCHER_GROUPS; id++) {
		if (watcher->group[id])
			forget_group(watcher, id);
	}
}

void watched_groups_free(struct watcher *watcher)
{
	for (unsigned int id = 0; id < WATCHER_GROUPS; id++) {
		free(watcher->group[id]);
		watcher->group[id] = NULL;
	}
}

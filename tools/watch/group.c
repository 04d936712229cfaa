// SPDX-License-Identifier: GPL-2.0-only
/*
 * The groups, each judged by itself
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/tsrewrite.h>

#include "../cmd/group.h"
#include "describe.h"
#include "watcher.h"

#define SECOND 1000000000ULL
#define HOUR 3600

struct watched_group {
	char name[ATTR_TEXT];
	bool seen;		/* in this second */
	bool known;		/* @before holds */
	struct group before;
	struct judge judge;
	uint64_t found;		/* the second in which something was found last */
	uint64_t off;		/* since when; 0: it is not off */
};

/* A group's number may be another's by now */
static struct watched_group *recognize(struct watcher *watcher,
				       const struct group *group)
{
	struct watched_group *known = watcher->group[group->id];

	if (known && strcmp(known->name, group->name)) {
		free(known);
		known = NULL;
	}
	if (!known) {
		known = calloc(1, sizeof(*known));
		if (!known)
			return NULL;
		snprintf(known->name, sizeof(known->name), "%s", group->name);
	}
	watcher->group[group->id] = known;
	known->seen = true;
	return known;
}

/* Numbers that run backwards are a new group's of the same name */
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

static void count(struct watched_group *known, const struct group *group,
		  struct arms counted[ORIGINS])
{
	if (known->known) {
		count_up(&group->treated, &known->before.treated, ARM_TREATED,
			 counted);
		count_up(&group->control, &known->before.control, ARM_CONTROL,
			 counted);
	}
	known->before = *group;
	known->known = true;
}

static void fill(const struct watcher *watcher, const struct finding *finding,
		 struct incident *incident)
{
	incident->kind = (enum incident_kind)finding->kind;
	incident->verdict = finding->verdict;
	incident->finding = *finding;
	/* The second ended at watcher->time, and the onset's began one before */
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

static void found(struct watcher *watcher, struct watched_group *known,
		  struct incident *open, const struct finding *finding)
{
	struct incident new = { 0 };

	known->found = watcher->now;
	if (!open) {
		snprintf(new.group, sizeof(new.group), "%s", known->name);
		fill(watcher, finding, &new);
		watcher_open(watcher, &new);
	} else if (is_heavier(finding, open)) {
		uint64_t estimated = open->estimated;

		fill(watcher, finding, open);
		if (estimated < open->estimated)
			open->estimated = estimated;
		watcher_update(watcher, open);
	}
}

/* What is well for a while is over, and is not looked at again */
static const char *ending(const struct watcher *watcher,
			  const struct watched_group *known,
			  const struct incident *open,
			  const struct thresholds *thresholds)
{
	uint32_t quiet = watcher->settings.quiet;

	if (known->off)
		return watcher->now - known->off < quiet ? NULL :
		       "mode off: new connections pass untouched, and are not judged";
	if (watcher->time - open->confirmed < quiet * SECOND)
		return NULL;
	if (judge_is_well(&known->judge, &open->finding, quiet, thresholds))
		return "all is as usual again";
	if (open->kind == INCIDENT_ATTEMPTS &&
	    watcher->time - open->confirmed >= HOUR * SECOND)
		return "for an hour: so few are taken for usual from now on";
	if (watcher->now - known->found >= HOUR)
		return "for an hour nothing has shown that it goes on";
	return NULL;
}

static void close_if_over(struct watcher *watcher, struct watched_group *known,
			  struct incident *open,
			  const struct thresholds *thresholds)
{
	const char *end = ending(watcher, known, open, thresholds);

	if (!end)
		return;
	judge_begin_anew(&known->judge);
	if (open->kind == INCIDENT_ATTEMPTS)
		memset(known->judge.side, 0, sizeof(known->judge.side));
	watcher_close(watcher, open, end);
}

static void note_mode(const struct watcher *watcher, struct watched_group *known,
		      uint32_t mode)
{
	if (mode != TSREWRITE_MODE_OFF)
		known->off = 0;
	else if (!known->off)
		known->off = watcher->now;
	if (known->off)
		judge_begin_anew(&known->judge);
}

static int judge_group(struct watcher *watcher, const struct group *group)
{
	struct policy policy = settings_policy(&watcher->settings, group->name);
	struct watched_group *known = recognize(watcher, group);
	struct arms counted[ORIGINS] = { 0 };
	struct finding finding = { 0 };
	struct incident *open;

	if (!known)
		return genl_fail(watcher->genl, 0, "out of memory");
	open = incident_open(&watcher->incidents, group->name, INCIDENT_SUCCESS);
	count(known, group, counted);
	note_mode(watcher, known, group->mode);
	if (!known->off)
		finding = judge_second(&known->judge, watcher->now, counted,
				       !open, &policy.thresholds);
	if (finding.kind)
		found(watcher, known, open, &finding);
	if (open)
		close_if_over(watcher, known, open, &policy.thresholds);
	return 0;
}

/* Its incident goes with it */
static void forget(struct watcher *watcher, unsigned int id)
{
	struct watched_group *known = watcher->group[id];
	struct incident *open = incident_open(&watcher->incidents, known->name,
					      INCIDENT_SUCCESS);

	if (open)
		watcher_close(watcher, open, "the group was removed");
	free(known);
	watcher->group[id] = NULL;
}

static void forget_unseen(struct watcher *watcher)
{
	for (unsigned int id = 0; id < WATCHER_GROUPS; id++) {
		if (!watcher->group[id])
			continue;
		if (!watcher->group[id]->seen)
			forget(watcher, id);
		else
			watcher->group[id]->seen = false;
	}
}

int watcher_judge_groups(struct watcher *watcher)
{
	struct groups groups = { 0 };
	int ret = 0;

	if (groups_get(watcher->genl, &groups) < 0)
		return -1;
	for (size_t i = 0; i < groups.count && !ret; i++)
		ret = judge_group(watcher, &groups.group[i]);
	free(groups.group);
	if (!ret)
		forget_unseen(watcher);
	return ret;
}

void watcher_free_groups(struct watcher *watcher)
{
	for (unsigned int id = 0; id < WATCHER_GROUPS; id++)
		free(watcher->group[id]);
}

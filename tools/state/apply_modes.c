// SPDX-License-Identifier: GPL-2.0-only
/*
 * If prefixes move from group to group, modes cannot change at the same moment: what was in a
 * group that is on, and will be in another that is on, could pass untouched in between.  So a
 * group whose mode or canary changes, and which hides in either state, is in mode strip
 * meanwhile: what begins in it does without TSopt for these milliseconds, works and is hidden.
 * If nothing moves, modes that turn off come first, so that no device that is attached rewrites
 * in a mode that is about to end.
 */
#include "apply_modes.h"

#include <linux/tsrewrite.h>

#include "../client/report_genl.h"
#include "../text/report.h"
#include "difference.h"

static bool do_prefixes_move(const struct state *now, const struct state *wanted)
{
	for (size_t i = 1; i < now->groups; i++) {
		if (!state_find_group(wanted, now->group[i].settings.name))
			return true;
	}
	for (size_t i = 1; i < wanted->groups; i++) {
		const struct state_group *group = &wanted->group[i];
		const struct state_group *same = state_find_group(now, group->settings.name);

		if (!same || state_rules_differ(same, group))
			return true;
	}
	return false;
}

static bool hides_clocks(const struct group *group)
{
	return group->mode == TSREWRITE_MODE_REWRITE || group->mode == TSREWRITE_MODE_BUG ||
	       group->mode == TSREWRITE_MODE_STRIP;
}

/* Fills in @between with what the group is set to meanwhile.  Returns false if it stays. */
static bool choose_between(const struct applying *applying, const struct group *now,
			   const struct group *wanted, struct group *between)
{
	*between = *now;
	if ((now->mode == wanted->mode && now->canary == wanted->canary) ||
	    (!hides_clocks(now) && !hides_clocks(wanted)) ||
	    !do_prefixes_move(applying->now, applying->wanted))
		return false;
	between->mode = TSREWRITE_MODE_STRIP;
	between->tripped = false;
	if (between->canary < wanted->canary)
		between->canary = wanted->canary;
	return true;
}

/* Sets what differs: a mode that is set ends a trip, and so must not be set if it is equal */
static int set_settings(struct genl *genl, const struct group *from, const struct group *to)
{
	struct group request = *to;

	request.present = 0;
	if (from->mode != to->mode)
		request.present |= ATTR_BIT(TSREWRITE_A_GROUP_MODE);
	if (from->mode != to->mode && to->tripped)
		request.present |= ATTR_BIT(TSREWRITE_A_GROUP_TRIPPED);
	if (from->canary != to->canary)
		request.present |= ATTR_BIT(TSREWRITE_A_GROUP_CANARY);
	if (from->count != to->count)
		request.present |= ATTR_BIT(TSREWRITE_A_GROUP_COUNT);
	return request.present ? group_set(genl, &request) : 0;
}

/* From the settings between the states */
static int undo_between(void *context, const void *arg)
{
	const struct applying *applying = context;
	const struct group *before = arg;
	const struct state_group *wanted = state_find_group(applying->wanted, before->name);
	struct group between;

	choose_between(applying, before, &wanted->settings, &between);
	return set_settings(applying->genl, &between, before) < 0 ?
	       applying_stuck(applying, "group set ", before->name) : 0;
}

/* To the settings between the states */
static int undo_settings(void *context, const void *arg)
{
	const struct applying *applying = context;
	const struct group *before = arg;
	const struct state_group *wanted = state_find_group(applying->wanted, before->name);
	struct group between;

	choose_between(applying, before, &wanted->settings, &between);
	return set_settings(applying->genl, &wanted->settings, &between) < 0 ?
	       applying_stuck(applying, "group set ", before->name) : 0;
}

static int change_settings(struct applying *applying, const struct group *now,
			   const struct group *from, const struct group *to, undo_run undo)
{
	if (undo_prepare(&applying->undo) < 0)
		return applying_out_of_memory();
	if (set_settings(applying->genl, from, to) < 0)
		return report_genl(applying->genl, APPLYING_PRIVILEGED, "restore: group %s",
				   now->name);
	undo_add(&applying->undo, undo, now);
	return EXIT_DONE;
}

/* Whether the group turns off, or is off and changes; if nothing moves, this comes first */
static bool is_first(const struct group *now, const struct group *wanted)
{
	return wanted->mode == TSREWRITE_MODE_OFF && state_settings_differ(now, wanted);
}

static int set_before(struct applying *applying, const struct group *now,
		      const struct group *wanted)
{
	struct group between;

	if (choose_between(applying, now, wanted, &between))
		return change_settings(applying, now, now, &between, undo_between);
	return is_first(now, wanted) ?
	       change_settings(applying, now, now, wanted, undo_settings) : EXIT_DONE;
}

static int set_after(struct applying *applying, const struct group *now,
		     const struct group *wanted)
{
	struct group between;
	bool moved = choose_between(applying, now, wanted, &between);

	if (!state_settings_differ(now, wanted) || (!moved && is_first(now, wanted)))
		return EXIT_DONE;
	return change_settings(applying, now, &between, wanted, undo_settings);
}

static int set_each(struct applying *applying,
		    int (*set)(struct applying *applying, const struct group *now,
			       const struct group *wanted))
{
	int ret = EXIT_DONE;

	for (size_t i = 0; !ret && i < applying->wanted->groups; i++) {
		const struct group *wanted = &applying->wanted->group[i].settings;
		const struct state_group *now = state_find_group(applying->now, wanted->name);

		if (now)
			ret = set(applying, &now->settings, wanted);
	}
	return ret;
}

int apply_modes_before(struct applying *applying)
{
	return set_each(applying, set_before);
}

int apply_modes_after(struct applying *applying)
{
	return set_each(applying, set_after);
}

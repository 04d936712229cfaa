// SPDX-License-Identifier: GPL-2.0-only
/*
 * Adds or changes a group.  A group is added before its rules are written, so that no rule
 * leads to a group that does not exist.
 */
#include "group_change.h"

#include <stdio.h>
#include <string.h>

#include "../classifier/group_rules.h"
#include "../classifier/snapshot.h"
#include "../client/group.h"
#include "../client/report_genl.h"
#include "../client/witness.h"
#include "../state/group_request.h"
#include "../text/format.h"
#include "../text/print.h"
#include "../text/report.h"
#include "json.h"

static int refuse_change(const struct genl *genl, const struct group_request *request)
{
	return report_genl(genl, "changing groups", "group %s %s", request->what,
			   request->group.name);
}

static int undo_add(struct genl *genl, const struct group_request *request)
{
	struct genl_error error = genl->error;

	if (group_remove(genl, request->group.name) < 0)
		report_warning("group add %s: the group was added, but its rules could not be written and it could not be removed again: %s",
			       request->group.name, genl->error.text);
	genl->error = error;
	return refuse_change(genl, request);
}

static int add_group(struct genl *genl, const struct group_request *request)
{
	struct group_rules_setting setting = { .rules = &request->rules };
	struct snapshot *seen = group_rules_check(genl, &request->rules);

	if (!seen)
		return refuse_change(genl, request);
	if (group_add(genl, &request->group, &setting.id) < 0) {
		snapshot_free(seen);
		return refuse_change(genl, request);
	}
	if (group_rules_set(genl, &setting, 1, seen) < 0)
		return undo_add(genl, request);
	if (setting.given.prefix_count &&
	    group_request_set_given(genl, request, setting.given) < 0)
		return refuse_change(genl, request);
	return EXIT_DONE;
}

/* What became of a group's rules */
struct rules_outcome {
	bool written;	/* even if only those that were lost */
	bool already;	/* the group had all prefixes that were to be added */
};

static int set_rules(struct genl *genl, const struct group_request *request,
		     const struct group *before, struct rules_outcome *outcome)
{
	struct group_rules_setting setting = {
		.rules = &request->rules, .id = before->id,
	};
	int written;

	if (!before->id)
		return report_refused("group set %s: %s", before->name,
				      "it has the connections of no other group, and takes no prefixes or ports");
	written = group_rules_set(genl, &setting, 1, NULL);
	if (written < 0 || group_request_set_given(genl, request, setting.given) < 0)
		return refuse_change(genl, request);
	outcome->written = written;
	outcome->already = setting.already;
	return EXIT_DONE;
}

static int set_group(struct genl *genl, const struct group_request *request,
		     const struct group *before, struct rules_outcome *outcome)
{
	if (group_request_has_rules(request))
		return set_rules(genl, request, before, outcome);
	return group_set(genl, &request->group) < 0 ? refuse_change(genl, request) :
						      EXIT_DONE;
}

static int print_changed(struct genl *genl, const struct group_request *request,
			 bool changed)
{
	struct group now = { 0 };

	if (group_get(genl, request->group.name, &now) < 0)
		return report_genl(genl, "listing groups",
				   "group %s %s: the group was %s, but could not be read back",
				   request->what, request->group.name,
				   *request->what == 's' ? "changed" : "added");
	print_json(change_json("group", group_brief_json(&now), changed));
	return EXIT_DONE;
}

static int run_add(struct genl *genl, const struct call *call, void *request)
{
	int ret = add_group(genl, request);

	return !ret && call->json ? print_changed(genl, request, true) : ret;
}

static void print_unchanged(const struct group_request *request)
{
	char name[2 * FORMAT_SIZE];

	printf("group %s has these settings already\n",
	       format_safe(name, sizeof(name), request->group.name));
}

static void print_already(const struct group_request *request)
{
	printf("group %s already has %s\n", request->group.name,
	       request->rules.to.count > 1 ? "all of these prefixes" : "this prefix");
}

static int run_set(struct genl *genl, const struct call *call, void *arg)
{
	const struct group_request *request = arg;
	struct rules_outcome outcome = { 0 };
	struct group before = { 0 };
	struct witness witness;
	bool changed;
	int ret;

	/* A mode is set before anything is read */
	if (group_request_has_rules(request) &&
	    group_get(genl, request->group.name, &before) < 0)
		return refuse_change(genl, request);
	witness_begin(&witness, genl, TSREWRITE_EVENT_GROUP_CHANGED);
	ret = set_group(genl, request, &before, &outcome);
	if (ret)
		return ret;
	changed = witness_saw_change(&witness) || outcome.written;
	if (call->json)
		return print_changed(genl, request, changed);
	if (!changed && outcome.already)
		print_already(request);
	else if (!changed)
		print_unchanged(request);
	return EXIT_DONE;
}

/* group set needs at least one setting, and group add does not */
static int check_words(char **words, const struct group_request *request)
{
	if (!strcmp(request->what, "set") && words[0] && !words[1])
		return report_usage("group set: say what to set: mode, to, port, canary or count");
	return EXIT_DONE;
}

int group_change(const struct call *call, const char *what)
{
	struct group_request request = { .what = what };
	int ret = check_words(call->words + 1, &request);

	if (!ret)
		ret = group_request_read(call->words + 1, &request);
	if (!ret)
		ret = session(call, *what == 'a' ? run_add : run_set, &request);
	group_request_free(&request);
	return ret;
}

// SPDX-License-Identifier: GPL-2.0-only
#include "restore.h"

#include <stdio.h>
#include <string.h>

#include "../client/report_genl.h"
#include "../state/apply.h"
#include "../state/difference.h"
#include "../state/read.h"
#include "../state/refusal.h"
#include "../state/running.h"
#include "../state/saved.h"
#include "../text/format.h"
#include "../text/print.h"
#include "../text/report.h"

struct restoring {
	const char *path;
	struct state wanted;
	json_t *differences;
};

static int add_difference(const struct difference *difference, void *differences)
{
	json_t *json = json_pack("{s:o}", "subject", json_text(difference->subject));

	if (*difference->before)
		json_object_set_new(json, "before", json_text(difference->before));
	if (*difference->after)
		json_object_set_new(json, "after", json_text(difference->after));
	json_array_append_new(differences, json);
	return 0;
}

static void print_difference(const json_t *difference)
{
	const char *subject = json_string_value(json_object_get(difference, "subject"));
	const char *before = json_string_value(json_object_get(difference, "before"));
	const char *after = json_string_value(json_object_get(difference, "after"));

	if (before && after)
		printf("%s: %s -> %s\n", subject, before, after);
	else
		printf("%s: %s%s\n", subject, before ? "- " : "+ ", before ? before : after);
}

static void print_differences(const struct call *call, const struct restoring *restoring)
{
	size_t count = json_array_size(restoring->differences), i;
	const json_t *difference;
	char path[1024];

	if (call->json) {
		print_json(json_pack("{s:O, s:b}", "differences", restoring->differences,
				     "changed", count && !call->check));
		return;
	}
	if (!count)
		printf("the state is that of %s already\n",
		       format_safe(path, sizeof(path), restoring->path));
	json_array_foreach(restoring->differences, i, difference)
		print_difference(difference);
}

/* What differs afterwards was changed by another process */
static int verify_state(struct genl *genl, const struct restoring *restoring)
{
	struct state now;
	int ret = EXIT_DONE;

	if (state_running(genl, &now) < 0)
		ret = report_genl(genl, "reading the state",
				  "restore: the state was restored, but could not be read back");
	else if (state_differs(&now, &restoring->wanted))
		ret = report_refused("restore: another process changed the state meanwhile: %s %s",
				     "see tsrewrite restore --check", restoring->path);
	state_free(&now);
	return ret;
}

static int make_state(struct genl *genl, const struct call *call, struct restoring *restoring,
		      const struct state *now)
{
	int ret = state_refuse(genl, now, &restoring->wanted, restoring->path, call->force);

	if (ret)
		return ret;
	state_differences(now, &restoring->wanted, add_difference, restoring->differences);
	if (!call->check && json_array_size(restoring->differences)) {
		ret = state_apply(genl, now, &restoring->wanted, call->force);
		if (!ret)
			ret = verify_state(genl, restoring);
	}
	if (ret)
		return ret;
	print_differences(call, restoring);
	return call->check && json_array_size(restoring->differences) ? EXIT_WOULD_CHANGE :
									EXIT_DONE;
}

static int restore_state(struct genl *genl, const struct call *call, void *arg)
{
	struct restoring *restoring = arg;
	struct state now;
	int ret;

	state_resolve_names(&restoring->wanted);
	if (state_running(genl, &now) < 0)
		ret = report_genl(genl, "restoring a state", "restore");
	else
		ret = make_state(genl, call, restoring, &now);
	state_free(&now);
	return ret;
}

int cmd_restore(const struct call *call)
{
	struct restoring restoring = { .path = call->words[0] };
	char why[STATE_WHY], text[SAVED_TEXT];
	const char *was_on;
	int ret;

	if (!restoring.path)
		return report_usage("restore: name a file that tsrewrite save wrote (- for stdin)");
	if (call->words[1])
		return report_surplus("restore", call->words[1]);
	if (state_read(restoring.path, &restoring.wanted, why) < 0) {
		ret = report_refused("restore: %s", why);
	} else {
		if (!strcmp(restoring.path, "-"))
			restoring.path = "stdin";
		restoring.differences = json_array();
		ret = session(call, restore_state, &restoring);
		json_decref(restoring.differences);
		was_on = ret == EXIT_REFUSED ? saved_was_on(call->netns, text) : NULL;
		if (was_on)
			report_refused("restore: %s", was_on);
	}
	state_free(&restoring.wanted);
	return ret;
}

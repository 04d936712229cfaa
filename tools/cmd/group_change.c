// SPDX-License-Identifier: GPL-2.0-only
/*
 * A group is added, or changed.  Its rules come after it: what they lead to is there.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../report.h"
#include "group.h"
#include "group_request.h"
#include "group_rules.h"

static int refused(const struct genl *genl, const struct group_request *request)
{
	return report_genl(genl, "changing groups", "group %s", request->name);
}

static int undo(struct genl *genl, const struct group_request *request)
{
	struct genl_error error = genl->error;

	if (group_remove(genl, request->name) < 0)
		report_warning("group %s: without its rules, it is there: %s",
			       request->name, genl->error.text);
	genl->error = error;
	return refused(genl, request);
}

static int add(struct genl *genl, const struct group_request *request)
{
	struct group_rules_setting setting = { .rules = &request->rules };
	struct picture *seen = group_rules_check(genl, &request->rules);

	if (!seen)
		return refused(genl, request);
	if (group_request_add(genl, request, &setting.id) < 0) {
		group_rules_forget(seen);
		return refused(genl, request);
	}
	if (group_rules_set(genl, &setting, 1, seen) < 0)
		return undo(genl, request);
	if (setting.given.prefixes &&
	    group_request_tell_given(genl, request, setting.given) < 0)
		return refused(genl, request);
	return EXIT_DONE;
}

/* Its id, 0 also where there is none: the kernel will tell */
static int find(struct genl *genl, const struct group_request *request, uint8_t *id)
{
	struct groups groups = { 0 };
	const struct group *group;

	if (groups_get(genl, &groups) < 0)
		return -1;
	group = groups_find(&groups, request->name);
	*id = group ? group->id : 0;
	free(groups.group);
	return 0;
}

static int set_rules(struct genl *genl, const struct group_request *request)
{
	struct group_rules_setting setting = { .rules = &request->rules };

	if (find(genl, request, &setting.id) < 0)
		return refused(genl, request);
	if (!setting.id && !strcmp(request->name, TSREWRITE_GROUP_DEFAULT))
		return report_refused("group %s: it has the connections of no other, and no rules",
				      request->name);
	if (!setting.id)
		return report_refused("group %s: no such group", request->name);
	if (group_rules_set(genl, &setting, 1, NULL) < 0)
		return refused(genl, request);
	if (group_request_tell_given(genl, request, setting.given) < 0)
		return refused(genl, request);
	return EXIT_DONE;
}

static int set(struct genl *genl, const struct group_request *request)
{
	if (group_request_has_rules(request))
		return set_rules(genl, request);
	group_request_begin(genl, TSREWRITE_CMD_GROUP_SET, request);
	return genl_do(genl, NULL, NULL) < 0 ? refused(genl, request) : EXIT_DONE;
}

static int run(struct genl *genl, const struct call *call, void *arg)
{
	const struct group_request *request = arg;

	(void)call;
	return *request->what == 'a' ? add(genl, request) : set(genl, request);
}

/* Words that are few for the command they are of */
static int check(char **words, const struct group_request *request)
{
	if (!strcmp(request->what, "set") && words[0] && !words[1])
		return report_usage("group set: say what to set: mode, to, port or canary");
	return EXIT_DONE;
}

int group_change(const struct call *call, const char *what)
{
	struct group_request request = { .what = what };
	int ret = check(call->words + 1, &request);

	if (!ret)
		ret = group_request_read(call->words + 1, &request);
	if (!ret)
		ret = session(call, run, &request);
	group_request_free(&request);
	return ret;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Removes groups.  Their rules are removed before them, in one transaction, so that no rule
 * leads to a group that does not exist.
 */
#include "group_delete.h"

#include <stdlib.h>
#include <string.h>

#include "../classifier/group_rules.h"
#include "../client/group.h"
#include "../client/report_genl.h"
#include "../state/group_request.h"
#include "../text/print.h"
#include "../text/report.h"
#include "json.h"

struct removal {
	char **names;
	size_t count;
	struct group_rules_setting *setting;
	json_t *found;		/* the groups as they were, for JSON */
};

static const struct group_rules no_rules = { .has_to = true };

static int refuse_delete(const struct genl *genl, const char *name)
{
	return report_genl(genl, "changing groups", "group del%s%s", *name ? " " : "", name);
}

static int remove_one(struct genl *genl, const char *name)
{
	return group_remove(genl, name) < 0 ? refuse_delete(genl, name) : EXIT_DONE;
}

/*
 * Finds all groups before any is removed.  Removing the default group is left to the kernel,
 * which refuses it with a reason.
 */
static int find_all(struct genl *genl, const struct groups *groups,
		    struct removal *removal)
{
	for (size_t i = 0; i < removal->count; i++) {
		const struct group *group = groups_find(groups, removal->names[i]);

		if (!group)
			return report_refused("group del %s: no such group",
					      removal->names[i]);
		if (!group->id) {
			remove_one(genl, group->name);
			return EXIT_REFUSED;
		}
		removal->setting[i].id = group->id;
		removal->setting[i].rules = &no_rules;
		json_array_append_new(removal->found, group_brief_json(group));
	}
	return EXIT_DONE;
}

/* Goes on if a group cannot be removed, as when somebody else has just removed it */
static int remove_found(struct genl *genl, struct removal *removal)
{
	int ret = EXIT_DONE;

	if (group_rules_set(genl, removal->setting, removal->count, NULL) < 0)
		return refuse_delete(genl, removal->count > 1 ? "" : removal->names[0]);
	for (size_t i = 0; i < removal->count; i++) {
		if (remove_one(genl, removal->names[i]))
			ret = EXIT_REFUSED;
	}
	return ret;
}

static int delete_groups(struct genl *genl, const struct call *call, void *arg)
{
	struct removal *removal = arg;
	struct groups groups = { 0 };
	int ret;

	if (groups_get(genl, &groups) < 0)
		return refuse_delete(genl, removal->names[0]);
	ret = find_all(genl, &groups, removal);
	free(groups.group);
	if (!ret)
		ret = remove_found(genl, removal);
	if (!ret && call->json)
		print_json(change_json("groups", json_incref(removal->found), true));
	return ret;
}

static int check_name(char *name)
{
	struct group_request request = { .what = "del" };
	char *words[2] = { name };

	return group_request_read(words, &request);
}

/* Of a name given twice, the kernel would refuse the second removal, after the first */
static int check_names(const struct removal *removal)
{
	for (size_t i = 0; i < removal->count; i++) {
		int ret = check_name(removal->names[i]);

		if (ret)
			return ret;
		for (size_t j = 0; j < i; j++) {
			if (!strcmp(removal->names[i], removal->names[j]))
				return report_usage("group del: %s is given twice",
						    removal->names[i]);
		}
	}
	return EXIT_DONE;
}

int group_delete(const struct call *call)
{
	struct removal removal = { .names = call->words + 1 };
	int ret;

	while (removal.names[removal.count])
		removal.count++;
	ret = removal.count ? check_names(&removal) : check_name(NULL);
	if (ret)
		return ret;
	removal.setting = calloc(removal.count, sizeof(*removal.setting));
	if (!removal.setting)
		return report_refused("group del: out of memory");
	removal.found = json_array();
	ret = session(call, delete_groups, &removal);
	json_decref(removal.found);
	free(removal.setting);
	return ret;
}

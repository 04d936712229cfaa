// SPDX-License-Identifier: GPL-2.0-only
/*
 * Groups are removed, as many as are named.  Their rules go before them, all in one
 * transaction, so that no rule leads to a group that is not there.
 */
#include <stdlib.h>
#include <string.h>

#include "../report.h"
#include "group.h"
#include "group_request.h"
#include "group_rules.h"

struct removal {
	char **names;
	size_t count;
	struct group_rules_setting *setting;
};

static const struct group_rules no_rules = { .has_to = true };

static int refused(const struct genl *genl, const char *name)
{
	return report_genl(genl, "changing groups", "group %s", name);
}

static int remove_one(struct genl *genl, const char *name)
{
	return group_remove(genl, name) < 0 ? refused(genl, name) : EXIT_DONE;
}

/* Are they all there, before anything changes?  The default group stays: the kernel
 * says why.
 */
static int find_all(struct genl *genl, const struct groups *groups,
		    struct removal *removal)
{
	for (size_t i = 0; i < removal->count; i++) {
		const struct group *group = groups_find(groups, removal->names[i]);

		if (!group)
			return report_refused("group %s: no such group",
					      removal->names[i]);
		if (!group->id)
			return remove_one(genl, group->name);
		removal->setting[i].id = group->id;
		removal->setting[i].rules = &no_rules;
	}
	return EXIT_DONE;
}

/* One that somebody else removes meanwhile keeps none of the others */
static int remove_found(struct genl *genl, struct removal *removal)
{
	int ret = EXIT_DONE;

	if (group_rules_set(genl, removal->setting, removal->count, NULL) < 0)
		return refused(genl, removal->count > 1 ? "del" : removal->names[0]);
	for (size_t i = 0; i < removal->count; i++) {
		if (remove_one(genl, removal->names[i]))
			ret = EXIT_REFUSED;
	}
	return ret;
}

static int run(struct genl *genl, const struct call *call, void *arg)
{
	struct removal *removal = arg;
	struct groups groups = { 0 };
	int ret;

	(void)call;
	if (groups_get(genl, &groups) < 0)
		return refused(genl, removal->names[0]);
	ret = find_all(genl, &groups, removal);
	free(groups.group);
	return ret ? ret : remove_found(genl, removal);
}

static int check_name(char *name)
{
	struct group_request request = { .what = "del" };
	char *words[2] = { name };

	return group_request_read(words, &request);
}

/* What the kernel would be told twice, it would refuse with half of the work done */
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
		return report_refused("group del: no memory");
	ret = session(call, run, &removal);
	free(removal.setting);
	return ret;
}

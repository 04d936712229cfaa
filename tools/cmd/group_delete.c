// SPDX-License-Identifier: GPL-2.0-only
/*
 * Groups are removed, as many as are named.  Their rules go before them, all in one
 * transaction, so that no rule leads to a group that is not there.
 */
#include <stdlib.h>
#include <string.h>

#include "../report.h"
#include "group.h"
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

/* The first that cannot be removed, before anything has changed; or NULL */
static const char *find_all(const struct groups *groups, struct removal *removal)
{
	for (size_t i = 0; i < removal->count; i++) {
		const struct group *group = groups_find(groups, removal->names[i]);

		if (!group || !group->id)
			return removal->names[i];
		removal->setting[i].id = group->id;
		removal->setting[i].rules = &no_rules;
	}
	return NULL;
}

/* Why not @name is the kernel's to say */
static int remove_one(struct genl *genl, const char *name)
{
	return group_remove(genl, name) < 0 ? refused(genl, name) : EXIT_DONE;
}

static int remove_found(struct genl *genl, struct removal *removal)
{
	int ret = EXIT_DONE;

	if (group_rules_set(genl, removal->setting, removal->count, NULL) < 0)
		return refused(genl, removal->names[0]);
	for (size_t i = 0; !ret && i < removal->count; i++)
		ret = remove_one(genl, removal->names[i]);
	return ret;
}

static int run(struct genl *genl, const struct call *call, void *arg)
{
	struct removal *removal = arg;
	struct groups groups = { 0 };
	const char *other;

	(void)call;
	if (groups_get(genl, &groups) < 0)
		return refused(genl, removal->names[0]);
	other = find_all(&groups, removal);
	free(groups.group);
	return other ? remove_one(genl, other) : remove_found(genl, removal);
}

/* What the kernel would be told twice, it would refuse with half of the work done */
static int check_names(const struct removal *removal)
{
	for (size_t i = 0; i < removal->count; i++) {
		if (strlen(removal->names[i]) >= TSREWRITE_GROUP_NAMSIZ)
			return report_usage("group del: \"%s\" is longer than %d characters",
					    removal->names[i],
					    TSREWRITE_GROUP_NAMSIZ - 1);
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
	if (!removal.count)
		return report_usage("group del: name a group");
	ret = check_names(&removal);
	if (ret)
		return ret;
	removal.setting = calloc(removal.count, sizeof(*removal.setting));
	if (!removal.setting)
		return report_refused("group del: no memory");
	ret = session(call, run, &removal);
	free(removal.setting);
	return ret;
}

// SPDX-License-Identifier: GPL-2.0-only
#include "running.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/tsrewrite.h>

#include "../classifier/snapshot.h"
#include "../classifier/verify.h"
#include "../classifier/wanted.h"

/* A device needs rules only if groups have some */
static bool lacks_rules(const struct device *device, const struct classifier *classifier)
{
	const struct classifier_device there = { device->name, device->ifindex };

	return classifier && classifier->exists && !classifier->foreign &&
	       classifier->classes.count && !classifier_chain_of(classifier, &there);
}

static int add_device(const struct device *device, const struct classifier *classifier,
		      struct state *state)
{
	struct state_device *added = state_add_device(state);

	if (!added)
		return -1;
	snprintf(added->name, sizeof(added->name), "%.15s", device->name);
	added->zone = device->zone;
	added->absent = !attr_present(device, TSREWRITE_A_DEVICE_IFINDEX);
	added->flows = device->flows;
	added->drain = device->drain;
	added->confirmed = device->confirmed;
	/* Of a device that is absent, it is not known before it comes */
	added->unconfirmed = classifier && !added->absent && !device->confirmed;
	added->unruled = !added->absent && device->confirmed && lacks_rules(device, classifier);
	return 0;
}

static int add_group(const struct group *group, const struct classifier *classifier,
		     struct state *state)
{
	struct state_group *added = state_add_group(state);

	if (!added)
		return -1;
	added->settings = *group;
	added->given = group_given(group);
	added->sum = added->given;
	if (!classifier || !group->id)
		return 0;
	added->sum = classes_sum(&classifier->classes, group->id);
	return classes_of(&classifier->classes, group->id, &added->ports, &added->ranges);
}

/* The module lists groups by their ids, so that the default group is the first */
int state_fill(const struct config *config, const struct devices *devices,
	       const struct groups *groups, const struct classifier *classifier,
	       struct state *state)
{
	memset(state, 0, sizeof(*state));
	state->config = *config;
	if (classifier && classifier->classes.count)
		snprintf(state->wrong, sizeof(state->wrong), "%.255s", classifier->wrong);
	for (size_t i = 0; i < devices->count; i++) {
		if (add_device(&devices->device[i], classifier, state) < 0)
			return -1;
	}
	for (size_t i = 0; i < groups->count; i++) {
		if (add_group(&groups->group[i], classifier, state) < 0)
			return -1;
	}
	state_sort(state);
	return 0;
}

static int check_rules(struct genl *genl, const struct snapshot *snapshot)
{
	int error = snapshot->classifier.unreadable;

	for (size_t i = 0; error && i < snapshot->groups.count; i++) {
		if (snapshot->groups.group[i].prefix_count)
			return error == EPERM ? genl_fail(genl, EPERM, "%s", "") :
			       genl_fail(genl, error, "the rules of groups cannot be read: %s",
					 strerror(error));
	}
	return 0;
}

int state_running(struct genl *genl, struct state *state)
{
	struct snapshot *snapshot = snapshot_take(genl);
	struct config config;
	int ret;

	memset(state, 0, sizeof(*state));
	if (!snapshot)
		return -1;
	ret = config_get(genl, &config) < 0 ? -1 : check_rules(genl, snapshot);
	if (!ret && state_fill(&config, &snapshot->devices, &snapshot->groups,
			       &snapshot->classifier, state) < 0)
		ret = genl_errno(genl);
	snapshot_free(snapshot);
	return ret;
}

// SPDX-License-Identifier: GPL-2.0-only
#include "snapshot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <linux/tsrewrite.h>

#include "../client/config.h"
#include "read.h"

int snapshot_rules(struct genl *genl, struct classifier *classifier)
{
	struct config config;

	memset(classifier, 0, sizeof(*classifier));
	if (config_get(genl, &config) < 0)
		return -1;
	if (!config.mark_mask)
		return genl_fail(genl, 0, "the module has no mark-mask");
	if (!classifier_read(classifier, config.mark_mask))
		return 0;
	return genl_fail(genl, errno, "the rules of groups cannot be read: %s",
			 strerror(errno));
}

void snapshot_free(struct snapshot *snapshot)
{
	if (!snapshot)
		return;
	classifier_free(&snapshot->classifier);
	free(snapshot->groups.group);
	free(snapshot->devices.device);
	free(snapshot->there.device);
	free(snapshot);
}

static int list_devices(struct genl *genl, struct snapshot *snapshot)
{
	struct classifier_devices *there = &snapshot->there;

	there->device = calloc(snapshot->devices.count + 1, sizeof(*there->device));
	if (!there->device)
		return genl_errno(genl);
	for (size_t i = 0; i < snapshot->devices.count; i++) {
		const struct device *device = &snapshot->devices.device[i];

		if (attr_present(device, TSREWRITE_A_DEVICE_IFINDEX))
			there->device[there->count++] = (struct classifier_device){
				device->name, device->ifindex
			};
	}
	return 0;
}

struct snapshot *snapshot_take(struct genl *genl)
{
	struct snapshot *snapshot = calloc(1, sizeof(*snapshot));

	if (!snapshot) {
		genl_errno(genl);
		return NULL;
	}
	if (!groups_get(genl, &snapshot->groups) &&
	    !devices_get(genl, &snapshot->devices) &&
	    !list_devices(genl, snapshot) &&
	    !snapshot_rules(genl, &snapshot->classifier))
		return snapshot;
	snapshot_free(snapshot);
	return NULL;
}

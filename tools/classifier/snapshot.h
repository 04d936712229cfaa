/* SPDX-License-Identifier: GPL-2.0-only */
/* Reads what the module knows of groups and devices, and the rules in nftables beside it */
#ifndef TSREWRITE_CLASSIFIER_SNAPSHOT_H
#define TSREWRITE_CLASSIFIER_SNAPSHOT_H

#include "../client/device.h"
#include "../client/group.h"
#include "classifier.h"

struct snapshot {
	struct groups groups;
	struct devices devices;
	struct classifier classifier;
	struct classifier_devices there;	/* those of @devices that exist */
};

/* Returns a snapshot, to be freed by snapshot_free(), or NULL with @genl's error filled in */
struct snapshot *snapshot_take(struct genl *genl);
void snapshot_free(struct snapshot *snapshot);

/*
 * Reads the rules alone.  Returns 0, or -1 with @genl's error filled in.  Without nf_tables or
 * permission it returns 0, and sets classifier->unreadable.
 */
int snapshot_rules(struct genl *genl, struct classifier *classifier);

#endif /* TSREWRITE_CLASSIFIER_SNAPSHOT_H */

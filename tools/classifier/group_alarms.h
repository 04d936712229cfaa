/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_CLASSIFIER_GROUP_ALARMS_H
#define TSREWRITE_CLASSIFIER_GROUP_ALARMS_H

#include "../client/device.h"
#include "../client/group.h"

/* Called with a text that says what is wrong and what to do about it */
typedef void (*group_alarm)(const char *text, void *arg);

/*
 * Compares the rules in nftables with those that @groups were given and @devices need, and
 * calls @alarm for each difference.  Returns 0, or -1 with @genl's error filled in.
 */
int group_alarms(struct genl *genl, const struct groups *groups,
		 const struct devices *devices, group_alarm alarm, void *arg);

#endif /* TSREWRITE_CLASSIFIER_GROUP_ALARMS_H */

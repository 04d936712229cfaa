/* SPDX-License-Identifier: GPL-2.0-only */
/* How one state differs from another, in words.  Pure functions. */
#ifndef TSREWRITE_STATE_DIFFERENCE_H
#define TSREWRITE_STATE_DIFFERENCE_H

#include "state.h"

/* The ports of a group, as text, and what is said beside them */
#define DIFFERENCE_TEXT (PORTS_TEXT + 256)

/*
 * What differs, such as "limit" or "group alpha mode", and what it is in either state; empty
 * if it is in one of them alone
 */
struct difference {
	char subject[DIFFERENCE_TEXT];
	char before[DIFFERENCE_TEXT];
	char after[DIFFERENCE_TEXT];
};

/* Called for each difference.  Returns 0 to go on. */
typedef int (*difference_each)(const struct difference *difference, void *arg);

/*
 * Calls @each for every difference between @now and @wanted, of whose limits and timeouts those
 * that are present count, until it does not return 0.  Returns that value, or 0.
 */
int state_differences(const struct state *now, const struct state *wanted,
		      difference_each each, void *arg);

/* Whether there is any */
bool state_differs(const struct state *now, const struct state *wanted);

/* Parts of the comparison, for who makes one state the other */
bool state_config_differs(const struct config *now, const struct config *wanted,
			  const struct config_setting *setting);
bool state_ids_differ(const struct group *now, const struct group *wanted);
bool state_settings_differ(const struct group *now, const struct group *wanted);
bool state_device_is_ineffective(const struct state_device *now);
bool state_rules_differ(const struct state_group *now, const struct state_group *wanted);

#endif /* TSREWRITE_STATE_DIFFERENCE_H */

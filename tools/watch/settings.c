// SPDX-License-Identifier: GPL-2.0-only
#include "settings.h"

#include <stdlib.h>
#include <string.h>

const char *const trip_words[] = { "no", "off", "observe", "strip", NULL };

void settings_free(struct settings *settings)
{
	for (size_t i = 0; i < settings->texts; i++)
		free(settings->text[i]);
	free(settings->text);
	free(settings->group);
	*settings = (struct settings){ 0 };
}

static void override_policy(struct policy *policy, const struct group_settings *group)
{
	const struct policy *own = &group->policy;

	if (group->given & 1U << KEY_MIN_ATTEMPTS)
		policy->thresholds.min_attempts = own->thresholds.min_attempts;
	if (group->given & 1U << KEY_DROP)
		policy->thresholds.drop = own->thresholds.drop;
	if (group->given & 1U << KEY_HISTORY)
		policy->thresholds.history = own->thresholds.history;
	if (group->given & 1U << KEY_TRIP)
		policy->trip = own->trip;
	if (group->given & 1U << KEY_RUN)
		policy->run = own->run;
}

struct policy settings_policy(const struct settings *settings, const char *group)
{
	struct policy policy = settings->policy;

	for (size_t i = 0; i < settings->groups; i++) {
		if (!strcmp(settings->group[i].name, group))
			override_policy(&policy, &settings->group[i]);
	}
	return policy;
}

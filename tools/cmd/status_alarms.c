// SPDX-License-Identifier: GPL-2.0-only
#include "status_alarms.h"

#include <stdarg.h>
#include <stdio.h>

#include <linux/tsrewrite.h>

#include "../classifier/group_alarms.h"
#include "../client/bypass.h"
#include "../text/print.h"
#include "trip.h"

static unsigned long long counter_of(const struct status *status, uint16_t attr)
{
	return status->stats.value[attr];
}

static __printf(2, 3) void alarm_of(struct status *status, const char *format, ...)
{
	char text[4 * ATTR_TEXT];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	json_array_append_new(status->alarms, json_text(text));
}

static void judge_mode(struct status *status)
{
	for (size_t i = 0; i < status->groups.count; i++) {
		const struct group *group = &status->groups.group[i];

		if (group->mode != TSREWRITE_MODE_BUG)
			continue;
		if (group->id)
			alarm_of(status,
				 "mode of group %s is bug: its new connections are broken on purpose",
				 group->name);
		else
			alarm_of(status,
				 "mode is bug: new connections are broken on purpose (tsrewrite on or tsrewrite off ends this)");
	}
}

static void judge_trips(struct status *status)
{
	char text[TRIP_TEXT];

	for (size_t i = 0; i < status->groups.count; i++) {
		if (status->groups.group[i].tripped)
			alarm_of(status, "%s", trip_describe(text, &status->groups.group[i]));
	}
}

static void judge_counters(struct status *status)
{
	unsigned long long impossible =
		counter_of(status, TSREWRITE_A_STATS_ECHO_IMPOSSIBLE);
	unsigned long long unrestored =
		counter_of(status, TSREWRITE_A_STATS_INGRESS_UNRESTORED);
	unsigned long long asymmetric =
		counter_of(status, TSREWRITE_A_STATS_FLOW_ASYMMETRIC);

	judge_mode(status);
	if (unrestored)
		alarm_of(status,
			 "%llu segment%s let in with a TSecr that was not restored (mode bug): connections fail",
			 unrestored, unrestored == 1 ? " was" : "s were");
	/* What mode bug lets in counts as impossible too, and has its own alarm above */
	if (impossible > unrestored)
		alarm_of(status,
			 "%llu impossible echo%s: the TSecr cannot be a TSval that inside sent, so a peer or the path gets timestamps wrong",
			 impossible - unrestored,
			 impossible - unrestored == 1 ? "" : "es");
	if (asymmetric)
		alarm_of(status,
			 "%llu connection%s went on in one direction only: an offload, a flowtable or the path bypasses the attached devices",
			 asymmetric, asymmetric == 1 ? "" : "s");
}

static void judge_labels(struct status *status)
{
	unsigned long long taken = counter_of(status, TSREWRITE_A_STATS_FLOW_LABEL_TAKEN);

	if (status->config.label_bit && taken)
		alarm_of(status,
			 "%llu connection%s no offset in the label: somebody else has set its bits %u to %u, so that conntrackd cannot keep such connections alive",
			 taken, taken == 1 ? " has" : "s have", status->config.label_bit,
			 status->config.label_bit + 63);
}

static bool is_rewriting(const struct groups *groups)
{
	for (size_t i = 0; i < groups->count; i++) {
		if (groups->group[i].mode == TSREWRITE_MODE_REWRITE ||
		    groups->group[i].mode == TSREWRITE_MODE_BUG)
			return true;
	}
	return false;
}

static bool is_near(uint32_t held, uint32_t limit)
{
	return held >= limit - limit / 8;
}

/* As the module judges whether a SYN from outside finds room (kmod/limit.c) */
static bool is_short(const struct config *config)
{
	return config->inbound_flows >= config->inbound_limit ||
	       is_near(config->flows, config->limit) ||
	       is_near(config->machine_flows, config->machine_limit) ||
	       (config_has_user(config) && is_near(config->user_flows, config->user_limit));
}

static bool is_full(const struct config *config)
{
	return config->flows >= config->limit ||
	       config->machine_flows >= config->machine_limit ||
	       (config_has_user(config) && config->user_flows >= config->user_limit);
}

static void judge_room(struct status *status)
{
	const struct config *config = &status->config;
	const char *fate = config->when_full == TSREWRITE_WHEN_FULL_PASS ?
		"pass untouched" : "lose their TSopt";

	if (!is_rewriting(&status->groups))
		return;
	if (is_full(config))
		alarm_of(status,
			 "table full: new connections %s (tsrewrite config shows the limits)",
			 fate);
	else if (is_short(config))
		alarm_of(status,
			 "too many flows: new connections from outside %s (tsrewrite config shows the limits)",
			 fate);
}

static void judge_group(const char *text, void *status)
{
	alarm_of(status, "%s", text);
}

static void judge_groups(struct genl *genl, struct status *status)
{
	if (group_alarms(genl, &status->groups, &status->devices, judge_group,
			 status) < 0)
		alarm_of(status, "%s", genl->error.text);
}

void status_find_alarms(struct genl *genl, struct status *status)
{
	judge_counters(status);
	judge_trips(status);
	judge_room(status);
	judge_labels(status);
	bypass_find(genl, &status->devices, status->alarms);
	judge_groups(genl, status);
}

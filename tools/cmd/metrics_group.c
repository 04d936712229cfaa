// SPDX-License-Identifier: GPL-2.0-only
#include "metrics_group.h"

#include <linux/tsrewrite.h>

#include "../text/format.h"
#include "../text/parse.h"

static void write_mode(struct exposition *to, const struct group *group)
{
	char mode[FORMAT_SIZE];
	const struct exposition_label labels[] = {
		{ "group", group->name },
		{ "mode", format_word(mode, mode_words, group->mode) },
		{ NULL, NULL },
	};

	exposition_sample(to, labels, 1);
}

static void write_settings(struct exposition *to, const struct groups *groups)
{
	exposition_family(to, "group_mode", "gauge",
			  "1 for the mode of the group.");
	for (size_t i = 0; i < groups->count; i++)
		write_mode(to, &groups->group[i]);
	exposition_family(to, "group_canary_ratio", "gauge",
			  "The share of the group's connections that its mode treats, from 0 to 1.");
	for (size_t i = 0; i < groups->count; i++) {
		const struct group *group = &groups->group[i];

		exposition_percent(to, EXPOSITION_LABELS({ "group", group->name }),
				   group->canary);
	}
	exposition_family(to, "group_tripped", "gauge",
			  "1 if tsrewrite watch has set the mode of the group, and nobody has since.");
	for (size_t i = 0; i < groups->count; i++) {
		const struct group *group = &groups->group[i];

		exposition_sample(to, EXPOSITION_LABELS({ "group", group->name }),
				  group->tripped);
	}
}

/* @attr counts connections from inside; its twin for those from outside is INBOUND later */
struct counted {
	uint16_t attr;
	const char *word;
};

static const struct counted outcomes[] = {
	{ TSREWRITE_A_GROUP_STATS_ATTEMPTS, "attempts" },
	{ TSREWRITE_A_GROUP_STATS_RETRANSMITTED, "retransmitted" },
	{ TSREWRITE_A_GROUP_STATS_ANSWERED, "answered" },
	{ TSREWRITE_A_GROUP_STATS_ESTABLISHED, "established" },
	{ TSREWRITE_A_GROUP_STATS_REFUSED_BY_PEER, "refused_by_peer" },
	{ TSREWRITE_A_GROUP_STATS_REFUSED_BY_US, "refused_by_us" },
	{ TSREWRITE_A_GROUP_STATS_TIMED_OUT, "timed_out" },
	{ TSREWRITE_A_GROUP_STATS_ANSWERS_UNSEEN, "answers_unseen" },
};

static const struct counted results[] = {
	{ TSREWRITE_A_GROUP_STATS_ECHO_VERIFIED, "verified" },
	{ TSREWRITE_A_GROUP_STATS_ECHO_ZERO, "zero" },
	{ TSREWRITE_A_GROUP_STATS_ECHO_IMPOSSIBLE, "impossible" },
};

#define INBOUND (TSREWRITE_A_GROUP_STATS_INBOUND_ATTEMPTS - \
		 TSREWRITE_A_GROUP_STATS_ATTEMPTS)

/* Writes two samples: from inside and from outside */
static void write_arm(struct exposition *to, const struct group *group, const char *arm,
		      const struct group_stats *stats, const char *key,
		      const struct counted *counted)
{
	for (int inbound = 0; inbound < 2; inbound++) {
		uint16_t attr = counted->attr + (inbound ? INBOUND : 0);

		const struct exposition_label labels[] = {
			{ "group", group->name },
			{ "arm", arm },
			{ "origin", inbound ? "outside" : "inside" },
			{ key, counted->word },
			{ NULL, NULL },
		};

		exposition_sample(to, labels, stats->value[attr]);
	}
}

static void write_counted(struct exposition *to, const struct group *group,
			  const char *key, const struct counted *counted)
{
	write_arm(to, group, "treated", &group->treated, key, counted);
	write_arm(to, group, "control", &group->control, key, counted);
}

/* The echoes of what passes untouched are not checked, but how it fares is counted */
static void write_outcome(struct exposition *to, const struct group *group,
			  const struct counted *counted)
{
	write_counted(to, group, "outcome", counted);
	write_arm(to, group, "untouched", &group->untouched, "outcome", counted);
}

static void write_counters(struct exposition *to, const struct groups *groups)
{
	exposition_family(to, "group_connections", "counter",
			  "Connections of the group, by outcome; one connection may have several.");
	for (size_t i = 0; i < groups->count; i++) {
		for (size_t n = 0; n < ARRAY_SIZE(outcomes); n++)
			write_outcome(to, &groups->group[i], &outcomes[n]);
	}
	exposition_family(to, "group_echoes", "counter",
			  "TSecr values in the group's connections, by the result of the echo check.");
	for (size_t i = 0; i < groups->count; i++) {
		for (size_t n = 0; n < ARRAY_SIZE(results); n++)
			write_counted(to, &groups->group[i], "result", &results[n]);
	}
}

void metrics_of_groups(struct exposition *to, const struct groups *groups)
{
	write_settings(to, groups);
	write_counters(to, groups);
}

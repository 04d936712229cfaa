// SPDX-License-Identifier: GPL-2.0-only
/* Groups, how their connections fare, and which those are */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../format.h"
#include "../parse.h"
#include "../print.h"
#include "../report.h"
#include "group.h"
#include "group_rules.h"

static const struct column columns[] = {
	{ "GROUP", ALIGN_LEFT },      { "MODE", ALIGN_LEFT },
	{ "CANARY", ALIGN_RIGHT },    { "CONNECTIONS", ALIGN_LEFT },
	{ "BEGUN", ALIGN_RIGHT },     { "SENT AGAIN", ALIGN_RIGHT },
	{ "ANSWERED", ALIGN_RIGHT },  { "ESTABLISHED", ALIGN_RIGHT },
	{ "BY PEER", ALIGN_RIGHT },   { "BY US", ALIGN_RIGHT },
	{ "NO ANSWER", ALIGN_RIGHT }, { "IMPOSSIBLE", ALIGN_RIGHT },
	{ "PREFIXES", ALIGN_RIGHT },  { NULL, ALIGN_LEFT },
};

/* In the order of the columns that count */
static const uint16_t shown[] = {
	TSREWRITE_A_GROUP_STATS_ATTEMPTS,
	TSREWRITE_A_GROUP_STATS_RETRANSMITTED,
	TSREWRITE_A_GROUP_STATS_ANSWERED,
	TSREWRITE_A_GROUP_STATS_ESTABLISHED,
	TSREWRITE_A_GROUP_STATS_REFUSED_BY_PEER,
	TSREWRITE_A_GROUP_STATS_REFUSED_BY_US,
	TSREWRITE_A_GROUP_STATS_TIMED_OUT,
	TSREWRITE_A_GROUP_STATS_ECHO_IMPOSSIBLE,
};

#define INBOUND (TSREWRITE_A_GROUP_STATS_INBOUND_ATTEMPTS - \
		 TSREWRITE_A_GROUP_STATS_ATTEMPTS)
#define COUNTERS ARRAY_SIZE(shown)
#define FIRST_COUNTER 4

/* What is counted in a row, or what a group that nothing was counted of has */
static void print_row(struct table *table, const struct group *group,
		      const char *connections, const uint64_t *value,
		      const char *prefixes)
{
	char cell[FIRST_COUNTER + COUNTERS][FORMAT_SIZE];
	const char *cells[FIRST_COUNTER + COUNTERS + 1];

	format_safe(cell[0], FORMAT_SIZE, group->name);
	cells[0] = cell[0];
	cells[1] = format_word(cell[1], mode_words, group->mode);
	snprintf(cell[2], FORMAT_SIZE, "%u%%", group->canary);
	cells[2] = cell[2];
	cells[3] = connections;
	for (size_t i = 0; i < COUNTERS; i++)
		cells[FIRST_COUNTER + i] =
			format_number(cell[FIRST_COUNTER + i],
				      value[shown[i]]);
	cells[FIRST_COUNTER + COUNTERS] = prefixes;
	table_row(table, cells);
}

static bool any(const uint64_t *value)
{
	for (size_t i = 0; i < COUNTERS; i++) {
		if (value[shown[i]])
			return true;
	}
	return false;
}

/* Those that there are, not those that were given */
static void format_prefixes(char out[FORMAT_SIZE], const struct group *group,
			    const struct classifier *classifier)
{
	if (!group->id || classifier->unreadable)
		snprintf(out, FORMAT_SIZE, "-");
	else
		format_number(out, classes_count(&classifier->classes, group->id));
}

static void print_group(struct table *table, const struct group *group,
			const struct classifier *classifier)
{
	const struct {
		const char *name;
		const uint64_t *value;
	} rows[] = {
		{ "treated", group->treated.value },
		{ "control", group->control.value },
		{ "treated, inbound", group->treated.value + INBOUND },
		{ "control, inbound", group->control.value + INBOUND },
	};
	char prefixes[FORMAT_SIZE];
	bool printed = false;

	format_prefixes(prefixes, group, classifier);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (!any(rows[i].value))
			continue;
		print_row(table, group, rows[i].name, rows[i].value, prefixes);
		printed = true;
	}
	if (!printed)
		print_row(table, group, "none", group->treated.value, prefixes);
}

/* All, or one */
static int print_groups(const struct groups *groups, const struct group *only,
			const struct classifier *classifier)
{
	struct table table;

	if (table_begin(&table, columns) < 0)
		return report_refused("no memory");
	for (size_t i = 0; i < groups->count; i++) {
		if (!only || only == &groups->group[i])
			print_group(&table, &groups->group[i], classifier);
	}
	table_end(&table);
	return EXIT_DONE;
}

static void print_rules(const struct ports *ports, const struct ranges *ranges)
{
	char text[PORTS_TEXT], prefix[PREFIX_SIZE];

	if (ranges->count)
		putchar('\n');
	if (ports->count)
		printf("port %s\n", ports_format(text, ports));
	for (size_t i = 0; i < ranges->count; i++) {
		struct range rest = ranges->range[i];

		do {
			printf("to %s\n", prefix_format(prefix, &rest));
		} while (range_rest(&rest));
	}
}

static json_t *ports_json(const struct ports *ports)
{
	json_t *json = json_array();

	for (size_t i = 0; i < ports->count; i++)
		json_array_append_new(json, json_u64(ports->port[i]));
	return json;
}

static json_t *ranges_json(const struct ranges *ranges)
{
	json_t *json = json_array();
	char prefix[PREFIX_SIZE];

	for (size_t i = 0; i < ranges->count; i++) {
		struct range rest = ranges->range[i];

		do {
			json_array_append_new(json,
					      json_text(prefix_format(prefix, &rest)));
		} while (range_rest(&rest));
	}
	return json;
}

/* A group with its rules; those prefixes count that there are */
static json_t *with_rules(const struct group *group,
			  const struct classifier *classifier, bool whole)
{
	json_t *json = group_json(group);
	struct ranges ranges = { 0 };
	struct ports ports;

	json_object_del(json, "prefixes");
	if (!group->id || classifier->unreadable)
		return json;
	if (!classes_of(&classifier->classes, group->id, &ports, &ranges)) {
		json_object_set_new(json, "prefixes", json_u64(ranges.count));
		json_object_set_new(json, "port", ports_json(&ports));
		if (whole)
			json_object_set_new(json, "to", ranges_json(&ranges));
	}
	free(ranges.range);
	return json;
}

static json_t *all_with_rules(const struct groups *groups,
			      const struct classifier *classifier)
{
	json_t *json = json_array();

	for (size_t i = 0; i < groups->count; i++)
		json_array_append_new(json, with_rules(&groups->group[i],
						       classifier, false));
	return json;
}

static int show_one(const struct call *call, const struct groups *groups,
		    const struct classifier *classifier)
{
	const struct group *group = groups_find(groups, call->words[1]);
	struct ranges ranges = { 0 };
	struct ports ports;
	int ret;

	if (!group)
		return report_refused("group %s: no such group", call->words[1]);
	if (call->json) {
		print_json(with_rules(group, classifier, true));
		return EXIT_DONE;
	}
	ret = print_groups(groups, group, classifier);
	if (classes_of(&classifier->classes, group->id, &ports, &ranges) < 0)
		ret = report_refused("%s", strerror(errno));
	else
		print_rules(&ports, &ranges);
	free(ranges.range);
	return ret;
}

static int show_all(const struct call *call, const struct groups *groups,
		    const struct classifier *classifier)
{
	if (!call->json)
		return print_groups(groups, NULL, classifier);
	print_json(all_with_rules(groups, classifier));
	return EXIT_DONE;
}

static int show(struct genl *genl, const struct call *call, void *unused)
{
	struct groups groups = { 0 };
	struct classifier classifier;
	int ret;

	(void)unused;
	if (groups_get(genl, &groups) < 0)
		return report_genl(genl, "listing groups", "groups");
	if (group_rules_get(genl, &classifier) < 0)
		ret = report_genl(genl, "reading rules", "groups");
	else if (call->words[0] && call->words[1])
		ret = show_one(call, &groups, &classifier);
	else
		ret = show_all(call, &groups, &classifier);
	classifier_free(&classifier);
	free(groups.group);
	return ret;
}

int group_show(const struct call *call)
{
	if (call->words[0] && call->words[1] && call->words[2])
		return report_surplus("group", call->words[2]);
	return session(call, show, NULL);
}

// SPDX-License-Identifier: GPL-2.0-only
/* Shows groups, the outcomes of their connections, and their prefixes and ports */
#include "group_show.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../classifier/read.h"
#include "../classifier/snapshot.h"
#include "../client/group.h"
#include "../client/report_genl.h"
#include "../text/format.h"
#include "../text/parse.h"
#include "../text/print.h"
#include "../text/report.h"
#include "json.h"

static const struct column columns[] = {
	{ "GROUP", ALIGN_LEFT },       { "MODE", ALIGN_LEFT },
	{ "CANARY", ALIGN_RIGHT },     { "CONNECTIONS", ALIGN_LEFT },
	{ "ATTEMPTS", ALIGN_RIGHT },   { "RETRANSMITTED", ALIGN_RIGHT },
	{ "ANSWERED", ALIGN_RIGHT },   { "ESTABLISHED", ALIGN_RIGHT },
	{ "BY PEER", ALIGN_RIGHT },    { "BY US", ALIGN_RIGHT },
	{ "TIMED OUT", ALIGN_RIGHT },  { "IMPOSSIBLE", ALIGN_RIGHT },
	{ "UNSEEN", ALIGN_RIGHT },     { "PREFIXES", ALIGN_RIGHT },
	{ NULL, ALIGN_LEFT },
};

/* The counters, in the order of their columns */
static const uint16_t shown[] = {
	TSREWRITE_A_GROUP_STATS_ATTEMPTS,
	TSREWRITE_A_GROUP_STATS_RETRANSMITTED,
	TSREWRITE_A_GROUP_STATS_ANSWERED,
	TSREWRITE_A_GROUP_STATS_ESTABLISHED,
	TSREWRITE_A_GROUP_STATS_REFUSED_BY_PEER,
	TSREWRITE_A_GROUP_STATS_REFUSED_BY_US,
	TSREWRITE_A_GROUP_STATS_TIMED_OUT,
	TSREWRITE_A_GROUP_STATS_ECHO_IMPOSSIBLE,
	TSREWRITE_A_GROUP_STATS_ANSWERS_UNSEEN,
};

#define INBOUND (TSREWRITE_A_GROUP_STATS_INBOUND_ATTEMPTS - \
		 TSREWRITE_A_GROUP_STATS_ATTEMPTS)
#define COUNTERS ARRAY_SIZE(shown)
#define FIRST_COUNTER 4

/* @value is indexed by enum tsrewrite_group_stats_attr, and points INBOUND further if inbound */
static void print_row(struct table *table, const struct group *group,
		      const char *connections, const uint64_t *value,
		      const char *prefixes)
{
	char cell[FIRST_COUNTER + COUNTERS][FORMAT_SIZE];
	const char *cells[FIRST_COUNTER + COUNTERS + 1];
	char mode[FORMAT_SIZE];

	format_safe(cell[0], FORMAT_SIZE, group->name);
	cells[0] = cell[0];
	snprintf(cell[1], FORMAT_SIZE, "%s%s", format_word(mode, mode_words, group->mode),
		 group->tripped ? " (tripped)" : "");
	cells[1] = cell[1];
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

static bool counted_any(const uint64_t *value)
{
	for (size_t i = 0; i < COUNTERS; i++) {
		if (value[shown[i]])
			return true;
	}
	return false;
}

/* The number of prefixes in the rules, which may differ from those that were given */
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
		{ "untouched", group->untouched.value },
		{ "treated, inbound", group->treated.value + INBOUND },
		{ "control, inbound", group->control.value + INBOUND },
		{ "untouched, inbound", group->untouched.value + INBOUND },
	};
	char prefixes[FORMAT_SIZE];
	bool printed = false;

	format_prefixes(prefixes, group, classifier);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (!counted_any(rows[i].value))
			continue;
		print_row(table, group, rows[i].name, rows[i].value, prefixes);
		printed = true;
	}
	if (!printed)
		print_row(table, group, "none", group->treated.value, prefixes);
}

/* Prints all groups, or @only that one */
static int print_groups(const struct groups *groups, const struct group *only,
			const struct classifier *classifier)
{
	struct table table;

	if (table_begin(&table, columns))
		return EXIT_REFUSED;
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

	for (size_t i = 0; i < ports->count; i++) {
		const struct port_range *range = &ports->range[i];

		json_array_append_new(json, range->first == range->last ?
					    json_u64(range->first) :
					    json_sprintf("%u-%u", range->first,
							 range->last));
	}
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

/*
 * A group with the prefixes and ports of its rules.  "prefix_count" is the number of prefixes
 * in the rules, not of those given.  The prefixes are listed only if @whole.
 */
static json_t *with_rules(const struct group *group,
			  const struct classifier *classifier, bool whole)
{
	json_t *json = group_json(group);
	struct ranges ranges = { 0 };
	struct ports ports;

	json_object_del(json, "prefix_count");
	if (!group->id || classifier->unreadable)
		return json;
	if (!classes_of(&classifier->classes, group->id, &ports, &ranges)) {
		json_object_set_new(json, "prefix_count", json_u64(ranges.count));
		json_object_set_new(json, "ports", ports_json(&ports));
		if (whole)
			json_object_set_new(json, "prefixes", ranges_json(&ranges));
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
		return report_refused("group show %s: no such group", call->words[1]);
	if (call->json) {
		print_json(with_rules(group, classifier, true));
		return EXIT_DONE;
	}
	ret = print_groups(groups, group, classifier);
	if (classes_of(&classifier->classes, group->id, &ports, &ranges) < 0)
		ret = report_refused("group show: %s", strerror(errno));
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

static int show_groups(struct genl *genl, const struct call *call, void *unused)
{
	struct groups groups = { 0 };
	struct classifier classifier;
	int ret;

	(void)unused;
	if (groups_get(genl, &groups) < 0)
		return report_genl(genl, "listing groups", "group");
	if (snapshot_rules(genl, &classifier) < 0)
		ret = report_genl(genl, "reading rules", "group");
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
	return session(call, show_groups, NULL);
}

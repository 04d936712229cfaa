// SPDX-License-Identifier: GPL-2.0-only
#include "flow.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/tsrewrite.h>

#include "../client/flow.h"
#include "../client/flow_filter.h"
#include "../client/group.h"
#include "../client/report_genl.h"
#include "../text/format.h"
#include "../text/parse.h"
#include "../text/print.h"
#include "../text/report.h"
#include "flow_filter.h"
#include "flow_load.h"
#include "flow_save.h"
#include "json.h"

struct listing {
	const struct filter *filter;
	struct groups groups;
	bool json;
	struct json_stream stream;
	struct table table;
};

static const struct column columns[] = {
	{ "INSIDE", ALIGN_LEFT },   { "OUTSIDE", ALIGN_LEFT },
	{ "ZONE", ALIGN_RIGHT },    { "VLAN", ALIGN_RIGHT },
	{ "GROUP", ALIGN_LEFT },    { "MODE", ALIGN_LEFT },
	{ "STATE", ALIGN_LEFT },    { "BEGUN", ALIGN_LEFT },
	{ "SEEN", ALIGN_LEFT },	    { "OFFSET", ALIGN_RIGHT },
	{ "LAST", ALIGN_RIGHT },    { "IDLE", ALIGN_RIGHT },
	{ "EXPIRES", ALIGN_RIGHT }, { NULL, ALIGN_LEFT },
};

static void format_vlan(char out[FORMAT_SIZE], const struct flow *flow)
{
	if (attr_present(flow, TSREWRITE_A_FLOW_VLAN_INNER))
		snprintf(out, FORMAT_SIZE, "%u.%u", flow->vlan,
			 flow->vlan_inner);
	else if (attr_present(flow, TSREWRITE_A_FLOW_VLAN))
		snprintf(out, FORMAT_SIZE, "%u", flow->vlan);
	else
		snprintf(out, FORMAT_SIZE, "-");
}

/* The name of its group, or the number of one that was added meanwhile */
static void format_group(char out[FORMAT_SIZE], const struct flow *flow,
			 const struct groups *groups)
{
	const struct group *group = groups_by_id(groups, flow->group);

	if (group)
		format_safe(out, FORMAT_SIZE, group->name);
	else
		format_number(out, flow->group);
}

static void print_row(struct listing *listing, const struct flow *flow)
{
	char text[ARRAY_SIZE(columns) - 1][FORMAT_SIZE];

	format_vlan(text[3], flow);
	format_group(text[4], flow, &listing->groups);
	table_row(&listing->table, (const char *[]){
		format_endpoint(text[0], &flow->inside_addr, flow->inside_port),
		format_endpoint(text[1], &flow->outside_addr,
				flow->outside_port),
		format_number(text[2], flow->zone),
		text[3],
		text[4],
		format_word(text[5], mode_words, flow->mode),
		format_word(text[6], state_words, flow->state),
		flow->inbound ? "outside" : "inside",
		flow->asymmetric ? "asymmetric" : "both ways",
		format_number(text[9], flow->offset),
		format_number(text[10], flow->last),
		format_age(text[11], flow->idle),
		format_age(text[12], flow->expires),
	});
}

static int list_flow(struct genl *genl, const struct flow *flow, void *arg)
{
	struct listing *listing = arg;

	if (!filter_matches(listing->filter, flow))
		return 0;
	if (listing->json)
		json_stream_object(&listing->stream, flow_json(flow, &listing->groups));
	else
		print_row(listing, flow);
	return ferror(stdout) ? genl_fail(genl, 0, "stdout cannot be written") : 0;
}

/* If the table changed meanwhile there is only a warning: what was printed cannot be undone */
static int list_flows(struct genl *genl, struct listing *listing)
{
	int ret;

	if (!listing->json && table_begin(&listing->table, columns))
		return EXIT_REFUSED;
	ret = flows_dump(genl, list_flow, listing);
	if (!listing->json)
		table_end(&listing->table);
	else if (!ret)
		json_stream_end(&listing->stream);
	if (print_failed())
		return EXIT_REFUSED;
	if (ret < 0)
		return report_genl(genl, "listing flows", "flows");
	if (genl->interrupted)
		report_warning("flows: the table changed while it was read: flows may be missing or listed twice");
	return EXIT_DONE;
}

static int find_group(const struct groups *groups, struct filter *filter)
{
	const struct group *group;

	if (!filter_has(filter, FILTER_GROUP))
		return EXIT_DONE;
	group = groups_find(groups, filter->group);
	if (!group)
		return report_refused("flows: group %s: no such group", filter->group);
	filter->group_id = group->id;
	return EXIT_DONE;
}

static int run_flows(struct genl *genl, const struct call *call, void *filter)
{
	struct listing listing = { .filter = filter, .json = call->json };
	int ret;

	if (groups_get(genl, &listing.groups) < 0)
		return report_genl(genl, "listing groups", "flows");
	ret = find_group(&listing.groups, filter);
	if (!ret)
		ret = list_flows(genl, &listing);
	free(listing.groups.group);
	return ret;
}

int cmd_flows(const struct call *call)
{
	const char *word = call->words[0];
	struct filter filter = { 0 };
	int ret;

	if (word && !strcmp(word, "save"))
		return cmd_flows_save(call);
	if (word && !strcmp(word, "load"))
		return cmd_flows_load(call);
	ret = filter_read(call, &filter);
	return ret ? ret : session(call, run_flows, &filter);
}

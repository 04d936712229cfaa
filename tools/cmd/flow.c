// SPDX-License-Identifier: GPL-2.0-only
#include <assert.h>
#include <stdio.h>

#include <linux/tsrewrite.h>

#include "../format.h"
#include "../parse.h"
#include "../print.h"
#include "../report.h"
#include "cmd.h"
#include "flow.h"

#define FIELD(kind, member) ATTR_FIELD(kind, #member, flow, member)

static const struct attr_field fields[] = {
	[TSREWRITE_A_FLOW_INSIDE_ADDR] = FIELD(ATTR_ADDRESS, inside_addr),
	[TSREWRITE_A_FLOW_OUTSIDE_ADDR] = FIELD(ATTR_ADDRESS, outside_addr),
	[TSREWRITE_A_FLOW_INSIDE_PORT] = FIELD(ATTR_BE16, inside_port),
	[TSREWRITE_A_FLOW_OUTSIDE_PORT] = FIELD(ATTR_BE16, outside_port),
	[TSREWRITE_A_FLOW_ZONE] = FIELD(ATTR_U8, zone),
	[TSREWRITE_A_FLOW_VLAN] = FIELD(ATTR_U16, vlan),
	[TSREWRITE_A_FLOW_VLAN_INNER] = FIELD(ATTR_U16, vlan_inner),
	[TSREWRITE_A_FLOW_GROUP] = FIELD(ATTR_U8, group),
	[TSREWRITE_A_FLOW_MODE] = FIELD(ATTR_U32, mode),
	[TSREWRITE_A_FLOW_STATE] = FIELD(ATTR_U32, state),
	[TSREWRITE_A_FLOW_INBOUND] = FIELD(ATTR_FLAG, inbound),
	[TSREWRITE_A_FLOW_OFFSET] = FIELD(ATTR_U32, offset),
	[TSREWRITE_A_FLOW_LAST] = FIELD(ATTR_U32, last),
	[TSREWRITE_A_FLOW_IDLE] = FIELD(ATTR_U32, idle),
	[TSREWRITE_A_FLOW_EXPIRES] = FIELD(ATTR_U32, expires),
	[TSREWRITE_A_FLOW_ONE_SIDED] = FIELD(ATTR_FLAG, one_sided),
};

#define OPTIONAL (ATTR_BIT(TSREWRITE_A_FLOW_UNSPEC) |		\
		  ATTR_BIT(TSREWRITE_A_FLOW_VLAN) |		\
		  ATTR_BIT(TSREWRITE_A_FLOW_VLAN_INNER) |	\
		  ATTR_BIT(TSREWRITE_A_FLOW_INBOUND))

static const struct attr_table flow_table = {
	"flow", fields, TSREWRITE_A_FLOW_ONE_SIDED,
	(ATTR_BIT(TSREWRITE_A_FLOW_EXPIRES + 1) - 1) & ~OPTIONAL,
};

struct listing {
	const struct filter *filter;
	bool json;
	struct json_stream stream;
	struct table table;
};

static const struct column columns[] = {
	{ "INSIDE", ALIGN_LEFT },   { "OUTSIDE", ALIGN_LEFT },
	{ "ZONE", ALIGN_RIGHT },    { "VLAN", ALIGN_RIGHT },
	{ "GROUP", ALIGN_RIGHT },   { "MODE", ALIGN_LEFT },
	{ "STATE", ALIGN_LEFT },    { "BEGUN", ALIGN_LEFT },
	{ "SEEN", ALIGN_LEFT },	    { "OFFSET", ALIGN_RIGHT },
	{ "LAST", ALIGN_RIGHT },    { "IDLE", ALIGN_RIGHT },
	{ "EXPIRES", ALIGN_RIGHT }, { NULL, ALIGN_LEFT },
};

static_assert(ARRAY_SIZE(columns) - 1 <= TABLE_COLUMNS,
	      "print.h has room for fewer columns");

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

static void print_row(struct table *table, const struct flow *flow)
{
	char text[TABLE_COLUMNS][FORMAT_SIZE];

	format_vlan(text[3], flow);
	table_row(table, (const char *[]){
		format_endpoint(text[0], &flow->inside_addr, flow->inside_port),
		format_endpoint(text[1], &flow->outside_addr,
				flow->outside_port),
		format_number(text[2], flow->zone),
		text[3],
		format_number(text[4], flow->group),
		format_word(text[5], mode_words, flow->mode),
		format_word(text[6], state_words, flow->state),
		flow->inbound ? "outside" : "inside",
		flow->one_sided ? "one side" : "both",
		format_number(text[9], flow->offset),
		format_number(text[10], flow->last),
		format_age(text[11], flow->idle),
		format_age(text[12], flow->expires),
	});
}

static void set_u64(json_t *json, const char *key, uint64_t value)
{
	json_object_set_new(json, key, json_u64(value));
}

static void set_text(json_t *json, const char *key, const char *text)
{
	json_object_set_new(json, key, json_text(text));
}

static json_t *flow_json(const struct flow *flow)
{
	json_t *json = json_object();
	char text[FORMAT_SIZE];

	set_text(json, "inside_addr", format_address(text, &flow->inside_addr));
	set_u64(json, "inside_port", flow->inside_port);
	set_text(json, "outside_addr",
		 format_address(text, &flow->outside_addr));
	set_u64(json, "outside_port", flow->outside_port);
	set_u64(json, "zone", flow->zone);
	if (attr_present(flow, TSREWRITE_A_FLOW_VLAN))
		set_u64(json, "vlan", flow->vlan);
	if (attr_present(flow, TSREWRITE_A_FLOW_VLAN_INNER))
		set_u64(json, "vlan_inner", flow->vlan_inner);
	set_u64(json, "group", flow->group);
	set_text(json, "mode", format_word(text, mode_words, flow->mode));
	set_text(json, "state", format_word(text, state_words, flow->state));
	json_object_set_new(json, "inbound", json_boolean(flow->inbound));
	json_object_set_new(json, "one_sided", json_boolean(flow->one_sided));
	set_u64(json, "offset", flow->offset);
	set_u64(json, "last", flow->last);
	set_u64(json, "idle", flow->idle);
	set_u64(json, "expires", flow->expires);
	return json;
}

static int flow_row(struct genl *genl, struct attrs attrs, void *arg)
{
	struct listing *listing = arg;
	struct flow flow = { 0 };

	if (genl_decode(genl, &flow_table, attrs, &flow) < 0)
		return -1;
	if (!filter_matches(listing->filter, &flow))
		return 0;
	if (listing->json)
		json_stream_object(&listing->stream, flow_json(&flow));
	else
		print_row(&listing->table, &flow);
	return ferror(stdout) ? genl_fail(genl, 0, "stdout is gone") : 0;
}

/* What was printed cannot be taken back, so no retry: the reader is told */
static int list(struct genl *genl, const struct call *call, void *filter)
{
	struct listing listing = { .filter = filter, .json = call->json };
	int ret;

	if (!call->json && table_begin(&listing.table, columns))
		return EXIT_REFUSED;
	genl_request(genl, TSREWRITE_CMD_FLOW_GET);
	ret = genl_dump(genl, flow_row, &listing);
	if (!call->json)
		table_end(&listing.table);
	else if (!ret)
		json_stream_end(&listing.stream);
	if (print_failed())
		return EXIT_REFUSED;
	if (ret < 0)
		return report_genl(genl, "listing flows", "flows");
	if (genl->interrupted)
		report_warning("flows: the table changed meanwhile; flows may be missing or doubled");
	return EXIT_DONE;
}

int cmd_flows(const struct call *call)
{
	struct filter filter = { 0 };
	int ret;

	ret = filter_read(call, &filter);
	return ret ? ret : session(call, list, &filter);
}

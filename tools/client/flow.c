// SPDX-License-Identifier: GPL-2.0-only
#include "flow.h"

#include <linux/tsrewrite.h>

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
	[TSREWRITE_A_FLOW_ASYMMETRIC] = FIELD(ATTR_FLAG, asymmetric),
};

#define OPTIONAL (ATTR_BIT(TSREWRITE_A_FLOW_UNSPEC) |		\
		  ATTR_BIT(TSREWRITE_A_FLOW_VLAN) |		\
		  ATTR_BIT(TSREWRITE_A_FLOW_VLAN_INNER) |	\
		  ATTR_BIT(TSREWRITE_A_FLOW_INBOUND))

static const struct attr_table flow_table = {
	"flow", fields, TSREWRITE_A_FLOW_ASYMMETRIC,
	(ATTR_BIT(TSREWRITE_A_FLOW_EXPIRES + 1) - 1) & ~OPTIONAL,
};

struct flow_dump {
	flow_each each;
	void *arg;
};

static int flow_row(struct genl *genl, struct attrs attrs, void *arg)
{
	const struct flow_dump *dump = arg;
	struct flow flow = { 0 };

	if (genl_decode(genl, &flow_table, attrs, &flow) < 0)
		return -1;
	return dump->each(genl, &flow, dump->arg);
}

int flows_dump(struct genl *genl, flow_each each, void *arg)
{
	struct flow_dump dump = { each, arg };

	genl_request(genl, TSREWRITE_CMD_FLOW_GET);
	return genl_dump(genl, flow_row, &dump);
}

// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>

#include <linux/tsrewrite.h>

#include "../print.h"
#include "../report.h"
#include "cmd.h"
#include "flow.h"

static const struct attr_field fields[] = {
	[TSREWRITE_A_FLOW_FLUSHED] =
		ATTR_FIELD(ATTR_U32, "flushed", flow_flushed, flushed),
	[TSREWRITE_A_FLOW_BROKEN] =
		ATTR_FIELD(ATTR_U32, "broken", flow_flushed, broken),
};

const struct attr_table flow_flushed_table = {
	"flush", fields, TSREWRITE_A_FLOW_BROKEN,
	ATTR_BIT(TSREWRITE_A_FLOW_FLUSHED) | ATTR_BIT(TSREWRITE_A_FLOW_BROKEN),
};

json_t *flow_flushed_json(const struct flow_flushed *flushed)
{
	json_t *json = json_object();

	json_object_set_new(json, "flushed", json_u64(flushed->flushed));
	json_object_set_new(json, "broken", json_u64(flushed->broken));
	return json;
}

static int flushed_row(struct genl *genl, struct attrs attrs, void *flushed)
{
	return genl_decode(genl, &flow_flushed_table, attrs, flushed);
}

static void print_text(const struct flow_flushed *flushed)
{
	printf("flushed %u flow%s", flushed->flushed,
	       flushed->flushed == 1 ? "" : "s");
	if (flushed->broken)
		printf(": %u rewritten connection%s", flushed->broken,
		       flushed->broken == 1 ? " breaks" : "s break");
	putchar('\n');
}

static int flush(struct genl *genl, const struct call *call, void *filter)
{
	struct nlmsghdr *nlh = genl_request(genl, TSREWRITE_CMD_FLOW_FLUSH);
	struct flow_flushed flushed = { 0 };

	filter_put(filter, nlh);
	if (call->force)
		mnl_attr_put(nlh, TSREWRITE_A_FLOW_FORCE, 0, NULL);
	if (genl_do(genl, flushed_row, &flushed) < 0)
		return report_breaking(genl, call->force, "flushing flows",
				       "flush");
	if (call->json)
		print_json(flow_flushed_json(&flushed));
	else
		print_text(&flushed);
	return EXIT_DONE;
}

int cmd_flush(const struct call *call)
{
	struct filter filter = { 0 };
	int ret;

	ret = filter_read(call, &filter);
	return ret ? ret : session(call, flush, &filter);
}

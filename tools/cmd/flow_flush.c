// SPDX-License-Identifier: GPL-2.0-only
#include "flow_flush.h"

#include <stdio.h>

#include <linux/tsrewrite.h>

#include "../client/flow_filter.h"
#include "../client/flow_flush.h"
#include "../client/report_genl.h"
#include "../text/print.h"
#include "../text/report.h"
#include "flow_filter.h"
#include "json.h"

static void print_text(const struct flow_flushed *flushed)
{
	printf("flushed %u flow%s", flushed->flows,
	       flushed->flows == 1 ? "" : "s");
	if (flushed->broken)
		printf(": %u rewritten connection%s", flushed->broken,
		       flushed->broken == 1 ? " breaks" : "s break");
	putchar('\n');
}

static void print_flushed_json(const struct flow_flushed *flushed)
{
	json_t *json = flow_flushed_json(flushed);

	json_object_set_new(json, "changed", json_boolean(flushed->flows));
	print_json(json);
}

static int refuse_flush(const struct genl *genl, const struct call *call,
			const struct filter *filter)
{
	if (genl->error.attr == TSREWRITE_A_FLUSH_GROUP)
		return report_genl(genl, "flushing flows", "flush: group %s",
				   filter->group);
	return report_breaking(genl, call->force, "flushing flows", "flush");
}

static int flush_flows(struct genl *genl, const struct call *call, void *filter)
{
	struct flow_flushed flushed = { 0 };

	if (flow_flush(genl, filter, call->force, &flushed) < 0)
		return refuse_flush(genl, call, filter);
	if (call->json)
		print_flushed_json(&flushed);
	else
		print_text(&flushed);
	return EXIT_DONE;
}

int cmd_flush(const struct call *call)
{
	struct filter filter = { 0 };
	int ret;

	ret = filter_read(call, &filter);
	return ret ? ret : session(call, flush_flows, &filter);
}

// SPDX-License-Identifier: GPL-2.0-only
#include "flow_flush.h"

#include <string.h>

#include <linux/tsrewrite.h>

static const struct attr_field flushed_fields[] = {
	[TSREWRITE_A_FLUSHED_FLOWS] =
		ATTR_FIELD(ATTR_U32, "flows", flow_flushed, flows),
	[TSREWRITE_A_FLUSHED_BROKEN] =
		ATTR_FIELD(ATTR_U32, "broken", flow_flushed, broken),
};

const struct attr_table flow_flushed_table = {
	"flushed", flushed_fields, TSREWRITE_A_FLUSHED_BROKEN,
	ATTR_BIT(TSREWRITE_A_FLUSHED_FLOWS) | ATTR_BIT(TSREWRITE_A_FLUSHED_BROKEN),
};

struct answer {
	uint64_t present;
	struct flow_flushed flushed;
};

static const struct attr_field answer_fields[] = {
	[TSREWRITE_A_FLUSH_FLUSHED] =
		ATTR_FIELD_TABLE(&flow_flushed_table, "flushed", answer, flushed),
};

static const struct attr_table answer_table = {
	"flush", answer_fields, TSREWRITE_A_FLUSH_FLUSHED,
	ATTR_BIT(TSREWRITE_A_FLUSH_FLUSHED),
};

/* Each message says what was done so far, so that the last one counts */
static int decode_answer(struct genl *genl, struct attrs attrs, void *answer)
{
	memset(answer, 0, sizeof(struct answer));
	return genl_decode(genl, &answer_table, attrs, answer);
}

int flow_flush(struct genl *genl, const struct filter *filter, bool force,
	       struct flow_flushed *flushed)
{
	struct nlmsghdr *nlh = genl_request(genl, TSREWRITE_CMD_FLOW_FLUSH);
	struct answer answer = { 0 };

	filter_put(filter, nlh);
	if (force)
		mnl_attr_put(nlh, TSREWRITE_A_FLUSH_FORCE, 0, NULL);
	if (genl_dump(genl, decode_answer, &answer) < 0)
		return -1;
	*flushed = answer.flushed;
	return 0;
}

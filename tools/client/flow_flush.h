/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_CLIENT_FLOW_FLUSH_H
#define TSREWRITE_CLIENT_FLOW_FLUSH_H

#include "flow_filter.h"

/* How many flows a flush removed, and how many rewritten connections it broke thereby */
struct flow_flushed {
	uint64_t present;
	uint32_t flows;
	uint32_t broken;
};

extern const struct attr_table flow_flushed_table;

/*
 * Removes the flows that match @filter.  Returns 0 and fills in @flushed, or -1 with @genl's
 * error filled in: EBUSY if connections would break and @force is not set.
 */
int flow_flush(struct genl *genl, const struct filter *filter, bool force,
	       struct flow_flushed *flushed);

#endif /* TSREWRITE_CLIENT_FLOW_FLUSH_H */
